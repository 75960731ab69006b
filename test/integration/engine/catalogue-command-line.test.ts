// A server that lost its disk: one .env file, the recovery kit and the command line bring everything back, and the next backup
// goes on where the old one ended.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generateX25519Identity } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CatalogCheck, RebuildReport, RemoteSet } from '../../../shared/catalog.ts';
import type { Job } from '../../../shared/job.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { runCli, type CliEnd } from '../../support/cli-process.ts';
import { createDrivePerson } from '../../support/drive-person.ts';
import { openEngineWorld, type EngineWorld } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { createSmallDatabase } from './small-database.ts';

let server: TestServer;
let world: EngineWorld;
let folder: string;
let kit: string;
let env: string;
let jobId: string;
let snapshots: Snapshot[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-lost-'));
  kit = path.join(folder, 'kit.txt');
  env = path.join(folder, 'shop.env');
  server = await startTestServer();
  world = await openEngineWorld();
  await createSmallDatabase(server, 'shop');
  await writeFile(env, `DATABASE_URL=${server.url('shop')}\n`, { mode: 0o600 });
  const engine = await world.start();
  await world.signIn(engine);
  await engine.stop();
  snapshots = (await run('--env-file', env, 'backup', '--all')).snapshots as Snapshot[];
  jobId = snapshots[0]?.jobId ?? '';
  expect(await run('pin', snapshots[0]?.id ?? '')).toMatchObject({ snapshot: { pinned: true, pinPending: false } });
  await run('recovery-kit', '--out', kit);
  // The disk is lost.
  await world.wipe();
  const fresh = await world.start({ resumeRuns: false });
  await world.signIn(fresh);
  await fresh.stop();
}, 60_000);

afterAll(async () => {
  await world.stop();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const cli = (...args: string[]): Promise<CliEnd> => runCli(world.dataDir, args);

async function run(...args: string[]): Promise<Record<string, unknown>> {
  const { exitCode, last, stderr } = await cli(...args);
  expect({ args, exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return last ?? {};
}

describe('after the loss of everything', () => {
  it('the list on Drive can be seen, and nothing is stored by looking', async () => {
    const { sets } = (await run('--env-file', env, 'snapshots', '--remote')) as { sets: RemoteSet[] };
    expect(sets).toMatchObject([{ id: snapshots[0]?.id, known: false, pinned: true, folderName: 'shop' }]);
    expect((await run('snapshots')).snapshots).toEqual([]);
    expect((await run('jobs')).jobs).toEqual([]);
  });

  it('a key of something else opens nothing, and the exit code says that a person is needed', async () => {
    const other = path.join(folder, 'other.txt');
    await writeFile(other, await generateX25519Identity());
    const { exitCode, last } = await cli('open-kit', other);
    expect(exitCode).toBe(4);
    expect(last).toMatchObject({ opens: { tried: 1, opened: 0 } });
    const rebuilt = await cli('--env-file', env, 'catalog', 'rebuild');
    expect(rebuilt.exitCode).toBe(4);
    expect(rebuilt.last).toMatchObject({ report: { sets: 1, wrongKey: 1 } });
  });

  it('the kit opens it, and the job waits for its server', async () => {
    const { report } = (await run('--env-file', env, 'catalog', 'rebuild', '--kit', kit)) as { report: RebuildReport };
    expect(report).toMatchObject({ sets: 1, wrongKey: 0, problems: [] });
    expect((await run('snapshots')).snapshots).toMatchObject([{ id: snapshots[0]?.id, pinned: true }]);
    const { exitCode, last } = await cli('backup', '--all');
    expect(exitCode).toBe(4);
    expect(last).toMatchObject({ type: 'error', code: 'run/needs-connection' });
  });

  it('the next backup with the .env file gives the job its server and goes on as the same job', async () => {
    const again = (await run('--env-file', env, 'backup', '--all')).snapshots as Snapshot[];
    expect(again).toMatchObject([{ jobId }]);
    expect((await run('jobs')).jobs as Job[]).toHaveLength(1);
    await run('verify', snapshots[0]?.id ?? '');
  });

  it('what Drive loses is found, and what lies in its trash comes back', async () => {
    const person = createDrivePerson(world.google);
    const fileId = snapshots[0]?.files.find(({ kind }) => kind === 'dump')?.driveFileId ?? '';
    await person.trash(fileId);
    const { exitCode, last } = await cli('catalog', 'check');
    expect(exitCode).toBe(4);
    const { check } = last as unknown as { check: CatalogCheck };
    expect(check.findings).toMatchObject([{ snapshotId: snapshots[0]?.id, presence: 'trashed' }]);
    expect(await run('catalog', 'untrash', snapshots[0]?.id ?? '')).toMatchObject({ snapshot: { presence: 'ok' } });
    expect(await run('catalog', 'check')).toMatchObject({ check: { findings: [], unknown: [] } });
    expect(await run('space')).toMatchObject({ space: { forecast: { kind: 'too-few-points' }, short: null } });
  });

  it('no command shows the private key', async () => {
    const secret = /AGE-SECRET-KEY-1\w+/.exec(await readFile(kit, 'utf8'))?.[0] ?? 'none';
    const { stdout, stderr } = await cli('--verbose', 'open-kit', kit);
    expect(stdout + stderr).not.toContain(secret);
    expect(stdout).toContain('"use":"known"');
  });
});
