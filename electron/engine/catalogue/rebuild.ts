// Brings the catalogue back from Drive: jobs, snapshots and pins, from what Drive lists and the manifests say. Each set is
// one transaction, so a break keeps what was done, and doing it again changes nothing more.
import { noSchedule } from '../../../shared/schedule.ts';
import { usualDump } from '../../../shared/dump-choice.ts';
import type { CatalogProgress, RebuildReport, SetProblem } from '../../../shared/catalog.ts';
import type { Job } from '../../../shared/job.ts';
import { noHooks } from '../../../shared/job-hooks.ts';
import { noJobAlerts } from '../../../shared/job-alerts.ts';
import { keepEverything } from '../../../shared/retention.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { readIdentities } from '../crypto/keys.ts';
import { findJob, listJobs, writeJob, writeJobFolder } from '../store/jobs.ts';
import { endRemoval, findRemovedSnapshot } from '../store/removals.ts';
import { findSnapshot, readSnapshotRow, writeSnapshot } from '../store/snapshots.ts';
import { isWholeOnDrive } from './check.ts';
import type { CatalogContext } from './context.ts';
import type { FoundSet } from './group-sets.ts';
import { inParallel } from './in-parallel.ts';
import { listSets } from './list-files.ts';
import { complete, listChanged, toSnapshot } from './merge-set.ts';
import { readManifestFacts, type ManifestFacts, type ManifestProblem } from './read-manifest.ts';

/** Throws what keeps Drive from answering, and `crypto/key-missing`. */
export async function rebuildCatalog(
  ctx: CatalogContext,
  onProgress: (progress: CatalogProgress) => void,
): Promise<RebuildReport> {
  const { sets, strays, files } = await listSets(ctx);
  const identities = await readIdentities(ctx.vault);
  const problems: SetProblem[] = [...strays];
  const counts = { added: 0, updated: 0, unchanged: 0, manifestsRead: 0, wrongKey: 0 };
  const manifests = new Map<string, ManifestFacts | ManifestProblem>();
  const usable = sets.filter((set) => !set.isNewer && set.files.some(({ kind }) => kind === 'dump'));
  const total = usable.length;
  let done = 0;

  const readOnce = async (set: FoundSet): Promise<ManifestFacts | ManifestProblem | null> => {
    const file = set.files.find(({ kind }) => kind === 'manifest');
    if (!file) return null;
    const facts = manifests.get(set.id) ?? (await readManifestFacts(ctx, identities, file));
    if (!manifests.has(set.id)) counts.manifestsRead += 1;
    manifests.set(set.id, facts);
    return facts;
  };

  onProgress({ done, total });
  const jobs = await bringJobsBack(ctx, usable, readOnce);
  await inParallel(usable, async (set) => {
    const known = readSnapshotRow(ctx.db, set.id);
    const read = known && isWhole(known) ? null : await readOnce(set);
    const facts = typeof read === 'string' ? null : read;
    if (typeof read === 'string') {
      problems.push({ kind: read, baseName: set.baseName, file: null });
      if (read === 'wrong-key') counts.wrongKey += 1;
    }
    problems.push(...listChanged(set, known, facts));
    const removed = findRemovedSnapshot(ctx.db, set.id);
    // A list may be older than the trash: what was removed here comes back only when its files say so themselves.
    if (removed && !(await isWholeOnDrive(ctx, removed))) counts.unchanged += 1;
    else counts[keep(ctx, set, facts)] += 1;
    done += 1;
    onProgress({ done, total });
  });
  problems.push(...sets.flatMap((set) => set.problems));
  return {
    ...{ at: ctx.clock.now().toISOString(), files: files.length, sets: sets.length, jobs, ...counts },
    problems: problems.sort((a, b) => b.baseName.localeCompare(a.baseName)),
  };
}

/** The manifest can say nothing more of it. */
function isWhole({ files, dumpBytes }: Snapshot): boolean {
  return dumpBytes !== null && files.some(({ kind }) => kind === 'manifest');
}

/** Makes the jobs that are not here, without a connection: which server theirs is, only a person knows. Answers their names. */
async function bringJobsBack(
  ctx: CatalogContext,
  sets: readonly FoundSet[],
  readOnce: (set: FoundSet) => Promise<ManifestFacts | ManifestProblem | null>,
): Promise<string[]> {
  const names: string[] = [];
  for (const jobId of new Set(sets.map((set) => set.jobId))) {
    if (findJob(ctx.db, jobId)) continue;
    const own = sets.filter((set) => set.jobId === jobId);
    const [newest] = own;
    if (!newest) continue;
    const wish = (await readJobName(own, readOnce)) ?? newest.folder?.name ?? newest.database;
    ctx.db.transaction(() => {
      const job: Job = {
        id: jobId,
        name: chooseName(wish, listJobs(ctx.db)),
        ...toScope(own),
        connectionId: null,
        dump: usualDump,
        retention: keepEverything,
        schedule: noSchedule,
        alerts: noJobAlerts,
        hooks: noHooks,
        createdAt: own.at(-1)?.createdAt ?? newest.createdAt,
      };
      writeJob(ctx.db, job);
      if (newest.folder) writeJobFolder(ctx.db, jobId, newest.folder.id);
      names.push(job.name);
    })();
  }
  return names;
}

/** A job whose backups are of several databases was one of a whole server. */
function toScope(sets: readonly FoundSet[]): Pick<Job, 'scope' | 'database'> {
  const databases = new Set(sets.map((set) => set.database));
  const [newest] = sets;
  return databases.size === 1 && newest
    ? { scope: 'database', database: newest.database }
    : { scope: 'server', database: null };
}

/** By the newest manifest that opens; null when none of the last few does. */
async function readJobName(
  sets: readonly FoundSet[],
  readOnce: (set: FoundSet) => Promise<ManifestFacts | ManifestProblem | null>,
): Promise<string | null> {
  for (const set of sets.slice(0, 3)) {
    const facts = await readOnce(set);
    if (facts !== null && typeof facts !== 'string') return facts.jobName;
  }
  return null;
}

function chooseName(wish: string, jobs: readonly Job[]): string {
  const base = wish.trim().slice(0, 90) || 'job';
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base} (${String(number)})`;
    if (!jobs.some((job) => job.name === name)) return name;
  }
}

function keep(ctx: CatalogContext, set: FoundSet, facts: ManifestFacts | null): 'added' | 'updated' | 'unchanged' {
  return ctx.db.transaction(() => {
    if (findRemovedSnapshot(ctx.db, set.id)) {
      endRemoval(ctx.db, set.id, 'ok', ctx.clock.now().toISOString());
      return 'added';
    }
    const old = findSnapshot(ctx.db, set.id);
    const next = old ? complete(old, set, facts) : toSnapshot(set, facts, ctx.clock.now().toISOString());
    if (old && JSON.stringify(old) === JSON.stringify(next)) return 'unchanged';
    writeSnapshot(ctx.db, next);
    return old ? 'updated' : 'added';
  })();
}
