// Uploads a file while it is still being written, and goes on wherever it was after any interruption: only what Drive
// confirms counts, and a file is never finished before its source is. Comparing the result is verify-upload.ts.
import { AppError, toAppError } from '../../../shared/errors.ts';
import { abortReason, throwIfAborted } from '../base/abort.ts';
import type { Clock, GoogleEndpoints, Log } from '../base/ports.ts';
import type { AccountGuard } from './account-guard.ts';
import type { DriveApi } from './api.ts';
import {
  afterBrokenChunk,
  afterWholeChunk,
  chooseChunkRange,
  defaultChunkBytes,
  firstChunkSize,
  type ChunkRange,
  type ChunkSize,
} from './chunk-size.ts';
import { isTransient, statusOf } from './drive-errors.ts';
import type { DriveFile, NewFile } from './drive-file.ts';
import { defaultMaxAttempts, givenUp, waitAfter } from './pacer.ts';
import {
  chunkUnitBytes,
  isSessionUsable,
  newUploadState,
  planUploadStep,
  type UploadState,
  type UploadStep,
} from './plan-upload.ts';
import { createBodyReader, type BodyReader } from './upload-body.ts';
import {
  cancelSession,
  querySession,
  sendChunk,
  startSession,
  type SessionAnswer,
  type SessionContext,
} from './upload-session.ts';
import { sourceReleased, type UploadSource } from './upload-source.ts';
import type { UploadTurn } from './upload-turns.ts';
import type { Tokens } from './token.ts';

export { cancelUpload } from './cancel-upload.ts';
export { newUploadState, type UploadState } from './plan-upload.ts';
export type { UploadSource } from './upload-source.ts';

export interface UploadOptions {
  readonly api: DriveApi;
  readonly tokens: Tokens;
  readonly endpoints: GoogleEndpoints;
  readonly guard: AccountGuard;
  readonly source: UploadSource;
  readonly meta: Omit<NewFile, 'id'>;
  /** From `newUploadState`, or as last saved. */
  readonly state: UploadState;
  /**
   * Stores the state where a restart finds it (secretly: it holds the session's address). Awaited before the next request.
   * Ids and sessions are stored before they are used. `confirmedBytes` may be behind: it is a hint, Drive is asked.
   */
  readonly save: (state: UploadState) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** `confirmedBytes`: what Drive holds. */
  readonly onProgress?: ((progress: { readonly confirmedBytes: number }) => void) | undefined;
  /** Size of every chunk, a multiple of 256 KiB; absent: chosen by how the line behaves. */
  readonly chunkBytes?: number | undefined;
  readonly stallMs?: number | undefined;
  readonly random?: (() => number) | undefined;
}

/** Sessions that may die in one upload before it is given up. */
const maxRestarts = 3;

/** Chunks in a row of which Drive keeps nothing, or says what cannot be. */
const maxIdleRounds = 5;

const restartPauseMs = 1000;

/** Patience with a session that is of no use any more. */
const leaveStallMs = 10_000;

/** How often mere progress is stored: each time costs a write that waits for the disk. */
const saveEveryMs = 1000;

/**
 * Answers the stored file. Fails with the reason of the signal, with the source's own error, or with AppError: retry
 * `later` (`drive/offline`, `drive/busy`, `drive/upload-limit`) means that the saved state is good and the same call goes
 * on from it. One upload at a time: a second one waits for its turn.
 */
export async function uploadFollowing(options: UploadOptions): Promise<DriveFile> {
  const { chunkBytes, guard, signal } = options;
  if (chunkBytes !== undefined && (chunkBytes <= 0 || chunkBytes % chunkUnitBytes !== 0)) {
    throw new AppError('internal/unexpected', `a chunk of ${String(chunkBytes)} bytes is no multiple of 256 KiB`);
  }
  return guard.runUpload(signal, (turn) => new Upload(options, turn).run());
}

class Upload {
  readonly #options: UploadOptions;
  readonly #turn: UploadTurn;
  readonly #session: SessionContext;
  readonly #body: BodyReader;
  #chunk: ChunkSize;
  #state: UploadState;
  #saved: UploadState;
  #savedAtMs = 0;
  #inDoubt: boolean;
  /** Failures, empty rounds and forced tokens since the last progress; sessions lost in all. */
  #attempts = 0;
  #idleRounds = 0;
  #tokenRenewed = false;
  #restarts = 0;

  constructor(options: UploadOptions, turn: UploadTurn) {
    this.#options = options;
    this.#turn = turn;
    this.#session = options;
    this.#body = createBodyReader(options.source, options.guard.bandwidth);
    this.#chunk = firstChunkSize(options.chunkBytes ?? defaultChunkBytes);
    this.#state = isSessionUsable(options.state, options.clock.now())
      ? options.state
      : newUploadState(options.state.fileId);
    this.#saved = options.state;
    this.#inDoubt = this.#state.sessionUri !== null;
  }

  async run(): Promise<DriveFile> {
    try {
      return await this.#follow();
    } catch (error) {
      // What Drive has confirmed is worth knowing at the next try, but never more than why this one ended.
      if (this.#state !== this.#saved) {
        await this.#save(this.#state).catch((failure: unknown) => {
          this.#options.log.warn(`how far the upload is was not stored: ${toAppError(failure).message}`);
        });
      }
      throw error;
    }
  }

  async #follow(): Promise<DriveFile> {
    const { source, signal } = this.#options;
    for (;;) {
      throwIfAborted(signal);
      const step = planUploadStep({
        hasSession: this.#state.sessionUri !== null,
        inDoubt: this.#inDoubt,
        confirmedBytes: this.#state.confirmedBytes,
        writtenBytes: source.writtenBytes,
        committedBytes: source.committedBytes,
        chunkBytes: this.#chunk.bytes,
      });
      if (step.kind === 'wait') {
        await this.#turn.rest(signal, () => source.waitForMore(step.beyondBytes, signal));
        continue;
      }
      await this.#turn.passOn(signal);
      let file: DriveFile | null;
      try {
        file = await this.#take(step);
      } catch (error) {
        if (signal.aborted) throw abortReason(signal);
        this.#body.throwIfFailed();
        const known = await this.#options.guard.uploads.afterFailure(error, () => this.#options.api.about(signal));
        file = await this.#recover(known, step);
      }
      if (file !== null) {
        this.#options.guard.uploads.afterProgress();
        this.#options.onProgress?.({ confirmedBytes: file.sizeBytes ?? this.#state.confirmedBytes });
        return file;
      }
    }
  }

  /** Does the step; answers the file when that finished it. */
  async #take(step: Exclude<UploadStep, { kind: 'wait' }>): Promise<DriveFile | null> {
    const { api, meta, clock, signal } = this.#options;
    const file = { ...meta, id: this.#state.fileId };
    if (step.kind === 'small') return api.createSmallFile(file, await this.#body.readAll(step.lengthBytes), signal);
    const { sessionUri } = this.#state;
    if (step.kind === 'start' || sessionUri === null) {
      const started = await startSession(this.#session, file, step.totalBytes);
      await this.#save({
        ...newUploadState(this.#state.fileId),
        ...{ sessionUri: started, sessionStartedAt: clock.now().toISOString() },
      });
      return null;
    }
    if (step.kind === 'query') {
      const answer = await querySession(this.#session, sessionUri, step.totalBytes);
      this.#inDoubt = false;
      return this.#accept(answer, this.#options.source.writtenBytes, false);
    }
    const { offset, lengthBytes, totalBytes } = step;
    const body = lengthBytes === 0 ? null : this.#body.open(offset, lengthBytes, signal);
    const startedMs = clock.now().getTime();
    const answer = await sendChunk(this.#session, sessionUri, { body, offset, totalBytes });
    if (answer.kind === 'more' && answer.nextOffset === offset + lengthBytes) {
      this.#chunk = afterWholeChunk(this.#chunk, clock.now().getTime() - startedMs, this.#chunkRange());
    }
    return this.#accept(answer, offset + lengthBytes, true);
  }

  /** What the caller fixed is not changed. */
  #chunkRange(): ChunkRange {
    const { chunkBytes, source } = this.#options;
    return chunkBytes === undefined ? chooseChunkRange(source.committedBytes) : { min: chunkBytes, max: chunkBytes };
  }

  /** `sentBytes`: Drive cannot hold more than this. */
  async #accept(answer: SessionAnswer, sentBytes: number, wasChunk: boolean): Promise<DriveFile | null> {
    const { source, api, signal } = this.#options;
    if (answer.kind === 'done') {
      const file = answer.file ?? (await api.getFile(this.#state.fileId, signal));
      if (source.committedBytes === null || file?.id !== this.#state.fileId) {
        throw new AppError('drive/rejected', 'Drive finished a file that was not ready', {
          context: { reason: 'finished' },
        });
      }
      return file;
    }
    const { nextOffset, sessionUri } = answer;
    const contradicts = nextOffset < this.#state.confirmedBytes || nextOffset > sentBytes;
    if (contradicts && !wasChunk) {
      throw new AppError('drive/session-lost', 'Drive contradicts itself about what it holds', {
        retry: 'now',
        context: { confirmedBytes: this.#state.confirmedBytes, nextOffset },
      });
    }
    if (!contradicts && nextOffset > this.#state.confirmedBytes) {
      this.#attempts = 0;
      this.#idleRounds = 0;
      this.#tokenRenewed = false;
      await this.#advance({ ...this.#state, sessionUri, confirmedBytes: nextOffset });
      this.#options.onProgress?.({ confirmedBytes: nextOffset });
      return null;
    }
    if (!contradicts && sessionUri !== this.#state.sessionUri) await this.#save({ ...this.#state, sessionUri });
    if (!wasChunk) return null;
    // Nothing kept is rare enough to be asked about: the Range may only be wrong or missing in this one answer. What the
    // status query says counts.
    this.#inDoubt = true;
    this.#idleRounds += 1;
    const idle = new AppError('drive/busy', 'Drive keeps nothing of what is sent', {
      retry: 'later',
      context: { reason: 'no-progress', confirmedBytes: this.#state.confirmedBytes },
    });
    if (this.#idleRounds >= maxIdleRounds) throw givenUp(idle, this.#idleRounds);
    await waitAfter(idle, this.#idleRounds, this.#options);
    return null;
  }

  /** After a failed request: makes the next step possible, answers the file when it is there after all, or throws. */
  async #recover(error: unknown, step: UploadStep): Promise<DriveFile | null> {
    const { tokens, signal } = this.#options;
    const status = statusOf(error);
    if (status === 401 && step.kind !== 'small' && !this.#tokenRenewed) {
      this.#tokenRenewed = true;
      await tokens.getAccessToken({ forceRefresh: true, signal });
      this.#inDoubt = this.#state.sessionUri !== null;
      return null;
    }
    const lost = error instanceof AppError && error.code === 'drive/session-lost';
    if (lost || status === 409) return this.#restart(error, step);
    if (!isTransient(error)) throw error;
    if (step.kind === 'send' && error.code === 'drive/offline') {
      this.#chunk = afterBrokenChunk(this.#chunk, this.#chunkRange());
    }
    this.#attempts += 1;
    if (this.#attempts >= defaultMaxAttempts) throw givenUp(error, this.#attempts);
    this.#inDoubt = this.#state.sessionUri !== null;
    await waitAfter(error, this.#attempts, this.#options);
    return null;
  }

  /** The session is gone, or the id is taken: by this very file if its last answer was lost. */
  async #restart(error: unknown, step: UploadStep): Promise<DriveFile | null> {
    const { api, source, clock, log, signal } = this.#options;
    const { fileId } = this.#state;
    const stored = await api.getFile(fileId, signal);
    const isWhole =
      step.kind !== 'small' && source.committedBytes !== null && stored?.sizeBytes === source.committedBytes;
    if (stored !== null && isWhole && !stored.trashed) return stored;
    if ((source.releasedBytes ?? 0) > 0) throw sourceReleased(source.releasedBytes ?? 0);
    // Other bytes of ours under this id: nothing will ever point to them.
    if (stored !== null && !stored.trashed && this.#isOurs(stored)) await api.trashFile(fileId, signal);
    this.#restarts += 1;
    if (this.#restarts > maxRestarts) {
      const context = error instanceof AppError ? error.context : {};
      throw new AppError('drive/session-lost', 'Drive lost the upload again and again', { context });
    }
    await this.#leaveSession();
    log.warn(`the upload begins again (${String(this.#restarts)} of ${String(maxRestarts)})`);
    await clock.wait(restartPauseMs, signal);
    const [newId = fileId] = stored === null && statusOf(error) !== 409 ? [fileId] : await api.generateIds(1, signal);
    this.#inDoubt = false;
    await this.#save(newUploadState(newId));
    return null;
  }

  /** True for a file that an earlier try of this very upload made. */
  #isOurs({ name, appProperties }: DriveFile): boolean {
    const { meta } = this.#options;
    const isSame = Object.entries(meta.appProperties).every(([key, value]) => appProperties[key] === value);
    return name === meta.name && isSame;
  }

  /** A request that Drive still has in its hands must not finish the old session beside the new one. */
  async #leaveSession(): Promise<void> {
    const { sessionUri } = this.#state;
    if (sessionUri === null) return;
    await cancelSession({ ...this.#session, stallMs: leaveStallMs }, sessionUri).catch((error: unknown) => {
      throwIfAborted(this.#options.signal);
      this.#options.log.info(`the old upload session was left to expire: ${toAppError(error).message}`);
    });
  }

  async #save(state: UploadState): Promise<void> {
    this.#state = state;
    await this.#options.save(state);
    this.#saved = state;
    this.#savedAtMs = this.#options.clock.now().getTime();
  }

  /** Drive holds more. A changed address is stored at once, mere progress now and then. */
  async #advance(state: UploadState): Promise<void> {
    this.#options.guard.uploads.afterProgress();
    const sinceMs = this.#options.clock.now().getTime() - this.#savedAtMs;
    if (state.sessionUri !== this.#state.sessionUri || sinceMs >= saveEveryMs || sinceMs < 0) await this.#save(state);
    else this.#state = state;
  }
}
