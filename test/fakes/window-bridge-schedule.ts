// The schedules of the window's test double: every schedule is answered as if it were daily.
import { AppError } from '../../shared/errors.ts';
import type { EngineHandlers, PgKeepEmit } from '../../shared/ipc/contract.ts';
import { isScheduled, suggestedSchedule, type Schedule } from '../../shared/schedule.ts';
import type { SchedulePreview, ScheduleState, Slot } from '../../shared/slot.ts';
import type { World } from './window-bridge-data.ts';

const dayMs = 86_400_000;
const format = new Intl.DateTimeFormat('en-GB', {
  ...({ timeZone: 'Europe/Berlin', weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const),
  ...({ hour: '2-digit', minute: '2-digit' } as const),
});

export function createScheduleHandlers(world: World, emit: PgKeepEmit): EngineHandlers['schedule'] {
  const change = (pause: ScheduleState['pause']): ScheduleState => {
    world.pause = pause;
    const state = toState(world);
    emit('schedule.changed', state);
    return state;
  };
  return {
    get: () => toState(world),
    pause: ({ kind }) => {
      const since = new Date().toISOString();
      return change({ since, until: kind === 'resumed' ? null : new Date(Date.now() + 3_600_000).toISOString() });
    },
    resume: () => change(null),
    preview: ({ schedule, count }) => toPreview(schedule, count),
    listSlots: ({ jobId }) => world.slots.filter((slot) => jobId === null || slot.jobId === jobId),
    noteSleep: () => undefined,
  };
}

export function toState({ jobs, pause }: World): ScheduleState {
  const next = jobs
    .filter(({ schedule }) => schedule.when.kind !== 'off')
    .map(({ id, schedule }) => ({
      jobId: id,
      at: pause || !isScheduled(schedule) ? null : (listDays(schedule, 1)[0]?.toISOString() ?? null),
      problem: null,
    }));
  return { pause, timeZone: 'Europe/Berlin', next };
}

/** Two jobs run by themselves; one of them has slept through two of its times. */
export function addSchedules(world: World, nowMs: number): void {
  const schedules: Readonly<Record<string, Schedule>> = {
    'job-shop': suggestedSchedule,
    'job-crm': { ...suggestedSchedule, when: { kind: 'weekly', days: [1, 4], times: ['22:30'] } },
  };
  world.jobs = world.jobs.map((job) => ({ ...job, schedule: schedules[job.id] ?? job.schedule }));
  const first = Math.floor(nowMs / dayMs) * dayMs + 2 * 3_600_000;
  const at = (daysAgo: number): string => new Date(first - daysAgo * dayMs).toISOString();
  const slot = (daysAgo: number, change: Partial<Slot> = {}): Slot => ({
    ...{ jobId: 'job-shop', due: at(daysAgo), firstDue: at(daysAgo), count: 1, outcome: 'started', reason: '' },
    ...{ runId: 'run-shop-1', recordedAt: at(daysAgo), ...change },
  });
  const reason = 'the computer slept from 24 Nov 2026 22:10 to 26 Nov 2026 08:31';
  world.slots = [
    slot(1),
    slot(2, { outcome: 'caught-up', reason, count: 2, firstDue: at(3) }),
    slot(4, { outcome: 'paused', runId: null }),
    slot(5, { outcome: 'run-active' }),
    slot(6),
  ];
}

function toPreview(schedule: Schedule, count: number): SchedulePreview {
  if (schedule.when.kind === 'cron' && schedule.when.expression.split(/\s+/).length !== 5) {
    const problem = `the cron expression “${schedule.when.expression}” cannot be used: it needs five fields`;
    throw new AppError('input/invalid', problem, { context: { field: 'schedule', problem } });
  }
  const dates = isScheduled(schedule) ? listDays(schedule, count) : [];
  return {
    timeZone: schedule.timeZone ?? 'Europe/Berlin',
    dates: dates.map((date) => ({ at: date.toISOString(), local: format.format(date), offset: 'UTC+1' })),
    clockChange:
      dates.length === 0
        ? null
        : 'The clocks go forward on 28 March 2027, from 02:00 to 03:00. The times stay as the clock shows them.',
  };
}

/** By Berlin's winter time. */
function listDays({ when }: Schedule, count: number): Date[] {
  const time = 'times' in when ? (when.times[0] ?? '03:00') : '03:00';
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const today = Math.floor(Date.now() / dayMs) * dayMs;
  const first = today + (hours - 1) * 3_600_000 + minutes * 60_000;
  const startMs = first > Date.now() ? first : first + dayMs;
  return Array.from({ length: count }, (_, index) => new Date(startMs + index * dayMs));
}
