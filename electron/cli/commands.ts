// What each command does, in calls of the contract. How they are spelled is cli.ts.
import path from 'node:path';
import { AppError, fromWireError, invalidInput } from '../../shared/errors.ts';
import { formatBytes, formatCount, formatPlural } from '../../shared/format.ts';
import type { PgKeepClient } from '../../shared/ipc/contract.ts';
import { describeJobScope, type Job } from '../../shared/job.ts';
import { describeFreshness, freshnessOf } from '../../shared/freshness.ts';
import { formatLocal, systemZone } from '../../shared/local-time.ts';
import type { Restore } from '../../shared/restore.ts';
import { nameLeftOut } from '../../shared/left-out.ts';
import type { SetFileKind, Snapshot } from '../../shared/snapshot.ts';
import { describeVerdictReasons } from '../../shared/retention-words.ts';
import { saveConnectionOf } from './env-connection.ts';
import { chooseRunsExitCode, exitCodes, type ExitCode } from './exit-codes.ts';
import { toTable, type Output } from './output.ts';
import { waitForRestore } from './wait-for.ts';
import { waitForRuns } from './wait-for-runs.ts';

export interface CommandContext {
  readonly client: PgKeepClient;
  readonly output: Output;
  /** A daemon answers: schedules are kept. */
  readonly isDaemon: boolean;
}

export async function backUp(
  { client, output }: CommandContext,
  names: readonly string[],
  all: boolean,
): Promise<ExitCode> {
  const jobs = await client.jobs.list(undefined);
  const chosen = all ? jobs : names.map((name) => findJob(jobs, name));
  if (chosen.length === 0 && jobs.length === 1) chosen.push(...jobs);
  if (chosen.length === 0) {
    throw invalidInput(
      'JOB',
      jobs.length === 0 ? 'there is no job yet; name its .env file with --env-file' : 'name the jobs, or say --all',
    );
  }
  // One that cannot run must not keep the others from it; it is told at the end.
  const lost = chosen.find((job) => job.connectionId === null);
  const ready = chosen.filter((job) => job.connectionId !== null);
  const started = await Promise.all(ready.map((job) => client.runs.start({ jobId: job.id, trigger: 'cli' })));
  const nameOf = (jobId: string): string => chosen.find((job) => job.id === jobId)?.name ?? jobId;
  const settled = await waitForRuns(client, output, started, nameOf);
  const runs = await Promise.all(settled.map(({ id }) => client.runs.awaitHooks({ id })));
  const code = chooseRunsExitCode(runs);
  if (code === exitCodes.done && lost) {
    const context = { job: lost.name };
    throw new AppError('run/needs-connection', `job ${lost.id} has no connection`, { context });
  }
  const snapshots = (await client.snapshots.list({ jobId: null })).filter(({ id }) =>
    runs.some((run) => run.snapshotId === id),
  );
  const notes = runs.flatMap(({ warnings }) => warnings.map((warning) => `note: ${warning}`));
  const lines = [...snapshots.map(describeSnapshot), ...notes].join('\n');
  if (code !== exitCodes.done) {
    // What is good is good beside what failed.
    if (snapshots.length > 0) output.note(lines);
    const worst = runs.find((run) => chooseRunsExitCode([run]) === code);
    output.error(worst?.error ? fromWireError(worst.error) : new AppError('run/cancelled', 'cancelled'));
    return code;
  }
  output.result({ runs, snapshots, peakRssBytes: readPeakRss() }, lines);
  return code;
}

export async function listJobs({ client, output }: CommandContext): Promise<ExitCode> {
  const jobs = await client.jobs.list(undefined);
  const connections = await client.connections.list(undefined);
  const { dues } = await client.monitor.get(undefined);
  const now = new Date();
  const rows = jobs.map((job) => {
    const due = dues.find(({ jobId }) => jobId === job.id);
    const toTime = (at: Date): string => formatLocal(at, systemZone());
    const connection = connections.find(({ id }) => id === job.connectionId);
    return [
      job.id,
      job.name,
      describeJobScope(job),
      connection ? `${connection.host}:${String(connection.port)}` : 'needs a connection',
      (due && describeFreshness(freshnessOf(due, now), now, toTime)) ?? 'By hand',
      due?.lastGoodAt ?? 'none',
    ];
  });
  output.result({ jobs, dues }, toTable(['ID', 'NAME', 'DATABASE', 'SERVER', 'IN TIME', 'LAST GOOD'], rows));
  return exitCodes.done;
}

export async function listSnapshots({ client, output }: CommandContext, jobName: string | null): Promise<ExitCode> {
  const jobs = await client.jobs.list(undefined);
  const jobId = jobName === null ? null : findJob(jobs, jobName).id;
  const snapshots = await client.snapshots.list({ jobId });
  const judged = (await client.retention.preview({ jobId })).snapshots;
  const whyOf = (id: string): string => {
    const verdict = judged.find(({ snapshotId }) => snapshotId === id)?.verdict;
    if (!verdict) return '';
    return verdict.kept ? describeVerdictReasons(verdict) : `goes: ${describeVerdictReasons(verdict)}`;
  };
  const rows = snapshots.map((snapshot) => [
    snapshot.id,
    snapshot.createdAt,
    snapshot.database,
    formatBytes(snapshot.storedBytes),
    snapshot.rows === null ? '' : formatCount(snapshot.rows),
    snapshot.verifiedAt ?? 'not verified',
    [
      ...(snapshot.pinned ? ['pinned'] : []),
      ...(snapshot.presence === 'ok' ? [] : [`${snapshot.presence} on Drive`]),
      ...nameLeftOut(snapshot.leftOut),
    ].join(', '),
    whyOf(snapshot.id),
  ]);
  const columns = ['ID', 'CREATED', 'DATABASE', 'STORED', 'ROWS', 'VERIFIED', 'NOTES', 'WHY IT STAYS'];
  output.result({ snapshots, judged }, toTable(columns, rows));
  return exitCodes.done;
}

export interface RestoreArgs {
  readonly snapshot: string;
  /** A connection URL whose database is filled. */
  readonly into: string | null;
  readonly newDatabase: string | null;
  readonly tables: readonly string[];
  readonly replace: boolean;
  readonly withoutOwners: boolean;
}

export async function restore({ client, output }: CommandContext, args: RestoreArgs): Promise<ExitCode> {
  const snapshot = await findSnapshot(client, args.snapshot);
  const target = args.into === null ? null : await saveConnectionOf(client, args.into);
  const database = args.newDatabase ?? target?.database;
  if (database === undefined) {
    throw invalidInput('--new-database', 'say where to: --new-database NAME, or --into URL');
  }
  const started = await client.restores.start({
    snapshotId: snapshot.id,
    connectionId: target?.connection.id ?? null,
    database,
    replace: args.replace,
    tables: [...args.tables],
    withoutOwners: args.withoutOwners,
  });
  return reportRestore(output, await waitForRestore(client, output, started));
}

export async function verify(
  { client, output }: CommandContext,
  reference: string | null,
  jobName: string | null,
): Promise<ExitCode> {
  const jobId = jobName === null ? null : findJob(await client.jobs.list(undefined), jobName).id;
  const snapshot =
    reference === null ? (await client.snapshots.list({ jobId }))[0] : await findSnapshot(client, reference);
  if (!snapshot) throw notFound('snapshot', 'latest');
  const started = await client.restores.startDrill({ snapshotId: snapshot.id });
  return reportRestore(output, await waitForRestore(client, output, started));
}

export function reportRestore(output: Output, ended: Restore): ExitCode {
  if (ended.error) throw fromWireError(ended.error);
  if (ended.state === 'cancelled') throw new AppError('run/cancelled', 'cancelled');
  const report = ended.report;
  const warnings = (report?.warnings ?? []).map((line) => `\n${line}`).join('');
  const counts = report ? `${formatPlural(report.tables, 'table')}, ${formatPlural(report.rows, 'row')}` : '';
  const compared = report?.equal === true ? `${counts}, compared and equal` : 'not compared: the backup has no counts';
  const kept = report?.previousDatabase ? `\nThe database that was there is now ${report.previousDatabase}.` : '';
  const what = ended.kind === 'drill' ? 'Verified' : `Restored into ${ended.database}`;
  output.result({ restore: ended, peakRssBytes: readPeakRss() }, `${what}: ${compared}${kept}${warnings}`);
  return exitCodes.done;
}

export interface FetchArgs {
  readonly snapshot: string;
  readonly out: string;
  readonly part: SetFileKind;
  readonly decrypt: boolean;
}

export async function fetchFile({ client, output }: CommandContext, args: FetchArgs): Promise<ExitCode> {
  const snapshot = await findSnapshot(client, args.snapshot);
  const written = await client.snapshots.writeFile({
    id: snapshot.id,
    kind: args.part,
    path: path.resolve(args.out),
    decrypt: args.decrypt,
  });
  output.result(
    { snapshot: snapshot.id, out: args.out, ...written },
    `${formatBytes(written.bytes)} written to ${args.out}`,
  );
  return exitCodes.done;
}

export async function saveKit({ client, output }: CommandContext, file: string): Promise<ExitCode> {
  const key = await client.keys.writeKit({ path: path.resolve(file) });
  output.result(
    { key, out: file },
    `Recovery kit written to ${file}. Keep it away from this computer: it opens every backup.`,
  );
  return exitCodes.done;
}

export async function checkUp({ client, output }: CommandContext): Promise<ExitCode> {
  const checks = await client.checks.run(undefined);
  const marks = { ok: 'ok  ', warn: 'warn', bad: 'BAD ' } as const;
  const lines = checks.map(({ state, title, detail, toDo }) => {
    // Statements to copy have lines of their own.
    const rest = toDo?.includes('\n') === true ? `\n${toDo}` : toDo === null ? '' : ` ${toDo}`;
    return `${marks[state]}  ${title}: ${detail}${rest.replaceAll('\n', '\n      ')}`;
  });
  output.result({ checks }, lines.join('\n'));
  return checks.some((check) => check.state === 'bad') ? exitCodes.failed : exitCodes.done;
}

/** By id or name. Throws `input/not-found`. */
export function findJob(jobs: readonly Job[], reference: string): Job {
  const job = jobs.find(({ id, name }) => id === reference || name === reference);
  if (!job) throw notFound('job', reference);
  return job;
}

/** By id, base name, or an unambiguous beginning of either. */
export async function findSnapshot(client: PgKeepClient, reference: string): Promise<Snapshot> {
  const found = (await client.snapshots.list({ jobId: null })).filter(
    ({ id, baseName }) => id.startsWith(reference) || baseName.startsWith(reference),
  );
  const exact = found.find(({ id, baseName }) => id === reference || baseName === reference);
  const snapshot = exact ?? (found.length === 1 ? found[0] : undefined);
  if (!snapshot) throw notFound('snapshot', reference);
  return snapshot;
}

function notFound(what: string, id: string): AppError {
  return new AppError('input/not-found', `no ${what} ${id}`, { context: { what: `${what} ${id}`, id } });
}

function describeSnapshot(snapshot: Snapshot): string {
  const rows = snapshot.rows === null ? '' : `${formatPlural(snapshot.rows, 'row')}, `;
  return `${snapshot.database}: ${rows}${formatBytes(snapshot.dumpBytes ?? 0)} dumped, ${formatBytes(snapshot.storedBytes)} on Drive, snapshot ${snapshot.id}`;
}

/** Greatest resident memory of this process so far, in bytes. */
function readPeakRss(): number {
  return process.resourceUsage().maxRSS * 1024;
}
