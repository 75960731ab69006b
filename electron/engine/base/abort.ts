// Cancelling: one signal for a piece of work, two pieces that end together, and waits that end early.
import { AppError } from '../../../shared/errors.ts';

export function cancelledError(): AppError {
  return new AppError('run/cancelled', 'cancelled');
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortReason(signal);
}

/** The AppError a signal was aborted with, else `run/cancelled`. */
export function abortReason(signal: AbortSignal): AppError {
  return signal.reason instanceof AppError ? signal.reason : cancelledError();
}

/** Calls `onAbort` once when the signal aborts (at once if it has); answers the undo. */
export function whenAborted(signal: AbortSignal | undefined, onAbort: () => void): () => void {
  if (!signal) return () => undefined;
  if (signal.aborted) {
    onAbort();
    return () => undefined;
  }
  signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    signal.removeEventListener('abort', onAbort);
  };
}

/** What the promise brings, or the reason of the signal when that comes first. What the promise stands for goes on. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const undo = whenAborted(signal, () => {
      reject(abortReason(signal));
    });
    promise.then(resolve, reject).finally(undo);
  });
}
