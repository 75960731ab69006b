// `pgkeep daemon` as a process of its own: real PostgreSQL, the local Google, what it catches up, signals, crashes, and commands
// beside it.
import { spawn } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../../../shared/run.ts';
import { runCli, startCli, type CliEnd, type CliProcess } from '../../support/cli-process.ts';
import { openEngineWorld, type EngineWorld } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createIncompressibleDatabase, createSmallDatabase } from './small-database.ts';

let server: TestServer;
let world: EngineWorld;
let daemon: CliProcess | null = null;

beforeAll(async () => {
  server = await startTestServer();
  await createSmallDatabase(server, 'shop');
  await createSmallDatabase(server, 'crm');
  await createIncompressibleDatabase(server, 'noise');
  world = await openEngineWorld();
  const engine = await world.start();
  await world.signIn(engine);
  await engine.stop();
});

afterAll(async () => {
  await daemon?.kill();
  await world.stop();
  await server.stop();
});

function writeEnv(database: string, lines: readonly string[]): string {
  const file = path.join(world.dataDir, `${database}.env`);
  writeFileSync(file, [`DATABASE_URL=${server.url(database)}`, ...lines, ''].join('\n'), { mode: 0o600 });
  return file;
}

async function startDaemon(files: readonly string[]): Promise<CliProcess> {
  daemon = startCli(world.dataDir, [...files.flatMap((file) => ['--env-file', file]), 'daemon'], {
    env: { ...process.env, DISPLAY: undefined, WAYLAND_DISPLAY: undefined, TZ: 'UTC' },
  });
  await daemon.whenLine((line) => line['daemon'] === 'ready');
  return daemon;
}

async function endDaemon(): Promise<CliEnd> {
  const running = daemon;
  if (!running) throw new Error('no daemon runs');
  daemon = null;
  running.child.kill('SIGTERM');
  return running.ended;
}

/** For a test that begins with another one, whatever the test before left. */
async function endIfRunning(): Promise<void> {
  if (daemon) await endDaemon();
}

const command = (...args: string[]): Promise<CliEnd> => runCli(world.dataDir, args);

async function listRuns(): Promise<Run[]> {
  return ((await command('runs')).last as unknown as { runs: Run[] }).runs;
}

/** As if the machine had been off since then. */
function moveBack(hours: number): void {
  const db = new Database(path.join(world.dataDir, 'pgkeep.db'));
  const at = new Date(Date.now() - hours * 3_600_000).toISOString();
  db.prepare('update jobs set schedule_seen_at = ?').run(at);
  db.prepare("update settings set value = ? where key = 'scheduleSeenAt'").run(JSON.stringify(at));
  db.close();
}

const ended = (job: string, state: string) => (line: Record<string, unknown>) =>
  line['job'] === job && line['state'] === state;

describe('the daemon', () => {
  it('catches up daily and weekly backups once with the reason, and once more after none', async () => {
    const shop = writeEnv('shop', ['BACKUP_SCHEDULE=0 3 * * *']);
    const crm = writeEnv('crm', ['BACKUP_SCHEDULE=weekly@sun 04:00', 'BACKUP_TIME_ZONE=UTC']);
    await startDaemon([shop, crm]);
    await endDaemon();
    moveBack(8 * 24);
    const running = await startDaemon([]);
    await Promise.all([running.whenLine(ended('shop', 'succeeded')), running.whenLine(ended('crm', 'succeeded'))]);
    const [newest, second, ...others] = await listRuns();
    expect([newest?.trigger, second?.trigger]).toEqual(['catch-up', 'catch-up']);
    expect([newest?.reason, second?.reason].toSorted()).toEqual([
      expect.stringMatching(/^Makes up for 1 missed backup: PgKeep was not running from /),
      expect.stringMatching(/^Makes up for [78] missed backups: PgKeep was not running from /),
    ]);
    expect(others).toHaveLength(0);
    await endDaemon();
    await startDaemon([]);
    expect(await listRuns()).toHaveLength(2);
  }, 90_000);

  it('lets every command through while it runs, and no second daemon', async () => {
    if (!daemon) await startDaemon([]);
    expect(await command('daemon')).toMatchObject({ exitCode: 3, last: { code: 'store/in-use' } });
    expect(await command('schedule', 'pause', 'tomorrow')).toMatchObject({ exitCode: 0, last: { daemon: true } });
    const paused = (await command('schedule')).last as unknown as { pause: { until: string } };
    expect(paused.pause.until).toMatch(/T00:00:00.000Z$/);
    expect(await command('schedule', 'resume')).toMatchObject({ exitCode: 0, last: { pause: null } });
    expect(await command('schedule', 'set', 'crm', 'monthly@last', '23:00')).toMatchObject({
      exitCode: 0,
      last: { schedule: { when: { kind: 'monthly', day: 'last', times: ['23:00'] } } },
    });
    expect(await command('schedule', 'set', 'crm', 'whenever')).toMatchObject({ exitCode: 3 });
    expect(await command('backup', 'shop')).toMatchObject({ exitCode: 0, last: { runs: [{ state: 'succeeded' }] } });
    const kit = path.join(world.dataDir, 'kit.txt');
    expect(await command('recovery-kit', '--out', path.relative(process.cwd(), kit))).toMatchObject({ exitCode: 0 });
    expect(statSync(kit).mode & 0o777).toBe(0o600);
  }, 90_000);

  it('takes changed .env files over by SIGHUP, and lives on when one is wrong', async () => {
    await endIfRunning();
    const file = writeEnv('shop', ['BACKUP_SCHEDULE=off']);
    const running = await startDaemon([file]);
    const readWhen = async (): Promise<string | undefined> => {
      const { schedules } = (await command('schedule')).last as unknown as {
        schedules: { job: string; schedule: { when: { kind: string } } }[];
      };
      return schedules.find(({ job }) => job === 'shop')?.schedule.when.kind;
    };
    expect(await readWhen()).toBe('off');
    writeEnv('shop', ['BACKUP_SCHEDULE=whenever']);
    running.child.kill('SIGHUP');
    writeEnv('shop', ['BACKUP_SCHEDULE=hourly@59']);
    await waitFor('the schedule of the file', async () => {
      running.child.kill('SIGHUP');
      return (await readWhen()) === 'hourly';
    });
  }, 90_000);

  it('leaves a whole dump for the next start when it is told to end during its upload', async () => {
    if (!daemon) await startDaemon([]);
    const chunk = world.google.holdNext({ kind: 'chunk' }, { at: 'body' });
    const backup = startCli(world.dataDir, ['--env-file', writeEnv('noise', []), 'backup', 'noise']);
    await chunk.reached;
    await waitFor('the dump is whole', async () => (await listRuns())[0]?.stage === 'upload');
    const began = performance.now();
    const { exitCode } = await endDaemon();
    chunk.release();
    expect(exitCode).toBe(0);
    expect(performance.now() - began).toBeLessThan(15_000);
    expect((await backup.ended).last).toMatchObject({ type: 'error', code: 'engine/stopped' });
    const running = await startDaemon([]);
    await running.whenLine(ended('noise', 'succeeded'));
  }, 90_000);

  it('refuses to begin with a wrong .env file, and says which line it is', async () => {
    await endIfRunning();
    const file = writeEnv('shop', ['BACKUP_SCHEDULE=every blue moon']);
    const wrong = startCli(world.dataDir, ['--env-file', file, 'daemon']);
    expect(await wrong.ended).toMatchObject({ exitCode: 3, last: { code: 'input/invalid' } });
  }, 60_000);

  it('is reached by nobody after a crash, and starts over the socket that it left', async () => {
    await endIfRunning();
    await startDaemon([]);
    const crashed = daemon;
    daemon = null;
    await crashed?.kill();
    expect(await command('schedule')).toMatchObject({ exitCode: 0, last: { daemon: false } });
    await startDaemon([]);
    expect(await command('schedule')).toMatchObject({ exitCode: 0, last: { daemon: true } });
    expect(await endDaemon()).toMatchObject({ exitCode: 0 });
  }, 60_000);
});

describe('the systemd unit', () => {
  const run = (args: readonly string[]): Promise<{ code: number | null; text: string } | null> =>
    new Promise((resolve) => {
      const child = spawn('systemd-analyze', args);
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
      child.once('error', () => {
        resolve(null);
      });
      child.once('close', (code) => {
        resolve({ code, text });
      });
    });

  it('is accepted by systemd-analyze, and gives the service few rights', async (ctx) => {
    const root = path.resolve(import.meta.dirname, '../../..');
    // Programs have to be where the unit says.
    const unit = readFileSync(path.join(root, 'build/pgkeep.service'), 'utf8')
      .replaceAll('/opt/pgkeep/node_modules/.bin/node', process.execPath)
      .replaceAll('/opt/pgkeep', root);
    const file = path.join(world.dataDir, 'pgkeep.service');
    writeFileSync(file, unit);
    const verified = await run(['verify', file]);
    if (verified === null) {
      ctx.skip('systemd-analyze is not on this machine');
      return;
    }
    expect(verified).toEqual({ code: 0, text: '' });
    const exposure = await run(['security', '--offline=true', '--threshold=30', file]);
    expect(exposure?.text).toMatch(/Overall exposure level for pgkeep.service: [0-2]\.\d/);
  });
});
