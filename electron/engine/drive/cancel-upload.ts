// Ends an upload that must not become a backup: afterwards neither a session nor a file of it is on Drive,
// unless the account may not remove files there.
import { toAppError } from '../../../shared/errors.ts';
import { throwIfAborted } from '../base/abort.ts';
import type { Clock, GoogleEndpoints, Log } from '../base/ports.ts';
import type { DriveApi } from './api.ts';
import type { UploadState } from './plan-upload.ts';
import { deleteOrTrash } from './remove-file.ts';
import type { Tokens } from './token.ts';
import { cancelSession } from './upload-session.ts';

/** Cancelling waits less patiently than uploading: somebody wants to leave. */
const stallMs = 10_000;

export interface CancelContext {
  readonly api: DriveApi;
  readonly tokens: Tokens;
  readonly endpoints: GoogleEndpoints;
  readonly clock: Clock;
  readonly log: Log;
  /** Not the upload's own signal: that one has been aborted already. */
  readonly signal?: AbortSignal | undefined;
}

/** Fails (retry `later`) only when it could not be made sure that no file remains. */
export async function cancelUpload(ctx: CancelContext, state: UploadState): Promise<void> {
  const { api, log, signal } = ctx;
  if (state.sessionUri !== null) {
    try {
      await cancelSession({ ...ctx, stallMs }, state.sessionUri);
    } catch (error) {
      throwIfAborted(signal);
      log.info(`the upload session was left to expire: ${toAppError(error).message}`);
    }
  }
  // The last chunk may have finished the file just before it was cancelled.
  if ((await deleteOrTrash(api, state.fileId, signal)) === 'kept') {
    log.warn(`the unfinished backup ${state.fileId} stays on Drive: the account may not remove files there`);
  }
}
