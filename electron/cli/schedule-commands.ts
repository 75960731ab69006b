// The command about schedules: lists and shows them, sets one, pauses and resumes all. How it is spelled is cli.ts.
import { invalidInput } from '../../shared/errors.ts';
import { parseWhen, whenExamples } from '../../shared/parse-schedule.ts';
import { describeSchedule, type Schedule } from '../../shared/schedule.ts';
import { describePause } from '../../shared/schedule-words.ts';
import { describeSlot, type PauseKind, type ScheduleState } from '../../shared/slot.ts';
import { findJob, type CommandContext } from './commands.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { toTable } from './output.ts';

export interface SetOptions {
  readonly timeZone?: string;
  readonly jitter?: string;
  readonly on?: boolean;
  readonly off?: boolean;
}

const actions = ['list', 'show', 'set', 'pause', 'resume'] as const;

/** Throws `input/invalid` for an unknown action. */
export function runSchedule(
  ctx: CommandContext,
  action: string,
  words: readonly string[],
  options: SetOptions,
): Promise<ExitCode> {
  const [first, ...rest] = words;
  switch (action) {
    case 'list':
      return listSchedules(ctx);
    case 'show':
      return showSchedule(ctx, first ?? null);
    case 'set':
      return setSchedule(ctx, first ?? null, rest.join(' '), options);
    case 'pause':
      return pauseSchedules(ctx, words.join(' '));
    case 'resume':
      return resumeSchedules(ctx);
    default:
      throw invalidInput('schedule', `the actions are ${actions.join(', ')}`);
  }
}

async function listSchedules({ client, output, isDaemon }: CommandContext): Promise<ExitCode> {
  const [jobs, state] = await Promise.all([client.jobs.list(undefined), client.schedule.get(undefined)]);
  const schedules = await Promise.all(
    jobs.map(async ({ id, name, schedule }) => {
      const next = state.next.find(({ jobId }) => jobId === id);
      const [lastSlot = null] = await client.schedule.listSlots({ jobId: id, limit: 1 });
      return { job: name, id, schedule, next: next?.at ?? null, problem: next?.problem ?? null, lastSlot };
    }),
  );
  const rows = schedules.map(({ job, schedule, next, problem, lastSlot }) => [
    job,
    describeSchedule(schedule),
    problem ?? next ?? 'never',
    lastSlot ? `${lastSlot.due} ${describeSlot(lastSlot)}` : '',
  ]);
  const lines = [toTable(['JOB', 'WHEN', 'NEXT', 'LAST TIME'], rows), ...describeState(state, isDaemon)];
  output.result({ schedules, pause: state.pause, timeZone: state.timeZone, daemon: isDaemon }, lines.join('\n'));
  return exitCodes.done;
}

/** What keeps everything from starting, one line each. */
function describeState(state: ScheduleState, isDaemon: boolean): string[] {
  const paused = state.pause ? [`Paused ${describePause(state.pause, new Date(), state.timeZone)}.`] : [];
  const nobody = 'No daemon runs on this data folder: nothing starts by itself until “pgkeep daemon” does.';
  return [...paused, ...(isDaemon ? [] : [nobody])];
}

const shownDates = 5;
const shownSlots = 20;

async function showSchedule({ client, output }: CommandContext, reference: string | null): Promise<ExitCode> {
  const job = findJob(await client.jobs.list(undefined), requireJob(reference));
  const preview = await client.schedule.preview({ schedule: job.schedule, count: shownDates });
  const slots = await client.schedule.listSlots({ jobId: job.id, limit: shownSlots });
  const lines = [
    `${job.name}: ${describeSchedule(job.schedule)}`,
    ...preview.dates.map(({ local, offset }) => `  ${local} (${offset}, ${preview.timeZone})`),
    ...(preview.clockChange === null ? [] : [preview.clockChange]),
    ...(slots.length === 0 ? [] : ['What became of the times:']),
    ...slots.map((slot) => `  ${slot.due} ${describeSlot(slot)}`),
  ];
  output.result({ job: job.name, schedule: job.schedule, preview, slots }, lines.join('\n'));
  return exitCodes.done;
}

async function setSchedule(
  ctx: CommandContext,
  reference: string | null,
  words: string,
  options: SetOptions,
): Promise<ExitCode> {
  const { client } = ctx;
  const job = findJob(await client.jobs.list(undefined), requireJob(reference));
  const { id, name, connectionId, database, scope } = job;
  if (connectionId === null) throw invalidInput('JOB', `${name} needs a connection first`);
  const schedule = chooseSchedule(job.schedule, words, options);
  await client.jobs.save({ id, name, connectionId, database, scope, schedule });
  return showSchedule(ctx, id);
}

/** What is not said stays. Pure. */
function chooseSchedule(before: Schedule, words: string, { timeZone, jitter, on, off }: SetOptions): Schedule {
  const isChange = timeZone !== undefined || jitter !== undefined || on === true || off === true;
  if (words === '' && !isChange) throw invalidInput('TIMES', `say when: ${whenExamples}`);
  const when = words === '' ? before.when : parseWhen(words);
  if (when === null) throw invalidInput('TIMES', `“${words}” cannot be read; it takes ${whenExamples}`);
  const jitterMinutes = jitter === undefined ? before.jitterMinutes : Number(jitter);
  if (!Number.isInteger(jitterMinutes)) throw invalidInput('--jitter', 'it takes whole minutes');
  return {
    when,
    enabled: off === true ? false : on === true || before.enabled,
    timeZone: timeZone === undefined ? before.timeZone : timeZone === 'system' ? null : timeZone,
    jitterMinutes,
  };
}

async function pauseSchedules({ client, output, isDaemon }: CommandContext, words: string): Promise<ExitCode> {
  const state = await client.schedule.pause({ kind: parsePause(words) });
  output.result({ ...state, daemon: isDaemon }, describeState(state, isDaemon).join('\n'));
  return exitCodes.done;
}

async function resumeSchedules({ client, output, isDaemon }: CommandContext): Promise<ExitCode> {
  const state = await client.schedule.resume(undefined);
  output.result({ ...state, daemon: isDaemon }, ['Schedules run.', ...describeState(state, isDaemon)].join('\n'));
  return exitCodes.done;
}

function parsePause(words: string): PauseKind {
  switch (words) {
    case '':
    case '1h':
    case 'hour':
      return 'hour';
    case 'tomorrow':
      return 'tomorrow';
    case 'until-resumed':
      return 'resumed';
    default:
      throw invalidInput('pause', 'it takes 1h, tomorrow or until-resumed');
  }
}

function requireJob(reference: string | null): string {
  if (reference === null) throw invalidInput('JOB', 'name the job');
  return reference;
}
