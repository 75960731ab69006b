// Webhook messages and pings against a real web server: what is posted, the signature, and what happens when it refuses.
import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startUrlReceiver, type UrlReceiver } from '../../support/url-receiver.ts';
import { openDeskWorld, type DeskWorld } from './desk-world.ts';

const minute = 60_000;
const secret = 'webhook-secret-1234';

let receiver: UrlReceiver;
let world: DeskWorld;

beforeAll(async () => {
  receiver = await startUrlReceiver();
});
afterAll(async () => {
  await receiver.stop();
});
beforeEach(async () => {
  world = await openDeskWorld();
});
afterEach(async () => {
  await world.stop();
  receiver.clear();
});

describe('a webhook', () => {
  beforeEach(async () => {
    const webhook = { url: `${receiver.url}/hook?key=1`, allowHttp: false };
    await world.desk().handlers.save({ webhook, webhookSecret: secret });
    world.addJob();
  });

  it('gets what happened as JSON, signed over time and body', async () => {
    world.fail();
    await world.calm();
    const [request] = receiver.requests;
    const { 'x-pgkeep-timestamp': at, 'x-pgkeep-signature': signature } = request?.headers ?? {};
    const expected = createHmac('sha256', secret)
      .update(`${String(at)}.${request?.body ?? ''}`)
      .digest('hex');
    expect(signature).toBe(`v1=${expected}`);
    expect(Number(at)).toBe(world.clock.now().getTime() / 1000);
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      ...{ version: 1, kind: 'failed', tone: 'bad', title: 'Backup of shop failed', error: 'pg/connection-refused' },
      ...{ job: { id: 'j1', name: 'shop' }, database: 'shop', run: 'r1', thread: null },
      text: expect.stringContaining('Backup of shop failed\n') as string,
    });
    expect(request?.body).not.toContain(secret);
  });

  it('that is busy gets the same message again, later each time', async () => {
    receiver.answerNext(503, 429);
    world.fail();
    await world.pass(5 * minute);
    expect(receiver.requests).toHaveLength(3);
    expect(new Set(receiver.requests.map(({ headers }) => headers['x-pgkeep-id'])).size).toBe(1);
    await world.pass(30 * minute);
    expect(receiver.requests).toHaveLength(3);
  });

  it('that leads elsewhere is not followed, and that is said', async () => {
    receiver.answerNext(302);
    await expect(world.desk().handlers.testWebhook({})).rejects.toMatchObject({
      ...{ code: 'webhook/refused', context: { status: 302, detail: 'a redirect' } },
    });
    expect(receiver.requests.map(({ path }) => path)).toEqual(['/hook?key=1']);
  });
});

describe('a ping address', () => {
  const alerts = (): { pingUrl: string; allowHttp: boolean } => ({ pingUrl: `${receiver.url}/uuid`, allowHttp: false });
  const paths = (): string[] => receiver.requests.map(({ path }) => path);

  it('hears of the start, the success and the failure, with a few words', async () => {
    world.addJob({ alerts: alerts() });
    const run = world.succeed();
    await world.calm();
    expect(paths()).toEqual(['/uuid']);
    world.desk().runChanged({ ...run, id: 'r9', state: 'running' });
    world.desk().runChanged({ ...run, id: 'r9', state: 'running' });
    world.fail();
    await world.calm();
    expect(paths()).toEqual(['/uuid', '/uuid/start', '/uuid/fail']);
    expect(receiver.requests[2]?.body).toMatch(/pg\/connection-refused/);
  });

  it('that does not answer is tried a few times, and no run knows of it', async () => {
    world.addJob({ alerts: alerts() });
    receiver.answerNext(500, 500, 500, 500);
    world.succeed();
    await world.pass(3 * minute);
    expect(paths()).toEqual(['/uuid', '/uuid', '/uuid']);
  });

  it('hears of a whole server when all of its databases are done', async () => {
    world.addJob({ alerts: alerts(), scope: 'server', database: null });
    const first = world.succeed({ database: 'crm' });
    const group = { groupId: first.id };
    world.db().prepare('update runs set group_id = ? where id = ?').run(first.id, first.id);
    await world.calm();
    receiver.clear();
    const waiting = world.fail({ tell: false });
    world.db().prepare(`update runs set group_id = ?, state = 'queued' where id = ?`).run(first.id, waiting.id);
    world.desk().runSettled({ ...first, ...group });
    await world.calm();
    expect(paths()).toEqual([]);
    world.db().prepare(`update runs set state = 'failed' where id = ?`).run(waiting.id);
    world.desk().runSettled({ ...waiting, ...group });
    await world.calm();
    expect(paths()).toEqual(['/uuid/fail']);
  });
});
