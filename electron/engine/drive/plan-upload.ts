// What an upload does next, from what Drive has confirmed and what the source has: no waiting, no network, only the choice.
import { AppError } from '../../../shared/errors.ts';

/** Chunks must be multiples of this, but for the last. https://developers.google.com/workspace/drive/api/guides/manage-uploads */
export const chunkUnitBytes = 262_144;

/** Below this a file goes in one request. Google's own border for it. */
export const smallFileBytes = 5 * 1024 * 1024;

/** Sessions live a week; one day is kept back for the upload itself. */
export const maxSessionAgeMs = 6 * 24 * 3_600_000;

/** Enough to go on after a restart of the program. `sessionUri` is a secret. */
export interface UploadState {
  readonly fileId: string;
  readonly sessionUri: string | null;
  /** ISO time; null without a session. */
  readonly sessionStartedAt: string | null;
  /** Drive holds everything below this. */
  readonly confirmedBytes: number;
}

export function newUploadState(fileId: string): UploadState {
  return { fileId, sessionUri: null, sessionStartedAt: null, confirmedBytes: 0 };
}

export interface UploadSituation {
  readonly hasSession: boolean;
  /** Something happened after which only Drive knows what it holds. */
  readonly inDoubt: boolean;
  readonly confirmedBytes: number;
  readonly writtenBytes: number;
  /** The length once the source is whole; null while it may still grow or fail. */
  readonly committedBytes: number | null;
  readonly chunkBytes: number;
}

export type UploadStep =
  | { readonly kind: 'wait'; readonly beyondBytes: number }
  | { readonly kind: 'small'; readonly lengthBytes: number }
  | { readonly kind: 'start'; readonly totalBytes: number | null }
  | { readonly kind: 'query'; readonly totalBytes: number | null }
  /** Without bytes: everything is there, the total finishes it. A total is only ever a committed one. */
  | {
      readonly kind: 'send';
      readonly offset: number;
      readonly lengthBytes: number;
      readonly totalBytes: number | null;
    };

export function planUploadStep(now: UploadSituation): UploadStep {
  const { confirmedBytes, committedBytes, chunkBytes } = now;
  const totalBytes = committedBytes;
  if (!now.hasSession) {
    if (committedBytes !== null && committedBytes < smallFileBytes)
      return { kind: 'small', lengthBytes: committedBytes };
    if (committedBytes === null && now.writtenBytes < chunkBytes) return { kind: 'wait', beyondBytes: chunkBytes - 1 };
    return { kind: 'start', totalBytes };
  }
  if (now.inDoubt) return { kind: 'query', totalBytes };
  if (committedBytes === null) {
    const wanted = confirmedBytes + chunkBytes;
    if (now.writtenBytes < wanted) return { kind: 'wait', beyondBytes: wanted - 1 };
    return { kind: 'send', offset: confirmedBytes, lengthBytes: chunkBytes, totalBytes: null };
  }
  if (confirmedBytes > committedBytes) {
    throw new AppError('drive/rejected', 'Drive holds more than there is', {
      context: { confirmedBytes, committedBytes },
    });
  }
  return {
    kind: 'send',
    offset: confirmedBytes,
    lengthBytes: Math.min(chunkBytes, committedBytes - confirmedBytes),
    totalBytes,
  };
}

/** A session that is too old, or of unknown age, is not worth a question. */
export function isSessionUsable(state: UploadState, now: Date): boolean {
  if (state.sessionUri === null || state.sessionStartedAt === null) return false;
  const ageMs = now.getTime() - Date.parse(state.sessionStartedAt);
  return ageMs < maxSessionAgeMs;
}
