// What becomes of the slots that have come since the last look: which run starts, and which of them are only recorded. Pure.
import type { Pause, SlotOutcome } from '../../../shared/slot.ts';
import { isPaused } from './pause.ts';
import type { Slot } from './next-due.ts';

/** A start that comes later than this was missed: the minute's look has to find it well before. */
export const onTimeMs = 120_000;

/** Slots of a job that share an outcome; one row. */
export interface SlotGroup {
  readonly outcome: SlotOutcome;
  readonly firstDueMs: number;
  readonly dueMs: number;
  readonly count: number;
}

export interface DueFacts {
  /** Slots whose start has come since the last look, oldest first. */
  readonly slots: readonly Slot[];
  readonly nowMs: number;
  readonly enabled: boolean;
  readonly pause: Pause | null;
}

export interface DueChoice {
  /** Only recorded. */
  readonly skipped: readonly SlotGroup[];
  /** The slot that starts a run now, on time. */
  readonly onTime: SlotGroup | null;
  /** Missed slots: that run makes up for them, or one run that is started for them. */
  readonly missed: SlotGroup | null;
}

export function chooseDue({ slots, nowMs, enabled, pause }: DueFacts): DueChoice {
  if (!enabled) return { skipped: group('disabled', slots), onTime: null, missed: null };
  const paused = slots.filter(({ startMs }) => isPaused(pause, startMs));
  const wanted = slots.filter(({ startMs }) => !isPaused(pause, startMs));
  const last = wanted.at(-1);
  const onTime = last && nowMs - last.startMs <= onTimeMs ? last : null;
  return {
    skipped: group('paused', paused),
    onTime: group('started', onTime ? [onTime] : [])[0] ?? null,
    missed: group('caught-up', onTime ? wanted.slice(0, -1) : wanted)[0] ?? null,
  };
}

function group(outcome: SlotOutcome, slots: readonly Slot[]): SlotGroup[] {
  const first = slots[0];
  const last = slots.at(-1);
  return first && last ? [{ outcome, firstDueMs: first.dueMs, dueMs: last.dueMs, count: slots.length }] : [];
}
