// The times of a schedule found the slow way, minute by minute by the clock on the wall: shares no code with the program.
import type { When } from '../../../shared/schedule.ts';

const minuteMs = 60_000;
/** Clocks change at whole or half hours of UTC in all zones used. */
const stepMs = 30 * minuteMs;

/** A schedule as a person would check it on a calendar. `everyHour`: by the hours that pass. */
export interface WallRule {
  readonly zone: string;
  readonly everyHour: boolean;
  readonly minutes: ReadonlySet<number>;
  readonly isDay: (wall: Date) => boolean;
}

const toMinute = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
const lastDay = (wall: Date): number =>
  new Date(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth() + 1, 0)).getUTCDate();

/** All kinds but cron, whose meaning a test says itself. */
export function toWallRule(when: When, zone: string): WallRule {
  const always = (): boolean => true;
  const of = (minutes: number[], isDay: (wall: Date) => boolean, everyHour = false): WallRule => ({
    ...{ zone, everyHour, minutes: new Set(minutes), isDay },
  });
  switch (when.kind) {
    case 'daily':
      return of(when.times.map(toMinute), always);
    case 'weekly':
      return of(when.times.map(toMinute), (wall) => when.days.includes(wall.getUTCDay()));
    case 'hourly':
      return of(
        Array.from({ length: 24 }, (_, hour) => hour * 60 + when.minute),
        always,
        true,
      );
    case 'every-hours':
      return of(
        Array.from({ length: 24 / when.hours }, (_, step) => (toMinute(when.at) + step * when.hours * 60) % 1440),
        always,
      );
    case 'monthly':
      return of(when.times.map(toMinute), (wall) => {
        const wanted = when.day === 'last' ? 31 : when.day;
        return wall.getUTCDate() === Math.min(wanted, lastDay(wall));
      });
    case 'off':
    case 'cron':
      throw new Error(`no rule for ${when.kind}`);
  }
}

/** Slots after `fromMs` up to `untilMs`, ascending. */
export function listWallSlots(rule: WallRule, fromMs: number, untilMs: number): number[] {
  const slots: number[] = [];
  const seen = new Set<number>();
  const matches = (wallMs: number): boolean =>
    rule.minutes.has(Math.floor(wallMs / minuteMs) % 1440) && rule.isDay(new Date(wallMs));
  const offsets = listOffsets(rule.zone, fromMs - stepMs, untilMs + stepMs);
  const toWall = (ms: number): number => ms + (offsets[Math.floor((ms - (fromMs - stepMs)) / stepMs)] ?? 0);
  let before = toWall(fromMs);
  for (let ms = fromMs + minuteMs; ms <= untilMs; ms += minuteMs) {
    const wall = toWall(ms);
    if (rule.everyHour) {
      if (matches(wall)) slots.push(ms);
    } else {
      // What the clock shows now, and what it has jumped over; what it shows again was there before.
      let due = false;
      for (let shown = Math.min(before + minuteMs, wall); shown <= wall; shown += minuteMs) {
        if (!matches(shown) || seen.has(shown)) continue;
        seen.add(shown);
        due = true;
      }
      if (due) slots.push(ms);
    }
    before = wall;
  }
  return slots;
}

function listOffsets(zone: string, fromMs: number, untilMs: number): number[] {
  const format = new Intl.DateTimeFormat('en-US', {
    ...({ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' } as const),
    ...({ hour: 'numeric', minute: 'numeric' } as const),
  });
  const offsets: number[] = [];
  for (let ms = fromMs; ms <= untilMs; ms += stepMs) {
    const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    const get = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    offsets.push(Date.UTC(get('year'), get('month') - 1, get('day'), get('hour'), get('minute')) - ms);
  }
  return offsets;
}
