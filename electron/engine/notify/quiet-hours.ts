// Whether it is the time of day in which nobody wants to be disturbed. Pure.
import { toLocalClock } from '../../../shared/local-time.ts';
import type { QuietHours } from '../../../shared/notification-settings.ts';

/** From `from` to just before `to`, over midnight too. Equal ends are no quiet hours. */
export function isQuiet(quiet: QuietHours | null, now: Date, zone: string): boolean {
  if (!quiet) return false;
  const from = toMinutes(quiet.from);
  const to = toMinutes(quiet.to);
  const { minutes } = toLocalClock(now, zone);
  return from <= to ? minutes >= from && minutes < to : minutes >= from || minutes < to;
}

function toMinutes(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
