// When a message that did not get through is tried again. Pure.
import type { AppError, ErrorCode } from '../../../shared/errors.ts';

const minuteMs = 60_000;
/** Greylisting lets a second try in after a few minutes; a server that is down for longer is asked once an hour. */
const delaysMs = [1, 2, 5, 10, 20, 30, 60].map((minutes) => minutes * minuteMs);
/** What only a person can mend is tried now and then all the same: some servers refuse what they accept later. */
const hopelessMs = 6 * 60 * minuteMs;

/** `tries`: those before the one that has just failed. */
export function toDelayMs(tries: number, { retry }: Pick<AppError, 'retry'>): number {
  if (retry === 'never') return hopelessMs;
  return delaysMs[Math.min(tries, delaysMs.length - 1)] ?? hopelessMs;
}

/** Trouble of one message alone: the others are tried. All else closes the whole way for a while. */
const ofMessage: readonly ErrorCode[] = ['mail/rejected', 'mail/rejected-recipient'];

export function isOfMessage(code: ErrorCode): boolean {
  return ofMessage.includes(code);
}
