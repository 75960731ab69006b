// What the tests of removing stand on: the local Google, this program's list, a job with its folder, and small sets in both.
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureJobFolder } from '../../../electron/engine/account/job-folders.ts';
import { createTurns } from '../../../electron/engine/base/in-turn.ts';
import type { CatalogContext } from '../../../electron/engine/catalogue/context.ts';
import { ensureKey } from '../../../electron/engine/crypto/keys.ts';
import {
  applyRetention,
  resumeRemovals,
  type RetentionContext,
} from '../../../electron/engine/pipeline/apply-retention.ts';
import { writeConnection } from '../../../electron/engine/store/connections.ts';
import { openDatabase, type Db } from '../../../electron/engine/store/database.ts';
import { writeJob } from '../../../electron/engine/store/jobs.ts';
import { listRemoved } from '../../../electron/engine/store/removals.ts';
import { findSnapshot, writeSnapshot } from '../../../electron/engine/store/snapshots.ts';
import { connectionOptionsSchema } from '../../../shared/connection.ts';
import type { Job } from '../../../shared/job.ts';
import { toRetention, type PruneReport, type RemovedSnapshot } from '../../../shared/retention.ts';
import { setFileKinds, type SetFile, type Snapshot } from '../../../shared/snapshot.ts';
import type { GoogleOptions } from '../../google/options.ts';
import { toJob, toSnapshot } from '../../unit/rows.ts';
import { openDriveWorld, type DriveWorld } from '../drive/drive-world.ts';

export interface SetsWorld extends DriveWorld {
  readonly db: Db;
  readonly job: Job;
  readonly folderId: string;
  /** Removed sets as they were told. */
  readonly told: RemovedSnapshot[];
  readonly inUse: Set<string>;
  /** Makes a set on Drive and lists it, unless `listed` is false. Each is a day newer than the one before. */
  readonly addSet: (options?: { readonly listed?: boolean; readonly jobId?: string }) => Promise<Snapshot>;
  /** As after a start: nothing in memory. */
  readonly createContext: (change?: Partial<RetentionContext>) => RetentionContext;
  readonly createCatalogContext: () => Promise<CatalogContext>;
  /** Lets the rules of the job work. */
  readonly retain: (change?: Partial<RetentionContext>) => Promise<PruneReport>;
  readonly resume: () => Promise<PruneReport>;
  /** `whole`, `removed`, `half` or `gone` on Drive, and what the list says: `listed ok`, `listed removing`, `history`. */
  readonly stateOf: (snapshot: Snapshot) => string;
}

const dayMs = 86_400_000;

export async function openSetsWorld(options: Partial<GoogleOptions> = {}): Promise<SetsWorld> {
  const world = await openDriveWorld(options);
  const folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-sets-'));
  const { db, close } = openDatabase(path.join(folder, 'list.db'));
  const address = { name: 'c', host: 'h', port: 5432, user: 'u', database: 'd', sslMode: 'prefer' } as const;
  writeConnection(db, {
    ...{ ...address, ...connectionOptionsSchema.parse({}), id: 'c1', seen: null, hasPassword: false },
    createdAt: '2026-01-01T00:00:00Z',
  });
  const job = toJob({ retention: toRetention({ last: 1 }, 1) });
  writeJob(db, job);
  const drive = world.connect();
  const signal = new AbortController().signal;
  const folderId = await ensureJobFolder({ db, drive, log: world.log, signal, onFolderNews: () => undefined }, job);
  const told: RemovedSnapshot[] = [];
  const inUse = new Set<string>();
  let count = 0;

  const addSet: SetsWorld['addSet'] = async ({ listed = true, jobId = job.id } = {}) => {
    count += 1;
    const id = `set${String(count).padStart(5, '0')}`;
    const createdAt = new Date(world.clock.now().getTime() - (1000 - count) * dayMs).toISOString();
    const files: SetFile[] = [];
    for (const kind of setFileKinds) {
      const data = Buffer.from(`${id} ${kind}`);
      const [driveFileId = ''] = await drive.api.generateIds(1);
      const name = `shop_${id}.${kind}.age`;
      const properties = { product: 'pgkeep', format: '1', set: id, job: jobId, db: 'shop', kind, created: createdAt };
      const meta = { id: driveFileId, name, parentId: folderId, mimeType: 'application/octet-stream' };
      await drive.api.createSmallFile({ ...meta, appProperties: { ...properties, pinned: '0' } }, data);
      const hash = (algorithm: string): string => createHash(algorithm).update(data).digest('hex');
      files.push({ kind, name, driveFileId, sizeBytes: data.length, sha256: hash('sha256'), md5: hash('md5') });
    }
    const storedBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
    const snapshot = toSnapshot({ id, baseName: `shop_${id}`, createdAt, files, jobId, storedBytes });
    if (listed) writeSnapshot(db, snapshot);
    return snapshot;
  };

  const createContext: SetsWorld['createContext'] = (change = {}) => ({
    ...{ db, drive: world.connect(), clock: world.clock, log: world.log, signal, inTurn: createTurns() },
    timeZoneOf: () => 'UTC',
    listInUse: () => inUse,
    checkAccount: () => Promise.resolve(),
    note: () => undefined,
    onRemoved: (removed) => told.push(removed),
    onChanged: () => undefined,
    ...change,
  });

  const stateOf: SetsWorld['stateOf'] = ({ id, files }) => {
    const records = files.map(({ driveFileId }) => world.google.files().find((file) => file.id === driveFileId));
    const there = records.filter((file) => file !== undefined);
    const kept = there.filter(({ trashedTime }) => trashedTime === null).length;
    const onDrive = there.length === 0 ? 'gone' : kept === files.length ? 'whole' : kept === 0 ? 'removed' : 'half';
    const row = findSnapshot(db, id);
    const isHistory = listRemoved(db, { jobId: null, limit: 1000 }).some(({ snapshotId }) => snapshotId === id);
    return `${onDrive}, ${row ? `listed ${row.presence}` : isHistory ? 'history' : 'unknown'}`;
  };

  return {
    ...world,
    ...{ db, job, folderId, told, inUse, addSet, createContext, stateOf },
    createCatalogContext: async () => {
      await ensureKey(world.vault, null);
      return { db, vault: world.vault, clock: world.clock, drive: world.connect(), log: world.log, signal };
    },
    retain: (change) => applyRetention(createContext(change), job),
    resume: () => resumeRemovals(createContext(), null),
    stop: async () => {
      close();
      await world.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
