// Pausing all schedules: until when, and whether it still counts. Pure.
import type { Pause, PauseKind } from '../../../shared/slot.ts';
import { toInstant, toWallMs } from './zone-time.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** `tomorrow` is the next midnight of this computer's clock: what is planned for the night runs again. */
export function toPause(kind: PauseKind, now: Date, systemZone: string): Pause {
  const nowMs = now.getTime();
  const since = now.toISOString();
  if (kind === 'resumed') return { since, until: null };
  if (kind === 'hour') return { since, until: new Date(nowMs + hourMs).toISOString() };
  const tomorrowWallMs = (Math.floor(toWallMs(systemZone, nowMs) / dayMs) + 1) * dayMs;
  return { since, until: new Date(toInstant(systemZone, tomorrowWallMs)).toISOString() };
}

/** A clock that was set back to before the pause ends it: nobody wants it to last for years. */
export function isPaused(pause: Pause | null, atMs: number): boolean {
  if (!pause) return false;
  if (pause.until === null) return true;
  return atMs >= Date.parse(pause.since) - hourMs && atMs < Date.parse(pause.until);
}
