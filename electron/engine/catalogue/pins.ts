// Pins: true here the moment that they are set, and noted on Drive with each file of the set, so that a new computer knows
// them. What Drive does not know yet stays marked in the list and is told when it is back.
import { AppError, toAppError } from '../../../shared/errors.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { listPendingPins, markPinPushed } from '../store/snapshots.ts';
import type { CatalogContext } from './context.ts';

/**
 * Tells Drive of every pin it does not know. A file that Drive refuses keeps no other pin waiting: its refusal is thrown at the
 * end. Whatever else fails ends it at once; the next call goes on there.
 */
export async function pushPins(ctx: CatalogContext, onPushed: (snapshot: Snapshot) => void): Promise<void> {
  const refusals: AppError[] = [];
  for (const { id, pinned, files } of listPendingPins(ctx.db)) {
    try {
      for (const { driveFileId } of files) await tell(ctx, driveFileId, pinned);
      onPushed(markPinPushed(ctx.db, id, pinned));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refusals.push(error);
    }
  }
  if (refusals[0]) throw refusals[0];
}

/** About the one file, whatever the state of the account and the network is. */
function isRefusal(error: unknown): error is AppError {
  return error instanceof AppError && (error.code === 'drive/forbidden' || error.code === 'drive/rejected');
}

/** A file that is gone needs no pin: the comparison with Drive tells of it. */
async function tell(ctx: CatalogContext, fileId: string, pinned: boolean): Promise<void> {
  try {
    await ctx.drive.api.updateAppProperties(fileId, { pinned: pinned ? '1' : '0' }, ctx.signal);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'drive/not-found') throw error;
    ctx.log.warn(`the pin of a file that is gone was not noted: ${toAppError(error).message}`);
  }
}
