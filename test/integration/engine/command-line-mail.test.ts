// Mail on the command line: set up from an .env file, tested, and sent before a command that failed ends.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startMailServer, type MailServer } from '../../support/mail-server.ts';
import { startUrlReceiver, type UrlReceiver } from '../../support/url-receiver.ts';
import { runCli } from '../../support/cli-process.ts';
import { openEngineWorld, type EngineWorld } from '../../support/engine-world.ts';

let server: MailServer;
let receiver: UrlReceiver;
let world: EngineWorld;
let envFile: string;

beforeAll(async () => {
  server = await startMailServer({ security: 'starttls', password: 'p@ss word' });
  receiver = await startUrlReceiver();
  world = await openEngineWorld();
  envFile = path.join(world.dataDir, 'shop.env');
  await writeFile(path.join(world.dataDir, 'ca.pem'), server.settings().ca);
  const lines = [
    'DATABASE_URL=postgresql://backup:x@127.0.0.1:1/shop',
    'BACKUP_NOTIFICATION_EMAIL=anna@example.org, ben@example.org',
    `SMTP_URL=smtp://backup%40example.org:p%40ss%20word@localhost:${String(server.port)}`,
    'SMTP_CA_FILE=ca.pem',
    `BACKUP_PING_URL=${receiver.url}/uuid`,
    `BACKUP_WEBHOOK_URL=${receiver.url}/hook`,
  ];
  await writeFile(envFile, lines.join('\n'));
});
beforeEach(() => {
  server.clear();
  receiver.clear();
});
afterAll(async () => {
  await Promise.all([world.stop(), server.stop(), receiver.stop()]);
});

const run = (...args: readonly string[]) => runCli(world.dataDir, ['--env-file', envFile, ...args]);

it('a test mail reaches everybody, and the check-up says that the server is ready', async () => {
  expect(await run('mail', 'test')).toMatchObject({ exitCode: 0, last: { type: 'result' } });
  expect(server.mails).toMatchObject([
    { recipients: ['anna@example.org', 'ben@example.org'], user: 'backup@example.org', secure: true },
  ]);
  const { last } = await run('doctor');
  expect((last as unknown as { checks: object[] }).checks).toContainEqual(
    expect.objectContaining({ id: 'mail', state: 'ok', detail: expect.stringContaining('anna@example.org') as string }),
  );
});

it('a backup that fails sends mail, webhook and ping before the command ends', async () => {
  const { exitCode, stdout, stderr } = await run('backup', '--all');
  expect(exitCode).not.toBe(0);
  expect(server.mails.map(({ subject }) => subject)).toEqual(['PgKeep: Backup of shop failed']);
  expect(receiver.requests.map(({ path: to }) => to).toSorted()).toEqual(['/hook', '/uuid/fail', '/uuid/start']);
  expect(stdout + stderr + JSON.stringify(server.mails)).not.toContain('p@ss word');
});

it('with a mail server that is away the command says that a message waits, and a later one brings it', async () => {
  await server.stop();
  // A job of its own: what was told of the other is not told again.
  await writeFile(envFile, (await readFile(envFile, 'utf8')).replace(':1/shop', ':2/crm'));
  const { stderr } = await run('backup', 'crm');
  expect(stderr).toContain('Messages wait and go with the next backup command: 1 by mail (mail/unreachable).');
  await server.start();
  await run('backup', 'crm');
  expect(server.mails.map(({ subject }) => subject)).toEqual(['PgKeep: Backup of crm failed']);
});

it('a wrong line is named, never its value', async () => {
  const bad = path.join(world.dataDir, 'bad.env');
  await writeFile(bad, 'BACKUP_NOTIFICATION_EMAIL=anna@example.org\nSMTP_URL=https://secret-value.example');
  const { exitCode, stderr } = await runCli(world.dataDir, ['--env-file', bad, 'mail', 'test']);
  expect(exitCode).toBe(3);
  expect(stderr).toContain('SMTP_URL');
  expect(stderr).not.toContain('secret-value');
});
