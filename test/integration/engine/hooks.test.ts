// Commands before and after a backup, as real scripts: each begins once for each run, is told how the run ended, ends with its
// time, never sees a secret, and what becomes of it is said.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HookKind, JobHooksDraft } from '../../../shared/job-hooks.ts';
import type { Job } from '../../../shared/job.ts';
import type { Run } from '../../../shared/run.ts';
import { runCli } from '../../support/cli-process.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createIncompressibleDatabase, createSmallDatabase } from './small-database.ts';

let server: TestServer;
let world: EngineWorld;
let engine: RunningEngine;
let job: Job;
/** Scripts, and what they write. */
let dir: string;

beforeAll(async () => {
  server = await startTestServer();
  await createSmallDatabase(server, 'shop');
  await createIncompressibleDatabase(server, 'noise');
});

afterAll(async () => {
  await server.stop();
});

beforeEach(async () => {
  world = await openEngineWorld();
  engine = await world.start();
  job = await world.setUp(engine, server, 'shop');
  dir = mkdtempSync(path.join(tmpdir(), 'pgkeep-hooks-'));
});

afterEach(async () => {
  await world.stop();
  rmSync(dir, { recursive: true });
});

function writeScript(name: string, body: string): string {
  const file = path.join(dir, name);
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

const inDir = (name: string): string => path.join(dir, name);
const read = (name: string): string => (existsSync(inDir(name)) ? readFileSync(inDir(name), 'utf8') : '');

/** Gives the job scripts, as the shell and the form would. */
async function saveHooks(
  scripts: Partial<Record<HookKind, string>>,
  choices: { readonly timeoutSeconds?: number; readonly onFailure?: 'fail' | 'warn' } = {},
): Promise<void> {
  const accept = async (command: string | undefined): Promise<JobHooksDraft['before']> => {
    if (command === undefined) return null;
    const { id } = await engine.client.jobs.acceptHook({ way: 'file', command });
    return { id, timeoutSeconds: 3600, onFailure: 'fail', ...choices };
  };
  const hooks = { before: await accept(scripts.before), after: await accept(scripts.after) };
  const { id, name, database, connectionId } = job;
  job = await engine.client.jobs.save({ id, name, database, connectionId: connectionId ?? '', hooks });
}

/** A backup, and its command after. */
async function backUp(): Promise<Run> {
  const { id } = await engine.backUp(job);
  return engine.client.runs.awaitHooks({ id });
}

async function readLog(run: Run): Promise<string> {
  return (await engine.client.runs.getLog({ id: run.id })).map(({ message }) => message).join('\n');
}

/** Writes down what it is told, once more at each call. */
const tell = (name: string): string => `env | grep '^PGKEEP_' | sort >> '${inDir(name)}'`;

describe('a script before and a script after a backup', () => {
  it('run once each, in their order, and are told about it; no secret reaches them', async () => {
    const all = `env > '${inDir('environment')}'; `;
    await saveHooks({ before: writeScript('b.sh', tell('told')), after: writeScript('a.sh', all + tell('told')) });
    process.env['PGKEEP_TEST_SECRET'] = 'from-the-surroundings';
    const run = await backUp();
    delete process.env['PGKEEP_TEST_SECRET'];
    expect(run).toMatchObject({ state: 'succeeded', warnings: [] });
    const both = `PGKEEP_JOB=${job.name}\nPGKEEP_RUN_ID=${run.id}\n`;
    expect(read('told')).toBe(
      `PGKEEP_DATABASE=shop\nPGKEEP_HOOK=before\n${both}` +
        `PGKEEP_DATABASE=shop\nPGKEEP_ERROR=\nPGKEEP_HOOK=after\n${both}PGKEEP_SNAPSHOT=${run.snapshotId ?? ''}\nPGKEEP_STATE=succeeded\n`,
    );
    expect(read('environment')).not.toContain(server.password);
    expect(read('environment')).not.toContain('from-the-surroundings');
  });

  it('have their output in the log, with the passwords hidden and not without end', async () => {
    const before = `echo "to the server with ${server.password}"; echo '\\033[31mred\\033[0m' >&2; seq 1 5000`;
    await saveHooks({ before: writeScript('b.sh', before) });
    const log = await readLog(await backUp());
    expect(log).toContain('before: to the server with [hidden]');
    expect(log).toContain('before: red\n');
    expect(log).toContain('before: 5000\n');
    expect(log).toMatch(/lines are left out here/);
    expect(log.split('\n').length).toBeLessThan(300);
    expect(log).not.toContain(server.password);
  });

  it('are noted in the activity log when they are chosen', async () => {
    const before = writeScript('b.sh', 'true');
    await saveHooks({ before });
    const [entry] = await engine.client.audit.list({ group: null, search: 'b.sh', before: null, limit: 10 });
    expect(entry).toMatchObject({ act: 'job.changed', subject: job.name });
  });
});

describe('a script before that fails', () => {
  it('fails the run before anything is dumped, with its own words, and the script after is told', async () => {
    await saveHooks({
      before: writeScript('b.sh', 'echo not ready; exit 3'),
      after: writeScript('a.sh', tell('told')),
    });
    const run = await backUp();
    const context = { file: 'b.sh', problem: 'ended with exit code 3' };
    expect(run).toMatchObject({ state: 'failed', stage: 'plan', error: { code: 'hook/before-failed', context } });
    expect(await readLog(run)).toContain('before: not ready');
    expect(read('told')).toContain('PGKEEP_ERROR=hook/before-failed\n');
    expect(read('told')).toContain('PGKEEP_STATE=failed\n');
    expect(world.storedFiles()).toEqual([]);
  });

  it('is only a warning where the job says so', async () => {
    await saveHooks({ before: writeScript('b.sh', 'exit 3') }, { onFailure: 'warn' });
    const run = await backUp();
    expect(run).toMatchObject({ state: 'succeeded' });
    expect(run.warnings).toEqual([
      'The command before the backup (b.sh) ended with exit code 3. The backup went on without it.',
    ]);
  });

  it('takes too long: it is ended with everything that it has started', async () => {
    const before = `sh -c 'sleep 600; echo late >> "${inDir('late')}"' & echo $! > '${inDir('child')}'; wait`;
    await saveHooks({ before: writeScript('b.sh', before) }, { timeoutSeconds: 250 });
    const run = await backUp();
    expect(run.error).toMatchObject({ code: 'hook/before-failed' });
    expect(run.error?.context['problem']).toBe('took longer than 250 s and was ended');
    const child = Number(read('child'));
    expect(child).toBeGreaterThan(0);
    await waitFor('its child has ended, too', () => !isAlive(child));
  });

  it('is gone, or anybody may change it: it is not run', async () => {
    const before = writeScript('b.sh', `touch '${inDir('ran')}'`);
    await saveHooks({ before });
    chmodSync(before, 0o777);
    expect((await backUp()).error?.context['problem']).toContain('everybody may change it');
    rmSync(before);
    expect((await backUp()).error?.context['problem']).toContain('there is no such file');
    expect(existsSync(inDir('ran'))).toBe(false);
  });

  it('cannot be chosen when it may not be run', async () => {
    const file = writeScript('b.sh', 'true');
    chmodSync(file, 0o644);
    const choosing = engine.client.jobs.acceptHook({ way: 'file', command: file });
    await expect(choosing).rejects.toMatchObject({ code: 'input/invalid' });
    const naming = saveUnknown();
    await expect(naming).rejects.toMatchObject({ code: 'input/not-found' });
  });

  async function saveUnknown(): Promise<unknown> {
    const { id, name, database, connectionId } = job;
    const hooks = { before: { id: 'made up', timeoutSeconds: 1, onFailure: 'fail' as const }, after: null };
    return engine.client.jobs.save({ id, name, database, connectionId: connectionId ?? '', hooks });
  }
});

describe('a script after', () => {
  it('that fails is a warning of a run that stays good', async () => {
    await saveHooks({ after: writeScript('a.sh', 'echo nobody listens; exit 1') });
    const run = await backUp();
    expect(run).toMatchObject({ state: 'succeeded', error: null });
    expect(run.warnings).toEqual([
      'The command after the backup (a.sh) ended with exit code 1. Its output is in the log.',
    ]);
    expect(await readLog(run)).toContain('after: nobody listens');
  });

  it('runs after a run that was cancelled, also in the middle of the script before', async () => {
    const before = writeScript('b.sh', `echo $$ > '${inDir('before')}'; sleep 600`);
    await saveHooks({ before, after: writeScript('a.sh', tell('told')) });
    const { id } = await engine.client.runs.start({ jobId: job.id, trigger: 'user' });
    await waitFor('the script before is at work', () => read('before') !== '');
    await engine.client.runs.cancel({ id });
    const run = await engine.client.runs.awaitHooks({ id });
    expect(run).toMatchObject({ state: 'cancelled' });
    expect(isAlive(Number(read('before')))).toBe(false);
    expect(read('told')).toContain('PGKEEP_STATE=cancelled\n');
  });

  it('of one run ends before the script before of the next one begins', async () => {
    const log = inDir('order');
    const before = writeScript('b.sh', `echo before >> '${log}'`);
    await saveHooks({ before, after: writeScript('a.sh', `sleep 0.5; echo after >> '${log}'`) });
    const first = await engine.backUp(job);
    await backUp();
    await engine.client.runs.awaitHooks({ id: first.id });
    expect(read('order')).toBe('before\nafter\nbefore\nafter\n');
  });
});

describe('over a restart of the program', () => {
  it('neither script runs again for a run that goes on with its upload', async () => {
    job = await world.setUp(engine, server, 'noise');
    await saveHooks({
      before: writeScript('b.sh', `echo before >> '${inDir('order')}'`),
      after: writeScript('a.sh', `echo after >> '${inDir('order')}'`),
    });
    const chunk = world.google.holdNext({ kind: 'chunk' }, { at: 'body' });
    const { id } = await engine.client.runs.start({ jobId: job.id, trigger: 'user' });
    await chunk.reached;
    await world.google.goOffline();
    chunk.release();
    expect(await engine.whenSettled(id, true)).toMatchObject({ state: 'waiting' });
    await engine.stop();
    await world.google.goOnline();
    expect(read('order')).toBe('before\n');
    engine = await world.start();
    await engine.whenSettled(id);
    expect(await engine.client.runs.awaitHooks({ id })).toMatchObject({ state: 'succeeded', warnings: [] });
    expect(read('order')).toBe('before\nafter\n');
  });

  it('a run that was cut off in the script before is not taken up again, and the script after runs at the next start', async () => {
    const before = writeScript('b.sh', `echo before >> '${inDir('order')}'; sleep 600`);
    await saveHooks({ before, after: writeScript('a.sh', `echo "after $PGKEEP_STATE" >> '${inDir('order')}'`) });
    const { id } = await engine.client.runs.start({ jobId: job.id, trigger: 'user' });
    await waitFor('the script before is at work', () => read('order') !== '');
    await engine.stop();
    engine = await world.start();
    await engine.whenSettled(id);
    const run = await engine.client.runs.awaitHooks({ id });
    expect(run).toMatchObject({ state: 'failed', error: { code: 'run/interrupted' } });
    expect(read('order')).toBe('before\nafter failed\n');
  });

  it('a script that the program’s end broke off is not begun again, and that is said', async () => {
    await saveHooks({ after: writeScript('a.sh', `echo after >> '${inDir('order')}'; sleep 600`) });
    const { id } = await engine.backUp(job);
    await waitFor('the script after is at work', () => read('order') !== '');
    await engine.stop();
    engine = await world.start();
    await engine.backUp(await dropHooks());
    const [run] = (await engine.client.runs.list({ jobId: job.id, limit: 10 })).filter((row) => row.id === id);
    expect(run?.state).toBe('succeeded');
    expect(run?.warnings.join()).toContain('was ended, because the program was quitting');
    expect(read('order')).toBe('after\n');
  });

  async function dropHooks(): Promise<Job> {
    const { id, name, database, connectionId } = job;
    const hooks = { before: null, after: null };
    return engine.client.jobs.save({ id, name, database, connectionId: connectionId ?? '', hooks });
  }
});

it('the command line takes them from its .env file, waits for them, and says what failed', async () => {
  await engine.stop();
  const envFile = inDir('shop.env');
  const lines = [
    `DATABASE_URL=${server.url('shop')}`,
    `BACKUP_HOOK_BEFORE="echo before >> '${inDir('order')}'"`,
    `BACKUP_HOOK_AFTER="sleep 0.5; echo after $PGKEEP_STATE >> '${inDir('order')}'; exit 7"`,
    'BACKUP_HOOK_AFTER_TIMEOUT=5m',
  ];
  writeFileSync(envFile, lines.join('\n'));
  const ended = await runCli(world.dataDir, ['--env-file', envFile, 'backup', 'shop']);
  expect(ended.exitCode).toBe(0);
  expect(read('order')).toBe('before\nafter succeeded\n');
  expect(ended.stdout + ended.stderr).toContain('ended with exit code 7');
});

function isAlive(pid: number): boolean {
  try {
    // A process that has ended and was not waited for yet does not count.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  } catch {
    return false;
  }
}
