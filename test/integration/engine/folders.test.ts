// Backups while a person moves their place: into the trash and out of it, to a shared drive. Every backup, old and new,
// can still be restored.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../../shared/job.ts';
import type { Run } from '../../../shared/run.ts';
import { openEngineWorld, type EngineWorld, type RunningEngine } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { createSmallDatabase } from './small-database.ts';

const owner = 'owner@example.com';

let server: TestServer;
let world: EngineWorld;
let engine: RunningEngine;
let job: Job;

beforeAll(async () => {
  server = await startTestServer();
  world = await openEngineWorld();
  engine = await world.start();
  await createSmallDatabase(server, 'shop');
  job = await world.setUp(engine, server, 'shop');
});

afterAll(async () => {
  await world.stop();
  await server.stop();
});

async function backUp(): Promise<Run> {
  const run = await engine.backUp(job);
  expect(run).toMatchObject({ state: 'succeeded', error: null });
  return run;
}

/** A drill of the run's snapshot: it is downloaded by id, wherever its files lie. */
async function prove(run: Run): Promise<void> {
  const { id } = await engine.client.restores.startDrill({ snapshotId: run.snapshotId ?? '' });
  expect(await engine.whenRestored(id)).toMatchObject({ state: 'succeeded', report: { equal: true } });
}

/** As the person does it in the browser. */
async function trash(id: string, trashed: boolean): Promise<void> {
  const { accessToken } = world.google.issueTokens({ scopes: ['https://www.googleapis.com/auth/drive'] });
  const answer = await fetch(`${world.google.origin}/drive/v3/files/${id}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ trashed }),
  });
  expect(answer.ok).toBe(true);
}

describe('the place of the backups', () => {
  it('is made anew when it lies in the trash, which the run and one notice say once', async () => {
    const first = await backUp();
    const { folder } = await engine.client.account.refresh(undefined);
    await trash(folder?.id ?? '', true);
    const second = await backUp();
    expect(second.warnings).toEqual([expect.stringMatching(/^The folder PgKeep lies in Drive’s trash\. New backups/)]);
    const third = await backUp();
    expect(third.warnings).toEqual([]);
    const told = engine.notices.filter(({ title }) => title.includes('trash'));
    expect(told).toHaveLength(1);
    await prove(second);
    await trash(folder?.id ?? '', false);
    await prove(first);
  });

  it('on a shared drive, chosen on Google’s page, holds new backups, and the old ones stay and work', async () => {
    const before = await backUp();
    const drive = world.google.makeSharedDrive({ name: 'Office', members: { [owner]: 'fileOrganizer' } });
    const backups = world.google.makeByHand({ name: 'Backups', parentId: drive.id });
    world.google.set({ picks: [backups.id] });
    await engine.client.account.pickFolder(undefined);
    const after = await backUp();
    expect(after.warnings).toEqual([]);
    const driveIdsOf = async ({ snapshotId }: Run): Promise<Set<string | null>> => {
      const snapshots = await engine.client.snapshots.list({ jobId: job.id });
      const files = snapshots.find(({ id }) => id === snapshotId)?.files ?? [];
      const records = world.google.files();
      return new Set(files.map((file) => records.find(({ id }) => id === file.driveFileId)?.driveId ?? null));
    };
    expect(await driveIdsOf(before)).toEqual(new Set([null]));
    expect(await driveIdsOf(after)).toEqual(new Set([drive.id]));
    await prove(before);
    await prove(after);
    expect(await engine.client.account.refresh(undefined)).toMatchObject({
      folder: { onSharedDrive: true, parentName: 'Backups' },
      warnings: [],
    });
    world.google.setRole(drive.id, owner, 'writer');
    expect((await engine.client.account.refresh(undefined)).warnings).toEqual([{ kind: 'cannot-clean-up' }]);
  });
});
