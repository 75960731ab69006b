// What becomes of a run after an error: a pure decision.
import { AppError, type ErrorCode } from '../../../shared/errors.ts';
import { isBroughtByPerson, type RunStage } from '../../../shared/run.ts';

export type Outcome = 'waiting' | 'failed' | 'cancelled' | 'interrupted';

/**
 * `waiting` when Drive is the reason and nothing of the dump is lost by trying again: it is whole in the spool, or was not
 * begun. The program's own end leaves a whole dump waiting for the next start and interrupts any other.
 */
export function chooseOutcome(error: AppError, facts: { stage: RunStage | null; dumped: boolean }): Outcome {
  if (error.code === 'run/cancelled') return 'cancelled';
  const nothingLost = facts.dumped || facts.stage === null || facts.stage === 'plan';
  if (error.code === 'engine/stopped') return nothingLost ? 'waiting' : 'interrupted';
  // Only a person can help: a whole dump is kept until then; otherwise that person is to be told at once.
  if (isBroughtByPerson(error.code)) return facts.dumped ? 'waiting' : 'failed';
  return isDrivePause(error) && nothingLost ? 'waiting' : 'failed';
}

/** Drive cannot be used now but will be again: network, load, or a person who signs in. */
export function isDrivePause(error: AppError): boolean {
  return error.code.startsWith('drive/') && (error.retry !== 'never' || needsSignIn.includes(error.code));
}

const needsSignIn: readonly ErrorCode[] = [
  'drive/signed-out',
  'drive/no-account',
  'drive/client-missing',
  'drive/client-refused',
  'drive/key-refused',
];

/** The words for a run that the end of the program broke off. */
export function interruptedError(): AppError {
  return new AppError('run/interrupted', 'the program ended before the dump was whole', { retry: 'now' });
}

const firstTryMs = 30_000;
/** The day's limit of uploads is the longest that Google refuses. */
const longestRefusalMs = 24 * 3_600_000;
const longestTryMs = 15 * 60_000;

/**
 * How long a waiting run waits before try `attempt` (0 for the first): 30 s, doubled each time, 15 min at most; longer when
 * the error says how long Google refuses.
 */
export function nextTryMs(attempt: number, error?: Pick<AppError, 'context'>): number {
  const asked = error?.context['retryAfterMs'];
  const usualMs = Math.min(longestTryMs, firstTryMs * 2 ** Math.min(attempt, 10));
  return typeof asked === 'number' ? Math.max(usualMs, Math.min(asked, longestRefusalMs)) : usualMs;
}
