// When a job runs next by itself, in words; the exact date is in the tip.
import { Text, Tooltip } from '@mantine/core';
import type { Job } from '../../shared/job.ts';
import { describeWhen } from '../../shared/schedule.ts';
import { describePause, formatSoon } from '../../shared/schedule-words.ts';
import type { ScheduleState } from '../../shared/slot.ts';
import { formatLocal } from '../../shared/local-time.ts';
import { useFacts, useNow } from '../state/use-app.ts';

export function NextRun({ job }: { readonly job: Job }) {
  const { schedule } = useFacts();
  const now = useNow();
  const { words, at, bad } = describeNextRun(job, schedule, now);
  if (at === null) {
    return (
      <Text span inherit {...(bad ? { c: 'red' } : {})}>
        {words}
      </Text>
    );
  }
  return (
    <Tooltip label={formatLocal(at, schedule.timeZone)} events={{ hover: true, focus: true, touch: true }}>
      <Text component="time" dateTime={at} inherit className="figures">
        {words}
      </Text>
    </Tooltip>
  );
}

export interface NextRunWords {
  readonly words: string;
  readonly at: string | null;
  /** The schedule cannot be read: only a person can mend it. */
  readonly bad: boolean;
}

/** Pure. */
export function describeNextRun({ id, schedule }: Job, state: ScheduleState, now: Date): NextRunWords {
  const next = state.next.find(({ jobId }) => jobId === id);
  if (schedule.when.kind === 'off') return { words: describeWhen(schedule.when), at: null, bad: false };
  if (!schedule.enabled) return { words: 'switched off', at: null, bad: false };
  if (next?.problem != null) return { words: `cannot be read: ${next.problem}`, at: null, bad: true };
  const at = next?.at ?? null;
  if (at !== null) return { words: formatSoon(at, now, state.timeZone), at, bad: false };
  if (state.pause) return { words: `paused ${describePause(state.pause, now, state.timeZone)}`, at: null, bad: false };
  return { words: 'never', at: null, bad: false };
}
