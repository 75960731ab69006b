// `pgkeep daemon`: the engine with its schedules, for machines without a desktop. Ends with SIGTERM or SIGINT so that the next
// start can go on; SIGHUP reads the .env files again.
import { describeError } from '../../shared/describe-error.ts';
import { toAppError } from '../../shared/errors.ts';
import { formatPlural } from '../../shared/format.ts';
import type { PgKeepClient } from '../../shared/ipc/contract.ts';
import { describeSchedule, isScheduled } from '../../shared/schedule.ts';
import { chooseNextStart, formatSoon } from '../../shared/schedule-words.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { createLog } from '../engine/base/log.ts';
import type { Log } from '../engine/base/ports.ts';
import { chooseLineForm, toLogLine } from './daemon-log.ts';
import { listenForCommands } from './daemon-socket.ts';
import { tellRuns } from './daemon-runs.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { applyEnvFiles, startEngine } from './host-engine.ts';
import type { Output } from './output.ts';

export interface DaemonOptions {
  readonly dataDir: string;
  readonly envFiles: readonly string[];
  readonly json: boolean;
  readonly verbose: boolean;
  readonly output: Output;
}

/** What only waits for the network (a service account that signs in at boot) is tried again after this. */
const againMs = 60_000;

/** Resolves when it was told to end and has. Throws AppError when it cannot begin: configuration, or the folder is in use. */
export async function runDaemon({ dataDir, envFiles, json, verbose, output }: DaemonOptions): Promise<ExitCode> {
  const told = listenForSignals();
  const form = chooseLineForm(json, process.env);
  const log = createLog((level, message) => {
    if (level !== 'debug' || verbose) process.stderr.write(`${toLogLine(form, level, message, new Date())}\n`);
  });
  const host = await startEngine({ dataDir, output, log, way: 'daemon', resumeRuns: true, schedule: true });
  const again = new AbortController();
  try {
    tellRuns(host.client, log, output);
    const apply = (): Promise<void> => applyEnvFiles(host.client, envFiles, { folder: true, withJob: true });
    const isApplied = await tryApply(apply, log);
    const socket = await listenForCommands(dataDir, { version: packageJson.version, answer: host.dispatch });
    if (!socket) log.warn('the path of the data folder is too long for a socket: commands cannot reach this daemon');
    host.onEvent((name, payload) => socket?.emit(name, payload));
    await sayReady(host.client, log, output);
    told.onReload(() => {
      apply().then(
        () => {
          log.info(`${formatPlural(envFiles.length, '.env file')} read again`);
        },
        (error: unknown) => {
          log.error(`the .env files were not taken over: ${toAppError(error).message}`);
        },
      );
    });
    if (!isApplied) void keepApplying(apply, log, again.signal);
    log.info(`${await told.ended}: ending; what is whole goes on at the next start`);
    await socket?.close();
  } finally {
    again.abort();
    told.undo();
    await host.stop();
  }
  log.info('ended');
  output.result({ ended: true }, '');
  return exitCodes.done;
}

/** False: it has to be tried again. Throws what trying again does not mend. */
async function tryApply(apply: () => Promise<void>, log: Log): Promise<boolean> {
  try {
    await apply();
    return true;
  } catch (error) {
    const known = toAppError(error);
    if (known.retry === 'never') throw known;
    const { title, toDo } = describeError(known);
    log.warn(`the .env files are not taken over yet: ${title}. ${toDo}`);
    return false;
  }
}

async function keepApplying(apply: () => Promise<void>, log: Log, signal: AbortSignal): Promise<void> {
  for (let isApplied = false; !isApplied;) {
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, againMs);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve(undefined);
      });
    });
    if (signal.aborted) return;
    try {
      isApplied = await tryApply(apply, log);
      if (isApplied) log.info('the .env files are taken over now');
    } catch (error) {
      log.error(`the .env files cannot be taken over: ${toAppError(error).message}`);
      return;
    }
  }
}

async function sayReady(client: PgKeepClient, log: Log, output: Output): Promise<void> {
  const [jobs, schedule, account] = await Promise.all([
    client.jobs.list(undefined),
    client.schedule.get(undefined),
    client.account.get(undefined),
  ]);
  const own = jobs.filter((job) => isScheduled(job.schedule));
  for (const job of jobs) log.info(`${job.name}: ${describeSchedule(job.schedule)}`);
  for (const { jobId, problem } of schedule.next) {
    const name = jobs.find(({ id }) => id === jobId)?.name ?? jobId;
    if (problem !== null) log.error(`${name}: its schedule cannot be read: ${problem}`);
  }
  if (account.state !== 'ready') log.warn('nobody is signed in to Google: “pgkeep login” signs in while this runs');
  if (schedule.pause) log.warn('schedules are paused: “pgkeep schedule resume” ends that');
  if (own.length === 0) log.warn('no job starts by itself: set BACKUP_SCHEDULE, or use “pgkeep schedule set”');
  const at = chooseNextStart(schedule);
  const next = at === null ? 'nothing comes by itself' : `next ${formatSoon(at, new Date(), schedule.timeZone)}`;
  const words = `PgKeep ${packageJson.version} keeps ${formatPlural(own.length, 'schedule')} by the clock of ${schedule.timeZone}: ${next}`;
  log.info(words);
  output.progress({ daemon: 'ready', jobs: own.length, next: at }, '');
}

interface Signals {
  /** The signal's name. */
  readonly ended: Promise<string>;
  readonly onReload: (act: () => void) => void;
  readonly undo: () => void;
}

/** Before anything else: one that comes during the start counts, too. */
function listenForSignals(): Signals {
  let reload = (): void => undefined;
  let end: (name: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  const onHangup = (): void => {
    reload();
  };
  process.on('SIGHUP', onHangup);
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  return {
    ended,
    onReload: (act) => {
      reload = act;
    },
    undo: () => {
      process.off('SIGHUP', onHangup);
      process.off('SIGTERM', end);
      process.off('SIGINT', end);
    },
  };
}
