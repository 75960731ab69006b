// Whether a backup by schedule that the end of the program interrupted is made again at the next start: a pure decision.
import type { Run } from '../../../shared/run.ts';

/** A dump that itself brings the computer down must not do so for ever. */
export const mostInterruptions = 3;

type PastRun = Pick<Run, 'id' | 'groupId' | 'state' | 'trigger'>;

/** `runs` of one job, newest first. The runs of one start of a whole server count as one. */
export function chooseAgain(runs: readonly PastRun[]): boolean {
  const starts = new Map<string, PastRun[]>();
  for (const run of runs) {
    const key = run.groupId ?? run.id;
    starts.set(key, [...(starts.get(key) ?? []), run]);
  }
  const inOrder = [...starts.values()];
  const isOver = inOrder.findIndex((start) => !start.some(wasInterrupted));
  const interruptions = isOver < 0 ? inOrder.length : isOver;
  return interruptions > 0 && interruptions < mostInterruptions;
}

function wasInterrupted({ state, trigger }: PastRun): boolean {
  return state === 'interrupted' && (trigger === 'schedule' || trigger === 'catch-up');
}
