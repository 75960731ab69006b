// The commands about what was tried: the list of runs with its filter, its export, and the log of one run. How they are spelled
// is cli.ts.
import path from 'node:path';
import type { PgKeepClient } from '../../shared/ipc/contract.ts';
import { invalidInput } from '../../shared/errors.ts';
import { formatPlural } from '../../shared/format.ts';
import type { LogLevel, RunState, RunTrigger } from '../../shared/run.ts';
import { filterLog, maxPageRuns, type ListedRun, type RunFilter } from '../../shared/run-history.ts';
import { describeRunLength } from '../../shared/tray-model.ts';
import { findJob, type CommandContext } from './commands.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { toTable } from './output.ts';

export interface RunArgs {
  readonly job?: string;
  readonly database?: string;
  readonly state?: RunState;
  readonly trigger?: RunTrigger;
  readonly search: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  readonly csv?: string;
}

export async function listRuns({ client, output }: CommandContext, args: RunArgs): Promise<ExitCode> {
  const jobs = await client.jobs.list(undefined);
  const filter: RunFilter = {
    jobId: args.job === undefined ? null : findJob(jobs, args.job).id,
    ...{ database: args.database ?? null, state: args.state ?? null, trigger: args.trigger ?? null, text: args.search },
    from: args.from === undefined ? null : readDay('--from', args.from, 0),
    to: args.to === undefined ? null : readDay('--to', args.to, 1),
  };
  if (args.csv !== undefined) {
    const out = path.resolve(args.csv);
    const { runs } = await client.runs.writeFile({ ...filter, path: out });
    output.result({ runs, out }, `${formatPlural(runs, 'run')} written to ${out}`);
    return exitCodes.done;
  }
  const runs = await readRuns(client, filter, args.limit);
  const rows = runs.map((run) => [
    run.id,
    jobs.find((job) => job.id === run.jobId)?.name ?? '',
    run.createdAt,
    run.state,
    describeRunLength(run) ?? '',
    run.error?.code ?? '',
  ]);
  output.result({ runs }, toTable(['ID', 'JOB', 'STARTED', 'STATE', 'LENGTH', 'ERROR'], rows));
  return exitCodes.done;
}

/** Pages until there are enough: one page looks through a part of a long history only. */
async function readRuns(client: PgKeepClient, filter: RunFilter, limit: number): Promise<ListedRun[]> {
  const runs: ListedRun[] = [];
  let before = null;
  do {
    const missing = Math.min(maxPageRuns, limit - runs.length);
    const page = await client.runs.search({ ...filter, before, limit: missing });
    runs.push(...page.runs);
    before = page.next;
  } while (before !== null && runs.length < limit);
  return runs;
}

/** A day by this computer's clock (`--to` takes in all of it), or a time with its zone. */
function readDay(option: string, text: string, addDays: 0 | 1): string {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const date = day
    ? new Date(Number(day[1]), Number(day[2]) - 1, Number(day[3]) + addDays)
    : new Date(/T.*(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : Number.NaN);
  if (Number.isNaN(date.getTime()))
    throw invalidInput(option, `${text} is no day; write 2026-11-01, or a time as 2026-11-01T03:00:00Z`);
  return date.toISOString();
}

export interface LogArgs {
  readonly level: LogLevel;
  readonly search: string;
}

export async function showLog({ client, output }: CommandContext, runId: string, args: LogArgs): Promise<ExitCode> {
  const { id } = await client.runs.get({ id: runId });
  const lines = filterLog(await client.runs.getLog({ id }), args.level, args.search);
  output.result({ lines }, lines.map((line) => `${line.at} ${line.level} ${line.message}`).join('\n'));
  return exitCodes.done;
}
