// Why slots were missed, in words: the time in which nobody looked at the clock. Pure.
import { formatPlural } from '../../../shared/format.ts';

export interface Gap {
  /** `off`: the program did not run. `slept`: the system said so. `unknown`: it slept, or its clock was set forward. */
  readonly cause: 'off' | 'slept' | 'unknown';
  readonly fromMs: number;
  readonly toMs: number;
}

/** `the computer slept from 02:10 to 08:31`; with the date where it is another day. Times by the clock of `timeZone`. */
export function describeGap({ cause, fromMs, toMs }: Gap, timeZone: string): string {
  const words = {
    off: 'PgKeep was not running',
    slept: 'the computer slept',
    unknown: 'the computer slept or its clock was set forward',
  }[cause];
  const sameDay = toDay(fromMs, timeZone) === toDay(toMs, timeZone);
  const say = (ms: number): string =>
    sameDay ? toTime(ms, timeZone) : `${toDay(ms, timeZone)} ${toTime(ms, timeZone)}`;
  return `${words} from ${say(fromMs)} to ${say(toMs)}`;
}

/** The reason kept with the run that makes up for missed slots. */
export function describeCatchUp(count: number, because: string): string {
  return `Makes up for ${formatPlural(count, 'missed backup')}: ${because}`;
}

function toDay(ms: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'short', year: 'numeric' }).format(ms);
}

function toTime(ms: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
    ms,
  );
}
