// What all requests to one Google account share: the rates Google likes, a rest when Google keeps failing, one upload at a
// time, the day's limit of uploads and the person's own limit of bandwidth.
import type { DriveTrouble } from '../../../shared/account.ts';
import type { Clock } from '../base/ports.ts';
import { createBandwidth, type Bandwidth } from './bandwidth.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import { createTokenBucket } from './token-bucket.ts';
import { createUploadTurns, type UploadTurn } from './upload-turns.ts';
import { createTroubleWatch } from './trouble.ts';
import { createUploadPauses, noUploadPause, type UploadPauses, type UploadPauseStore } from './upload-pause.ts';

/** Drive manages about three new files a second for one person, whatever the quota says; see also `requestRate`. */
const writeRate = { perSecond: 3, burst: 12 };

/** Far below the quota of 325 000 units a minute: https://developers.google.com/workspace/drive/api/guides/limits */
const requestRate = { perSecond: 8, burst: 32 };

/** `bytes`: a request on an upload session, which its own size slows down. */
export type RequestClass = 'read' | 'write' | 'bytes';

export interface AccountGuard {
  /** Runs one request when it may go. Throws `drive/busy` (retry later, reason `resting`) while the account rests. */
  readonly run: <T>(kind: RequestClass, signal: AbortSignal | undefined, send: () => Promise<T>) => Promise<T>;
  /** Runs an upload when its turn comes. Throws `drive/upload-limit` while uploads rest. */
  readonly runUpload: <T>(signal: AbortSignal, upload: (turn: UploadTurn) => Promise<T>) => Promise<T>;
  readonly uploads: Pick<UploadPauses, 'afterFailure' | 'afterProgress'>;
  readonly bandwidth: Bandwidth;
  /** A person wants it tried now: forgets every rest. */
  readonly forgive: () => void;
}

export interface AccountGuardOptions {
  readonly clock: Clock;
  /** Bytes a second; null for no limit. */
  readonly readUploadLimit?: (() => number | null) | undefined;
  /** Absent: the pause of uploads is forgotten with the program. */
  readonly pauseStore?: UploadPauseStore | undefined;
  /** Requests keep failing and are tried again; null: they come through again. */
  readonly onTrouble?: ((trouble: DriveTrouble | null) => void) | undefined;
}

export function createAccountGuard(options: AccountGuardOptions): AccountGuard {
  const { clock, readUploadLimit, pauseStore } = options;
  const trouble = createTroubleWatch(options.onTrouble ?? (() => undefined));
  const breaker = createCircuitBreaker(clock);
  const writes = createTokenBucket(writeRate, clock);
  const requests = createTokenBucket(requestRate, clock);
  const pauses = createUploadPauses(pauseStore ?? createMemoryStore(), clock);
  const turns = createUploadTurns(clock);

  return {
    run: async (kind, signal, send) => {
      if (kind !== 'bytes') await requests.take(signal);
      if (kind === 'write') await writes.take(signal);
      breaker.pass();
      try {
        const answer = await send();
        breaker.note(null);
        trouble.note(null);
        return answer;
      } catch (error) {
        breaker.note(error);
        trouble.note(error);
        throw error;
      }
    },
    runUpload: async (signal, upload) => {
      pauses.check();
      return turns.take(signal, upload);
    },
    uploads: pauses,
    bandwidth: createBandwidth(readUploadLimit ?? (() => null), clock),
    forgive: () => {
      breaker.forgive();
      pauses.forgive();
    },
  };
}

function createMemoryStore(): UploadPauseStore {
  let pause = noUploadPause;
  return {
    read: () => pause,
    write: (changed) => {
      pause = changed;
    },
  };
}
