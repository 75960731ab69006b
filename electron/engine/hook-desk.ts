// The commands before and after a run: which ones a job has, and that each begins once for each run, whatever becomes of the
// run or of the program meanwhile.
import { createHash } from 'node:crypto';
import path from 'node:path';
import { AppError, invalidInput, toAppError } from '../../shared/errors.ts';
import type { Hook, HookCommand, HookKind, HookWay, JobHooks, JobHooksDraft } from '../../shared/job-hooks.ts';
import type { Job } from '../../shared/job.ts';
import { isRunActive, type Run } from '../../shared/run.ts';
import { abortReason } from './base/abort.ts';
import type { Clock, Log, SecretVault } from './base/ports.ts';
import { findFileProblem, runCommand, type CommandEnd } from './base/run-command.ts';
import { readSecrets } from './reach/reach.ts';
import { findConnection } from './store/connections.ts';
import type { Db } from './store/database.ts';
import { getJob } from './store/jobs.ts';
import { findRunHook, listOpenRunHooks, writeRunHook } from './store/run-hooks.ts';
import { getRun, updateRun } from './store/runs.ts';

export interface HookDesk {
  /** A command that a person chose in a dialog of the shell, or wrote into a `.env` file; drafts name it by the id. */
  readonly accept: (way: HookWay, command: string) => Promise<HookCommand>;
  /** The commands behind a draft's ids. Throws `input/not-found`. */
  readonly resolve: (draft: JobHooksDraft, old: JobHooks) => JobHooks;
  /** The run is at work: what comes after it is due from now on. */
  readonly begin: (runId: string) => void;
  /** Runs the command before, unless it has run for this run. Throws `hook/before-failed`, or the signal's reason. */
  readonly before: (runId: string, database: string, signal: AbortSignal) => Promise<void>;
  /** The run has come to its end: the command after begins, if it is due. */
  readonly after: (run: Run) => void;
  /** What the last end of the program left: broken off commands are said, those that are due begin when `run` says so. */
  readonly recover: (run: boolean) => void;
  /** The run when its command after has ended. */
  readonly whenEnded: (runId: string) => Promise<Run>;
  /** The program quits: what is at work is ended and nothing new begins, unless `patient`. */
  readonly close: () => void;
  /** Resolves when nothing is at work any more. */
  readonly stop: () => Promise<void>;
}

export interface HookDeskOptions {
  readonly db: Db;
  readonly vault: SecretVault;
  readonly clock: Clock;
  readonly logOf: (runId: string) => Log;
  /** A run got a warning. */
  readonly onChanged: (run: Run) => void;
  /** Whether `stop` waits for a command that is at work: a command line has nothing else to do then. */
  readonly patient: boolean;
}

export function createHookDesk(options: HookDeskOptions): HookDesk {
  const { db, clock, logOf } = options;
  const accepted = new Map<string, HookCommand>();
  const stopping = new AbortController();
  /** The last command after of each job: the next one before waits for it. */
  const tails = new Map<string, Promise<void>>();
  const ending = new Map<string, Promise<void>>();

  const warn = (runId: string, sentence: string): void => {
    logOf(runId).warn(sentence);
    options.onChanged(updateRun(db, runId, { warnings: [...getRun(db, runId).warnings, sentence] }));
  };

  const perform = async (kind: HookKind, hook: Hook, run: Run, more: PlaceAndSignal): Promise<CommandEnd> => {
    const job = getJob(db, run.jobId);
    const log = logOf(run.id);
    const hide = await readHiding(job);
    writeRunHook(db, { runId: run.id, kind, state: 'started' });
    log.info(`the command ${kind} the backup begins: ${describeHook(hook)}`);
    const end = await runCommand({
      ...{ way: hook.way, command: hook.command, clock, signal: more.signal },
      timeoutMs: hook.timeoutSeconds * 1000,
      env: toEnv(kind, run, { job: job.name, database: more.database }),
      onLine: (line) => {
        log.info(`${kind}: ${hide(line)}`);
      },
    });
    writeRunHook(db, { runId: run.id, kind, state: 'ended' });
    log[end.problem === null ? 'info' : 'warn'](`the command ${kind} the backup ${end.problem ?? 'has ended well'}`);
    return end;
  };

  /** The connection's own secrets, should a script print them. */
  const readHiding = async (job: Job): Promise<(line: string) => string> => {
    const connection = job.connectionId === null ? null : findConnection(db, job.connectionId);
    const secrets = connection ? await readSecrets(options.vault, connection).catch(() => null) : null;
    const values = Object.values(secrets ?? {}).filter((value) => typeof value === 'string' && value.length > 3);
    return (line) => values.reduce((text: string, value) => text.replaceAll(String(value), '[hidden]'), line);
  };

  const runAfter = async (runId: string): Promise<void> => {
    if (stopping.signal.aborted || findRunHook(db, runId, 'after') !== 'due') return;
    const run = getRun(db, runId);
    const hook = getJob(db, run.jobId).hooks.after;
    if (!hook) {
      writeRunHook(db, { runId, kind: 'after', state: 'ended' });
      return;
    }
    const signal = options.patient ? new AbortController().signal : stopping.signal;
    const end = await perform('after', hook, run, { database: run.database ?? '', signal });
    if (end.problem === null) return;
    const problem = end.end === 'aborted' ? 'was ended, because the program was quitting' : end.problem;
    warn(runId, `The command after the backup (${describeHook(hook)}) ${problem}. Its output is in the log.`);
  };

  const startAfter = (run: Run): void => {
    const before = tails.get(run.jobId) ?? Promise.resolve();
    const task = before
      .then(() => runAfter(run.id))
      .catch((error: unknown) => {
        logOf(run.id).error(`the command after the backup: ${toAppError(error).message}`);
      })
      .finally(() => {
        ending.delete(run.id);
        if (tails.get(run.jobId) === task) tails.delete(run.jobId);
      });
    tails.set(run.jobId, task);
    ending.set(run.id, task);
  };

  return {
    accept: async (way, command) => {
      const problem = way === 'file' ? await findFileProblem(command) : null;
      if (problem !== null) throw invalidInput('command', `${command}: ${problem}`);
      const id = createHash('sha256').update(`${way}\n${command}`).digest('hex').slice(0, 16);
      const hook = { id, way, command };
      accepted.set(id, hook);
      return hook;
    },
    resolve: (draft, old) => {
      const find = (kind: HookKind): Hook | null => {
        const wish = draft[kind];
        if (wish === null) return null;
        const known = accepted.get(wish.id) ?? (old[kind]?.id === wish.id ? old[kind] : undefined);
        if (known) return { id: known.id, way: known.way, command: known.command, ...pickChoices(wish) };
        const context = { what: 'the chosen command', id: wish.id };
        throw new AppError('input/not-found', `no chosen command ${wish.id}`, { context });
      };
      return { before: find('before'), after: find('after') };
    },
    begin: (runId) => {
      const { hooks } = getJob(db, getRun(db, runId).jobId);
      if (hooks.after && findRunHook(db, runId, 'after') === null) {
        writeRunHook(db, { runId, kind: 'after', state: 'due' });
      }
    },
    before: async (runId, database, signal) => {
      const run = getRun(db, runId);
      await tails.get(run.jobId);
      const hook = getJob(db, run.jobId).hooks.before;
      if (!hook) return;
      if (findRunHook(db, runId, 'before') !== null) {
        logOf(runId).info('the command before the backup has run for this run: not again');
        return;
      }
      const end = await perform('before', hook, run, { database, signal });
      if (end.problem === null) return;
      if (end.end === 'aborted') throw toBrokenOff(abortReason(signal));
      if (hook.onFailure === 'warn') {
        const words = `The command before the backup (${describeHook(hook)}) ${end.problem}. The backup went on without it.`;
        warn(runId, words);
        return;
      }
      const context = { file: describeHook(hook), problem: end.problem };
      throw new AppError('hook/before-failed', `the command before the backup ${end.problem}`, { context });
    },
    after: (run) => {
      if (!isRunActive(run)) startAfter(run);
    },
    recover: (run) => {
      for (const { runId, kind, state } of listOpenRunHooks(db)) {
        if (state === 'started') {
          writeRunHook(db, { runId, kind, state: 'ended' });
          const again = 'It is not begun again; what it has done is not known.';
          warn(runId, `The program ended while the command ${kind} the backup was at work. ${again}`);
        } else if (run && !isRunActive(getRun(db, runId))) {
          startAfter(getRun(db, runId));
        }
      }
    },
    whenEnded: async (runId) => {
      await ending.get(runId);
      return getRun(db, runId);
    },
    close: () => {
      if (!options.patient) stopping.abort();
    },
    stop: async () => {
      await Promise.all(ending.values());
      stopping.abort();
    },
  };
}

interface PlaceAndSignal {
  readonly database: string;
  readonly signal: AbortSignal;
}

function pickChoices({ timeoutSeconds, onFailure }: Pick<Hook, 'timeoutSeconds' | 'onFailure'>) {
  return { timeoutSeconds, onFailure };
}

/** A run whose preparation was cut in two does not go on later as if it were whole. */
function toBrokenOff(reason: unknown): unknown {
  const error = toAppError(reason);
  if (error.code !== 'engine/stopped') return reason;
  return new AppError('run/interrupted', 'the program ended while the command before was at work', { retry: 'now' });
}

/** A script by its name; a line for the shell may hold anything and is not repeated. */
function describeHook({ way, command }: Hook): string {
  return way === 'file' ? path.basename(command) : 'the command line of the job';
}

/** Names and states only, never an address or a secret. */
function toEnv(
  kind: HookKind,
  run: Run,
  { job, database }: { readonly job: string; readonly database: string },
): Record<string, string> {
  const names = { PGKEEP_HOOK: kind, PGKEEP_JOB: job, PGKEEP_DATABASE: database, PGKEEP_RUN_ID: run.id };
  if (kind === 'before') return names;
  const { state, snapshotId, error } = run;
  return { ...names, PGKEEP_STATE: state, PGKEEP_SNAPSHOT: snapshotId ?? '', PGKEEP_ERROR: error?.code ?? '' };
}
