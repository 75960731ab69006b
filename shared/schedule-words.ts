// When something comes next and how long a pause lasts, in few words by the clock of a zone: `today 18:00`, `Mon 30 Nov, 03:00`.
import type { Pause, ScheduleState } from './slot.ts';
import { toLocalClock } from './local-time.ts';

const dayMs = 86_400_000;
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** `today 18:00`, `tomorrow 03:00`, `Mon 30 Nov, 03:00`; with the year where it is another one. */
export function formatSoon(at: string, now: Date, zone: string): string {
  const then = toLocalClock(new Date(at), zone);
  const today = toLocalClock(now, zone).day;
  const time = toTime(then.minutes);
  if (then.day === today) return `today ${time}`;
  if (then.day === toLocalClock(new Date(now.getTime() + dayMs), zone).day) return `tomorrow ${time}`;
  const [year = '', month = '', day = ''] = then.day.split('-');
  const date = `${weekdays[then.weekday] ?? ''} ${String(Number(day))} ${months[Number(month) - 1] ?? ''}`;
  return `${date}${today.startsWith(year) ? '' : ` ${year}`}, ${time}`;
}

/** `until 18:00`, `until tomorrow 00:00`, `until you resume`. */
export function describePause({ until }: Pause, now: Date, zone: string): string {
  return until === null ? 'until you resume' : `until ${formatSoon(until, now, zone).replace(/^today /, '')}`;
}

/** The first start of all jobs, ISO; null when nothing starts by itself. */
export function chooseNextStart({ next }: Pick<ScheduleState, 'next'>): string | null {
  return (
    next
      .flatMap(({ at }) => (at === null ? [] : [at]))
      .sort()
      .at(0) ?? null
  );
}

function toTime(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
