// What a job's run that is not over means for the next one: a pure decision.
import { AppError } from '../../../shared/errors.ts';
import { waitsForPerson, type Run, type RunTrigger } from '../../../shared/run.ts';

export interface WayInFacts {
  /** The existing run's dump is whole. */
  readonly dumped: boolean;
  readonly trigger: RunTrigger;
  /** The new start is for all databases of a server, and some of them have no run that goes on. */
  readonly wholeServer: boolean;
}

/**
 * `join`: no new run, this one is it. `give-up`: its tries at the server are over, a new run takes its place. `beside`: it keeps
 * its whole dump and waits for a person; newer data must not wait for that person, too.
 */
export function chooseWayIn(
  existing: Pick<Run, 'state' | 'error' | 'attempts' | 'groupId' | 'database'>,
  { dumped, trigger, wholeServer }: WayInFacts,
): 'join' | 'give-up' | 'beside' {
  // One that a person began of a single database says nothing of the others.
  if (wholeServer && existing.groupId === null) return 'beside';
  if (existing.state !== 'waiting') return 'join';
  const isByTime = trigger === 'schedule' || trigger === 'catch-up';
  if (isByTime && !dumped && existing.attempts > 0) return 'give-up';
  // On a server one database may wait long; the others are not held up by it.
  if (wholeServer && existing.database !== null) return 'beside';
  // A person who presses the button wants just this one to be tried now.
  if (!isByTime || !dumped) return 'join';
  return waitsForPerson(existing) ? 'beside' : 'join';
}

/** The words for a run whose dump waited until a newer one was whole. */
export function supersededError(): AppError {
  return new AppError('run/superseded', 'a newer dump of the same database is whole');
}
