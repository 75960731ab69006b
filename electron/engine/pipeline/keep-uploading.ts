// The upload beside a dump. A pause of Drive ends it, for the dump becomes whole without it and the run then waits; but a dump
// that passes through a window stands still with it, so there it is tried again until the window's patience is over.
import { toAppError } from '../../../shared/errors.ts';
import type { Clock, Log } from '../base/ports.ts';
import { isDrivePause, nextTryMs } from './choose-outcome.ts';

/** The server keeps locks for a dump that stands still: the network is looked for more often than for a run that waits. */
const longestTryMs = 60_000;

export interface KeepUploadingOptions {
  readonly upload: () => Promise<void>;
  /** Settles when the dump is whole, or failed. */
  readonly dumping: Promise<unknown>;
  /** Resolves when only a window of the dump may be on the disk. */
  readonly narrowed: Promise<void>;
  /** Whether the dump stands still for want of Drive. */
  readonly onWaits: (waits: boolean) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Rejects with what ended the upload. */
export async function keepUploading({
  upload,
  dumping,
  narrowed,
  onWaits,
  ...options
}: KeepUploadingOptions): Promise<void> {
  const { clock, log, signal } = options;
  const ended = dumping.then(
    () => 'ended',
    () => 'ended',
  );
  for (let attempt = 0; ; attempt += 1) {
    try {
      await upload();
      return;
    } catch (error) {
      const failure = toAppError(error);
      if (!isDrivePause(failure)) throw error;
      // The end first: a dump that is whole needs no upload to go on.
      if ((await Promise.race([ended, narrowed.then(() => 'narrowed')])) === 'ended') throw error;
      log.warn(`the dump waits for Google Drive: ${failure.message}`);
      onWaits(true);
      await clock.wait(Math.min(longestTryMs, nextTryMs(attempt)), signal);
    }
  }
}
