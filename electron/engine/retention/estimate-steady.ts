// How many backups of one database the rules come to in the long run, if one is made in even steps. Pure; in UTC, for a
// day more or less does not matter here.
import { keepsEverything, periodNames, type Retention } from '../../../shared/retention.ts';
import { toPeriod } from './local-day.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Far enough for the longest rule, and an end for every loop. */
const longestMs = 400 * 366 * dayMs;

/** Null when everything is kept. */
export function estimateSteady(retention: Retention, everyHours: number, nowMs: number): number | null {
  if (keepsEverything(retention)) return null;
  const stepMs = everyHours * hourMs;
  // By their place, 0 for the newest: a place that several rules keep counts once.
  const kept = new Set<number>();
  const newest = Math.max(retention.minimum, retention.last ?? 0);
  const young = retention.days === null ? 0 : Math.floor((retention.days * dayMs) / stepMs) + 1;
  for (let place = 0; place < Math.max(newest, young); place += 1) kept.add(place);
  for (const name of periodNames) {
    const count = retention[name];
    if (count === null) continue;
    const day = (place: number): string => new Date(nowMs - place * stepMs).toISOString().slice(0, 10);
    let place = 0;
    for (let found = 0; found < count && place * stepMs < longestMs; found += 1) {
      kept.add(place);
      const period = toPeriod(day(place), name);
      // The first place of an earlier period: by whole days, so that hourly backups need no step each.
      const beginsMs = findBeginning(nowMs - place * stepMs, name, period);
      place = Math.floor((nowMs - beginsMs) / stepMs) + 1;
    }
  }
  return kept.size;
}

/** Midnight at which the period of an instant began. */
function findBeginning(atMs: number, name: (typeof periodNames)[number], period: string): number {
  const midnightMs = Math.floor(atMs / dayMs) * dayMs;
  if (name === 'daily') return midnightMs;
  if (name === 'weekly') return midnightMs - ((new Date(midnightMs).getUTCDay() + 6) % 7) * dayMs;
  return Date.parse(`${name === 'monthly' ? period : `${period}-01`}-01T00:00:00Z`);
}
