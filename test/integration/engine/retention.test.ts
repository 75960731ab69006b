// The rules in a whole engine: the last step of a run, a look at what they would do, a pass by hand, deleting one snapshot and
// getting it back; in the window's calls, on the command line and from an .env file; and who did it in the activity log.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { applyEnvFile } from '../../../electron/cli/env-file.ts';
import type { Job } from '../../../shared/job.ts';
import { toRetention, usualRetention, type Retention } from '../../../shared/retention.ts';
import type { Run } from '../../../shared/run.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { runCli } from '../../support/cli-process.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { createSmallDatabase } from './small-database.ts';

let server: TestServer;
let world: EngineWorld;
let engine: RunningEngine;
let job: Job;

beforeAll(async () => {
  server = await startTestServer();
  await createSmallDatabase(server, 'shop');
  world = await openEngineWorld();
  engine = await world.start();
  job = await world.setUp(engine, server, 'shop');
});

afterAll(async () => {
  await world.stop();
  await server.stop();
});

const list = (): Promise<Snapshot[]> => engine.client.snapshots.list({ jobId: null });
const save = async (retention: Retention): Promise<void> => {
  const { id, name, connectionId, database } = job;
  job = await engine.client.jobs.save({ id, name, connectionId: connectionId ?? '', database, retention });
};
const binned = (): number => world.google.files().filter((file) => file.trashedTime !== null).length;
const removals = () =>
  engine.client.audit.list({ group: 'snapshot', search: '', before: null, limit: 100 }).then((rows) =>
    rows.map(({ act, way, subject, details, outcome }) => ({
      act,
      way,
      subject,
      reason: details['reason'],
      outcome,
    })),
  );

it('a new job keeps the newest 30, and a run lets its rules work as the last step', async () => {
  expect(job.retention).toEqual(usualRetention);
  await save(toRetention({ last: 2 }, 1));
  const runs: Run[] = [];
  for (let count = 0; count < 4; count += 1) runs.push(await engine.backUp(job));
  expect(runs.map(({ state, stage, warnings }) => [state, stage, warnings])).toEqual(
    Array.from({ length: 4 }, () => ['succeeded', null, []]),
  );
  expect((await list()).map(({ id }) => id)).toEqual([runs[3]?.snapshotId, runs[2]?.snapshotId]);
  const removed = await engine.client.retention.listRemoved({ jobId: job.id, limit: 10 });
  expect(removed.map(({ snapshotId }) => snapshotId)).toEqual([runs[1]?.snapshotId, runs[0]?.snapshotId]);
  expect(removed[0]?.cause).toEqual({ by: 'rule', reasons: [{ kind: 'not-last', count: 2 }] });
  expect([world.storedFiles().length, binned()]).toEqual([6, 6]);
  expect(engine.events.filter(({ name }) => name === 'retention.removed')).toHaveLength(2);
  expect((await removals())[0]).toEqual({
    ...{ act: 'snapshot.removed', way: 'program', subject: removed[0]?.baseName, outcome: 'done' },
    reason: 'not among the newest 2',
  });
});

it('a preview says what other rules would do, and does nothing', async () => {
  const [newest, other] = await list();
  const ask = (retention: Retention) => engine.client.retention.preview({ jobId: job.id, retention });
  const preview = await ask(toRetention({ daily: 7 }, 1));
  expect(preview).toMatchObject({ removeCount: 1, removeBytes: other?.storedBytes, steady: { count: 7 } });
  expect(preview.snapshots.map(({ snapshotId, verdict }) => [snapshotId, verdict.kept])).toEqual([
    [newest?.id, true],
    [other?.id, false],
  ]);
  expect((await ask(toRetention({ last: 5 }, 1))).removeCount).toBe(0);
  expect((await engine.client.retention.preview({ jobId: null })).removeCount).toBe(0);
  expect(await list()).toHaveLength(2);
});

it('a person deletes one and gets it back; a pin and the newest good one are refused', async () => {
  const [newest, other] = await list();
  await engine.client.snapshots.setPinned({ id: other?.id ?? '', pinned: true });
  await expect(engine.client.snapshots.remove({ id: other?.id ?? '' })).rejects.toMatchObject({
    code: 'retention/pinned',
  });
  await engine.client.snapshots.setPinned({ id: other?.id ?? '', pinned: false });
  await expect(engine.client.snapshots.remove({ id: newest?.id ?? '' })).rejects.toMatchObject({
    code: 'retention/last-good',
  });
  const removed = await engine.client.snapshots.remove({ id: newest?.id ?? '', lastGood: true });
  expect(removed).toMatchObject({ snapshotId: newest?.id, cause: { by: 'person' } });
  expect((await list()).map(({ id }) => id)).toEqual([other?.id]);
  expect(await engine.client.catalog.untrash({ id: newest?.id ?? '' })).toMatchObject({ presence: 'ok' });
  expect((await list()).map(({ id }) => id)).toEqual([newest?.id, other?.id]);
  expect(await engine.client.catalog.check(undefined)).toMatchObject({ findings: [], unknown: [] });
  expect((await removals()).slice(0, 3).map(({ act, way, outcome }) => [act, way, outcome])).toEqual([
    ['snapshot.untrashed', 'window', 'done'],
    ['snapshot.removed', 'window', 'done'],
    ['snapshot.removed', 'window', 'retention/last-good'],
  ]);
});

it('what fails in the last step is a warning of a good run, and is made up for', async () => {
  const failing = world.google.failNext(
    { kind: 'update', times: null },
    { do: 'respond', status: 500, reason: 'internalError' },
  );
  const run = await engine.backUp(job);
  expect(run.state).toBe('succeeded');
  expect(run.warnings).toHaveLength(1);
  expect(run.warnings[0]).toContain('It is tried again by itself.');
  expect((await list()).map(({ presence }) => presence)).toEqual(['ok', 'ok', 'removing']);
  expect((await engine.client.tray.get(undefined)).icon).not.toBe('attention');
  failing.remove();
  const report = await engine.client.retention.prune({ jobId: null });
  expect(report).toMatchObject({ warnings: [], removed: [{ jobId: job.id }] });
  expect(await list()).toHaveLength(2);
});

it('a run that fails removes nothing', async () => {
  await save(toRetention({ last: 1 }, 1));
  const failing = world.google.failNext(
    { kind: 'generate-ids', times: null },
    { do: 'respond', status: 403, reason: 'domainPolicy' },
  );
  expect((await engine.backUp(job)).state).toBe('failed');
  failing.remove();
  expect(await list()).toHaveLength(2);
});

it('an .env file sets the rules', async () => {
  const file = path.join(world.dataDir, 'rules.env');
  const { host, port, user, password } = server;
  const address = `postgres://${user}:${password}@${host}:${String(port)}/shop`;
  await writeFile(file, `DATABASE_URL=${address}\nBACKUP_RETENTION_COUNT=5\nBACKUP_RETENTION_MONTHLY=12\n`);
  const applied = await applyEnvFile(engine.client, file, { folder: false, withJob: true });
  expect(applied?.retention).toEqual(toRetention({ last: 5, monthly: 12 }));
  await engine.client.jobs.remove({ id: applied?.id ?? '' });
});

it('the command line says why each one stays or goes, lets the rules work, deletes and brings back', async () => {
  await engine.stop();
  const dry = await runCli(world.dataDir, ['prune', '--dry-run']);
  expect([dry.exitCode, dry.last?.['preview']]).toMatchObject([0, { removeCount: 1 }]);
  const done = await runCli(world.dataDir, ['prune', '--job', job.name]);
  expect([done.exitCode, done.last?.['report']]).toMatchObject([
    0,
    { removed: [{ cause: { by: 'rule' } }], warnings: [] },
  ]);
  const listed = await runCli(world.dataDir, ['snapshots']);
  const [left] = listed.last?.['snapshots'] as Snapshot[];
  expect(listed.last?.['judged']).toMatchObject([
    { verdict: { kept: true, reasons: [{ kind: 'last-good' }, {}, {}] } },
  ]);
  const asked = await runCli(world.dataDir, ['delete', left?.id ?? '']);
  expect(asked.exitCode).toBe(3);
  const gone = await runCli(world.dataDir, ['delete', left?.id ?? '', '--yes']);
  expect([gone.exitCode, gone.last?.['removed']]).toMatchObject([0, { snapshotId: left?.id }]);
  const back = await runCli(world.dataDir, ['catalog', 'untrash', left?.baseName ?? '']);
  expect([back.exitCode, back.last?.['snapshot']]).toMatchObject([0, { id: left?.id, presence: 'ok' }]);
});
