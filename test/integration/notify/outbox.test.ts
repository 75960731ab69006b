// Messages leave once, whatever happens: a mail server that is down or slow, greylisting, a crash, quiet hours.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NotificationPatch } from '../../../shared/notification-settings.ts';
import { startMailServer, type MailServer } from '../../support/mail-server.ts';
import { startUrlReceiver, type UrlReceiver } from '../../support/url-receiver.ts';
import { waitFor } from '../../support/wait-for.ts';
import { openDeskWorld, type DeskWorld } from './desk-world.ts';

const minute = 60_000;
const hour = 60 * minute;
const password = 'app-password-1234';

let server: MailServer;
let receiver: UrlReceiver;
let world: DeskWorld;

beforeAll(async () => {
  [server, receiver] = await Promise.all([startMailServer({ security: 'starttls', password }), startUrlReceiver()]);
});
afterAll(async () => {
  await Promise.all([server.stop(), receiver.stop()]);
});
beforeEach(async () => {
  world = await openDeskWorld();
  await save({ mail: server.settings(), mailSecret: password });
  world.addJob();
});
afterEach(async () => {
  await world.stop();
  server.clear();
  receiver.clear();
});

const save = (patch: NotificationPatch) => world.desk().handlers.save(patch);
const subjects = (): string[] => server.mails.map(({ subject }) => subject);
const delivery = () => world.desk().handlers.getDelivery();

describe('a mail server', () => {
  it('that is down for an hour delays the mail and loses nothing', async () => {
    await server.stop();
    world.fail();
    await world.pass(hour);
    expect(await delivery()).toMatchObject({ mail: { waiting: 1, error: { code: 'mail/unreachable' } } });
    await server.start();
    await world.pass(hour);
    expect(subjects()).toEqual(['PgKeep: Backup of shop failed']);
    expect(await delivery()).toMatchObject({ mail: { waiting: 0, error: null } });
    expect(world.notices.filter(({ title }) => title.includes('failed'))).toHaveLength(1);
  });

  it('that greylists gets the same message again a minute later, and once', async () => {
    let tries = 0;
    server.answers.recipient = () => ((tries += 1) === 1 ? '451 4.7.1 Greylisted' : null);
    world.fail();
    await world.calm();
    expect(subjects()).toEqual([]);
    await world.pass(2 * minute);
    expect(subjects()).toEqual(['PgKeep: Backup of shop failed']);
    await world.pass(2 * hour);
    expect(server.mails).toHaveLength(1);
  });

  it('that puts off one of two recipients is asked for that one alone', async () => {
    await save({ mail: server.settings({ recipients: ['anna@example.org', 'ben@example.org'] }) });
    let tries = 0;
    server.answers.recipient = (to) => (to.startsWith('ben') && (tries += 1) === 1 ? '450 4.2.0 Later' : null);
    world.fail();
    await world.pass(2 * minute);
    expect(server.mails.map(({ recipients }) => recipients)).toEqual([['anna@example.org'], ['ben@example.org']]);
    expect(new Set(server.mails.map(({ headers }) => headers['message-id'])).size).toBe(1);
  });

  it('that refuses the password gets the mail at once when the right one is entered', async () => {
    await save({ mailSecret: 'an-old-password' });
    world.fail();
    await world.pass(3 * hour);
    expect(await delivery()).toMatchObject({ mail: { waiting: 1, error: { code: 'mail/auth-failed' } } });
    expect(world.notices.map(({ title }) => title)).toContain('Messages do not arrive');
    await save({ mailSecret: password });
    await world.pass(minute);
    expect(subjects()).toEqual(['PgKeep: Backup of shop failed']);
    expect(JSON.stringify(world.log)).not.toContain('an-old-password');
  });

  it('that stays away for three days makes the program give up, and say so', async () => {
    await server.stop();
    world.fail();
    await world.pass(75 * hour, 10 * minute);
    await server.start();
    expect(await delivery()).toMatchObject({ mail: { waiting: 0, lost: 1 } });
    expect(world.notices.at(-1)?.body).toMatch(/1 mail could not be delivered since .* and was given up/);
    await world.pass(2 * hour);
    expect(server.mails).toEqual([]);
  });

  it('that is slow is left at once when the program ends, and gets the same message after the next start', async () => {
    server.answers.slowMs = 60_000;
    world.fail();
    await world.clock.pass(0);
    await waitFor('the mail is on its way', () => server.mails.length > 0);
    const startedMs = performance.now();
    server.answers.slowMs = 0;
    await world.restart();
    expect(performance.now() - startedMs).toBeLessThan(2000);
    await world.pass(minute);
    const ids = server.mails.map(({ headers }) => headers['message-id']);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });
});

describe('a crash', () => {
  it('between the decision and the delivery sends the mail at the next start, once', async () => {
    await server.stop();
    world.fail();
    await world.calm();
    await world.restart({ crash: true });
    await server.start();
    await world.pass(3 * minute);
    expect(subjects()).toEqual(['PgKeep: Backup of shop failed']);
    await world.restart({ crash: true });
    await world.pass(hour);
    expect(server.mails).toHaveLength(1);
    expect(world.notices).toHaveLength(1);
  });

  it('between the end of a run and the decision lets the next start tell it, once', async () => {
    world.succeed();
    await world.pass(24 * minute);
    world.fail({ tell: false });
    await world.restart({ crash: true });
    await world.pass(minute);
    await world.restart({ crash: true });
    await world.pass(minute);
    expect(subjects()).toEqual(['PgKeep: Backup of shop failed']);
  });
});

describe('quiet hours', () => {
  it('hold desktop and mail back; what came meanwhile comes as one message, the webhook at once', async () => {
    await save({ quietHours: { from: '01:00', to: '07:00' }, webhook: { url: receiver.url, allowHttp: false } });
    world.fail();
    await world.pass(30 * minute);
    world.succeed();
    await world.pass(30 * minute);
    expect(receiver.requests.map(({ headers }) => headers['x-pgkeep-event'])).toEqual(['failed', 'recovered']);
    expect([subjects(), world.notices]).toEqual([[], []]);
    await world.pass(4 * hour + minute);
    expect(subjects()).toEqual(['PgKeep: 2 messages from the quiet hours']);
    expect(server.mails[0]?.text).toContain('Backup of shop failed.\nshop is backed up again.');
    expect(world.notices.map(({ title }) => title)).toEqual(['2 messages from the quiet hours']);
  });

  it('let a single message come as itself', async () => {
    await save({ quietHours: { from: '01:00', to: '03:00' } });
    world.fail();
    await world.pass(hour + minute);
    expect(subjects()).toEqual(['PgKeep: Backup of shop failed']);
  });
});

it('what a person does not want to hear of is not sent', async () => {
  await save({ muted: ['recovered'] });
  world.fail();
  world.succeed();
  await world.calm();
  expect(subjects()).toEqual(['PgKeep: Backup of shop failed']);
});

it('mails about one matter are one thread, the next matter is another', async () => {
  world.fail();
  await world.pass(hour);
  world.succeed();
  await world.pass(hour);
  world.fail();
  await world.calm();
  const [first, again, next] = server.mails.map(({ headers }) => headers);
  expect(again).toMatchObject({ 'in-reply-to': first?.['message-id'], references: first?.['message-id'] });
  expect(first).not.toHaveProperty('in-reply-to');
  expect(next).not.toHaveProperty('in-reply-to');
});

it('a test with settings that are not stored answers with the precise error, and stores nothing', async () => {
  const mail = server.settings();
  const test = world.desk().handlers.testMail({ mail, mailSecret: 'wrong' });
  await expect(test).rejects.toMatchObject({ code: 'mail/auth-failed' });
  expect(await world.desk().handlers.testMail({ mail })).toEqual({ recipients: ['anna@example.org'] });
  expect(subjects()).toEqual(['PgKeep: Mail from PgKeep arrives']);
  expect(await delivery()).toMatchObject({ mail: { waiting: 0, lastSentAt: null } });
});
