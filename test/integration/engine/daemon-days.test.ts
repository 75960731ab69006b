// Nine days of `pgkeep daemon` on a machine without a display, set up by .env files alone: daily and weekly backups through a
// service account, old ones in Drive's trash, and mail when the server is away and when it is back. The days pass by a clock
// that is set forward in the daemon's process and at Google.
import { statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Run } from '../../../shared/run.ts';
import { testServiceAccount } from '../../google/options.ts';
import { runCli, startCli, type CliEnd, type CliProcess } from '../../support/cli-process.ts';
import { openEngineWorld, type EngineWorld } from '../../support/engine-world.ts';
import { startMailServer, type MailServer } from '../../support/mail-server.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createSmallDatabase } from './small-database.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Pauses before the tries of a backup whose server is away, in minutes. */
const pauses = [1, 5, 15, 30, 60, 60];
const mailPassword = 'p@ss word';

let server: TestServer;
let mail: MailServer;
let world: EngineWorld;
let daemon: CliProcess | null = null;
let aheadMs = 0;

beforeAll(async () => {
  server = await startTestServer();
  await createSmallDatabase(server, 'shop');
  await createSmallDatabase(server, 'crm');
  mail = await startMailServer({ security: 'starttls', password: mailPassword });
  world = await openEngineWorld();
});

afterAll(async () => {
  await daemon?.kill();
  await Promise.all([world.stop(), mail.stop(), server.stop()]);
});

const command = (...args: string[]): Promise<CliEnd> => runCli(world.dataDir, args);

/** Day 0 is tomorrow, whenever this runs: the clock is only set forward. */
const firstDay = (Math.floor(Date.now() / dayMs) + 1) * dayMs;
const at = (day: number, hours: number): Date => new Date(firstDay + day * dayMs + hours * 60 * minuteMs);

/** The daemon's clock, and Google's, show this. */
async function moveTo(running: CliProcess | null, timeMs: number): Promise<void> {
  const byMs = timeMs - Date.now() - aheadMs;
  aheadMs += byMs;
  world.google.advanceClock(byMs);
  await running?.moveClock(aheadMs);
}

function whenEnded(running: CliProcess, job: string, state: string, times: number): Promise<boolean> {
  return waitFor(
    `${job} ${state}, ${times} times`,
    () => running.lines.filter((line) => line['job'] === job && line['state'] === state).length >= times,
    30_000,
  );
}

function writeEnv(database: string, lines: readonly string[]): string {
  const file = path.join(world.dataDir, `${database}.env`);
  writeFileSync(file, [`DATABASE_URL=${server.url(database)}`, ...lines, ''].join('\n'), { mode: 0o600 });
  return file;
}

/** What both files say: where to, and who is told. */
function writeCommonLines(): readonly string[] {
  const members = { 'owner@example.com': 'organizer', [testServiceAccount.email]: 'fileOrganizer' } as const;
  const drive = world.google.makeSharedDrive({ name: 'Office', members });
  const folder = world.google.makeByHand({ name: 'Backups', parentId: drive.id });
  writeFileSync(path.join(world.dataDir, 'key.json'), JSON.stringify(world.google.serviceAccountKey()), {
    mode: 0o600,
  });
  writeFileSync(path.join(world.dataDir, 'ca.pem'), mail.settings().ca);
  const login = `backup%40example.org:${encodeURIComponent(mailPassword)}`;
  return [
    'BACKUP_ENABLED=true',
    'BACKUP_RETENTION_COUNT=3',
    'BACKUP_RETENTION_DAYS=2',
    'GDRIVE_CREDENTIALS_PATH=key.json',
    `GDRIVE_BACKUP_FOLDER_ID=${folder.id}`,
    'BACKUP_NOTIFICATION_EMAIL=anna@example.org',
    `SMTP_URL=smtp://${login}@localhost:${String(mail.port)}`,
    'SMTP_CA_FILE=ca.pem',
  ];
}

it('daily and weekly backups, retention, failure mail and the all-clear, from .env files', async () => {
  const common = writeCommonLines();
  const weekday = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][at(2, 4).getUTCDay()] ?? '';
  const shop = writeEnv('shop', ['BACKUP_SCHEDULE=0 3 * * *', ...common]);
  const crm = writeEnv('crm', [`BACKUP_SCHEDULE=weekly@${weekday} 04:00`, ...common]);
  const noDesktop = { DISPLAY: undefined, WAYLAND_DISPLAY: undefined, DBUS_SESSION_BUS_ADDRESS: undefined };
  await moveTo(null, at(0, 23).getTime());
  const running = startCli(world.dataDir, ['--env-file', shop, '--env-file', crm, 'daemon'], {
    env: { ...process.env, ...noDesktop, TZ: 'UTC', CLOCK_AHEAD_MS: String(aheadMs) },
    hasMovableClock: true,
  });
  daemon = running;
  await running.whenLine((line) => line['daemon'] === 'ready');
  expect(statSync(path.join(world.dataDir, 'daemon.sock')).mode & 0o777).toBe(0o600);
  const list = (await command('schedule')).last as unknown as {
    readonly daemon: boolean;
    readonly schedules: readonly { readonly job: string; readonly next: string }[];
  };
  expect(list.daemon).toBe(true);
  expect(list.schedules.map(({ job, next }) => `${job} ${next}`).toSorted()).toEqual([
    `crm ${at(2, 4).toISOString()}`,
    `shop ${at(1, 3).toISOString()}`,
  ]);
  expect(await command('recovery-kit', '--out', path.join(world.dataDir, 'kit.txt'))).toMatchObject({ exitCode: 0 });

  let good = 0;
  for (let day = 1; day <= 9; day += 1) {
    if (day === 6) await server.crash();
    await moveTo(running, at(day, 3).getTime() - 1000);
    if (day === 6) {
      for (const [index, minutes] of pauses.entries()) {
        await whenEnded(running, 'shop', 'waiting', index + 1);
        expect(mail.mails).toEqual([]);
        await moveTo(running, Date.now() + aheadMs + minutes * minuteMs);
      }
      await whenEnded(running, 'shop', 'failed', 1);
      await waitFor('the mail about the failure', () => mail.mails.length > 0);
      await server.start();
    } else {
      good += 1;
      await whenEnded(running, 'shop', 'succeeded', good);
    }
    if (day !== 2 && day !== 9) continue;
    await moveTo(running, at(day, 4).getTime() - 1000);
    await whenEnded(running, 'crm', 'succeeded', day === 2 ? 1 : 2);
  }

  const { runs } = (await command('runs', '--limit', '50')).last as unknown as { readonly runs: readonly Run[] };
  const told = runs.toReversed().map(({ trigger, state, database, createdAt }) => {
    return `${database ?? ''} ${trigger} ${state} ${createdAt.slice(0, 16)}`;
  });
  const minute = (day: number, hours: number): string => at(day, hours).toISOString().slice(0, 16);
  const shopRun = (day: number, state = 'succeeded'): string => `shop schedule ${state} ${minute(day, 3)}`;
  expect(told).toEqual([
    ...[shopRun(1), shopRun(2), `crm schedule succeeded ${minute(2, 4)}`, shopRun(3), shopRun(4), shopRun(5)],
    ...[shopRun(6, 'failed'), shopRun(7), shopRun(8), shopRun(9), `crm schedule succeeded ${minute(9, 4)}`],
  ]);

  // Of eight good daily backups the last three stay; three files each.
  const days = (files: readonly { readonly createdTime: string }[]): string[] =>
    files.map(({ createdTime }) => createdTime.slice(0, 13)).toSorted();
  const threeOf = (...times: readonly Date[]): string[] =>
    times.flatMap((time) => Array<string>(3).fill(time.toISOString().slice(0, 13)));
  const trashed = world.google.files().filter((file) => file.content !== null && file.trashedTime !== null);
  expect(days(trashed)).toEqual(threeOf(at(1, 3), at(2, 3), at(3, 3), at(4, 3), at(5, 3)));
  expect(days(world.storedFiles())).toEqual(threeOf(at(2, 4), at(7, 3), at(8, 3), at(9, 3), at(9, 4)));

  await waitFor('the all-clear', () => mail.mails.length > 1);
  expect(mail.mails.map(({ subject, recipients, secure }) => ({ subject, recipients, secure }))).toEqual([
    { subject: 'PgKeep: Backup of shop failed', recipients: ['anna@example.org'], secure: true },
    { subject: 'PgKeep: shop is backed up again', recipients: ['anna@example.org'], secure: true },
  ]);
  expect(mail.mails[0]?.text).toContain('Start the server, or correct the host and port.');
  expect(mail.mails[1]?.text).toContain('There had been no good one for 2 days.');

  running.child.kill('SIGTERM');
  const { exitCode, last, stderr, stdout } = await running.ended;
  daemon = null;
  expect([exitCode, last?.['ended']]).toEqual([0, true]);
  const log = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly message: string });
  // Each once, whatever it removed afterwards.
  expect(log.filter(({ message }) => /^shop: succeeded in .* on Drive$/.test(message))).toHaveLength(good);
  for (const secret of [server.password, mailPassword, 'PRIVATE KEY']) expect(stderr + stdout).not.toContain(secret);
}, 120_000);
