// Google takes 750 GB a day from one account and says so only with the same 403 as for a short rush. What lasts for half
// an hour, and meets uploads alone, is taken for the day's limit: uploads rest for a day, over restarts, too.
import { AppError } from '../../../shared/errors.ts';
import type { Clock } from '../base/ports.ts';
import { isRateRefusal } from './drive-errors.ts';

/** Refusals that go on this long are no rush. */
export const rushMs = 30 * 60_000;

/** Refusals further apart than this have nothing to do with each other; a waiting run asks every quarter of an hour. */
const apartMs = 20 * 60_000;

/** https://developers.google.com/workspace/drive/api/guides/limits: 750 GB within 24 hours. */
export const uploadPauseMs = 24 * 3_600_000;

/** ISO times. */
export interface UploadPause {
  /** Since when uploads, and nothing else, are refused. */
  readonly refusedSince: string | null;
  readonly refusedLast: string | null;
  /** No upload before this. */
  readonly until: string | null;
}

export const noUploadPause: UploadPause = { refusedSince: null, refusedLast: null, until: null };

/** Where the pause rests. */
export interface UploadPauseStore {
  readonly read: () => UploadPause;
  readonly write: (pause: UploadPause) => void;
}

export interface UploadPauses {
  /** Throws `drive/upload-limit` (retry later) while uploads rest. */
  readonly check: () => void;
  /** After a failed upload request: the error to go on with. `askOther`: a request that is no upload. */
  readonly afterFailure: (error: unknown, askOther: () => Promise<unknown>) => Promise<unknown>;
  readonly afterProgress: () => void;
  /** A person wants it tried now. One more refusal, and uploads rest again. */
  readonly forgive: () => void;
}

export function createUploadPauses(store: UploadPauseStore, clock: Clock): UploadPauses {
  const clear = (): void => {
    const { refusedSince, until } = store.read();
    if (refusedSince !== null || until !== null) store.write(noUploadPause);
  };
  return {
    check: () => {
      const { until } = store.read();
      if (until === null) return;
      const leftMs = Date.parse(until) - clock.now().getTime();
      // A clock that was set back must not make the pause longer than it can be.
      if (leftMs > 0 && leftMs <= uploadPauseMs) throw uploadLimitError(until, leftMs);
      clear();
    },
    afterFailure: async (error, askOther) => {
      if (!isRateRefusal(error)) return error;
      const nowMs = clock.now().getTime();
      const now = new Date(nowMs).toISOString();
      const { refusedSince, refusedLast } = store.read();
      const goesOn = refusedSince !== null && refusedLast !== null && nowMs - Date.parse(refusedLast) <= apartMs;
      const since = goesOn ? refusedSince : now;
      store.write({ refusedSince: since, refusedLast: now, until: null });
      if (nowMs - Date.parse(since) < rushMs) return error;
      const othersWork = await askOther().then(
        () => true,
        () => false,
      );
      if (!othersWork) return error;
      const until = new Date(nowMs + uploadPauseMs).toISOString();
      store.write({ ...noUploadPause, until });
      return uploadLimitError(until, uploadPauseMs);
    },
    afterProgress: clear,
    forgive: () => {
      if (store.read().until === null) return;
      const nowMs = clock.now().getTime();
      const refusedSince = new Date(nowMs - rushMs).toISOString();
      store.write({ refusedSince, refusedLast: new Date(nowMs).toISOString(), until: null });
    },
  };
}

function uploadLimitError(until: string, leftMs: number): AppError {
  return new AppError('drive/upload-limit', `Google takes no more uploads today; they rest until ${until}`, {
    retry: 'later',
    context: { until, retryAfterMs: leftMs },
  });
}
