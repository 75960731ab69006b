// The commands about which snapshots stay: letting the rules work, or only saying what they would do, and deleting one by hand.
import { AppError, invalidInput } from '../../shared/errors.ts';
import { formatBytes, formatPlural } from '../../shared/format.ts';
import { toTrashEnd, type Judged, type RemovedSnapshot, type RetentionPreview } from '../../shared/retention.ts';
import { describePreview, describeRemovalCause, describeVerdictReasons } from '../../shared/retention-words.ts';
import { findJob, findSnapshot, type CommandContext } from './commands.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { toTable } from './output.ts';

export interface PruneArgs {
  readonly job: string | null;
  readonly dryRun: boolean;
}

/** Each snapshot with its reason; without `dryRun` what goes is removed. */
export async function prune({ client, output }: CommandContext, { job, dryRun }: PruneArgs): Promise<ExitCode> {
  const jobId = job === null ? null : findJob(await client.jobs.list(undefined), job).id;
  const preview = await client.retention.preview({ jobId });
  if (dryRun) {
    output.result({ preview }, toPreviewText(preview));
    return exitCodes.done;
  }
  const report = await client.retention.prune({ jobId });
  const gone = new Set(report.removed.map(({ snapshotId }) => snapshotId));
  const stay = preview.snapshots.filter(({ snapshotId }) => !gone.has(snapshotId));
  const removed =
    report.removed.length === 0
      ? 'Nothing was removed.'
      : `${formatPlural(report.removed.length, 'snapshot')} removed: ${formatBytes(report.freedBytes)}. Drive’s trash keeps them for 30 days: pgkeep catalog untrash SNAPSHOT`;
  const rows = [...stay.map(toKeptRow), ...report.removed.map(toRemovedRow)];
  output.result(
    { report, kept: stay },
    [...(rows.length === 0 ? [] : [toTable(columns, rows), '']), removed, ...report.warnings].join('\n'),
  );
  return report.warnings.length === 0 ? exitCodes.done : exitCodes.failed;
}

const columns = ['ID', 'CREATED', 'DATABASE', 'STORED', '', 'WHY'];

function toKeptRow(row: Judged): string[] {
  const { snapshotId, createdAt, database, storedBytes, verdict } = row;
  const what = verdict.kept ? 'stays' : 'goes';
  return [snapshotId, createdAt, database, formatBytes(storedBytes), what, describeVerdictReasons(verdict)];
}

function toRemovedRow({ snapshotId, createdAt, database, storedBytes, cause }: RemovedSnapshot): string[] {
  return [snapshotId, createdAt, database, formatBytes(storedBytes), 'removed', describeRemovalCause(cause)];
}

function toPreviewText(preview: RetentionPreview): string {
  if (preview.snapshots.length === 0) return describePreview(preview);
  return `${toTable(columns, preview.snapshots.map(toKeptRow))}\n\n${describePreview(preview)} Nothing was removed.`;
}

export interface DeleteArgs {
  readonly snapshot: string;
  /** Says that it may go, also if it is the newest good one. */
  readonly yes: boolean;
}

export async function deleteSnapshot({ client, output }: CommandContext, args: DeleteArgs): Promise<ExitCode> {
  const snapshot = await findSnapshot(client, args.snapshot);
  const what = `${snapshot.baseName} (${formatBytes(snapshot.storedBytes)}, ${formatPlural(snapshot.files.length, 'file')})`;
  if (!args.yes) {
    throw invalidInput('--yes', `${what} would go into Drive’s trash; say so with --yes`);
  }
  const removed = await client.snapshots.remove({ id: snapshot.id, lastGood: args.yes });
  const until = toTrashEnd(removed.removedAt).slice(0, 10);
  output.result(
    { removed },
    `${what} is in Drive’s trash until ${until}. Back it comes with: pgkeep catalog untrash ${snapshot.id}`,
  );
  return exitCodes.done;
}

/** A snapshot of the list or of the history, by id, base name or an unambiguous beginning. Answers its id. */
export async function findAnySnapshot({ client }: Pick<CommandContext, 'client'>, reference: string): Promise<string> {
  const listed = await client.snapshots.list({ jobId: null });
  const removed = await client.retention.listRemoved({ jobId: null, limit: 1000 });
  const rows = [
    ...listed.map(({ id, baseName }) => ({ id, baseName })),
    ...removed.map(({ snapshotId, baseName }) => ({ id: snapshotId, baseName })),
  ];
  const exact = rows.find(({ id, baseName }) => id === reference || baseName === reference);
  const found = rows.filter(({ id, baseName }) => id.startsWith(reference) || baseName.startsWith(reference));
  const id = exact?.id ?? (found.length === 1 ? found[0]?.id : undefined);
  if (id !== undefined) return id;
  throw new AppError('input/not-found', `no snapshot ${reference}`, {
    context: { what: `snapshot ${reference}`, id: reference },
  });
}
