// Whether Drive has room, asked before anything is dumped, and the figures for the words when it turns out to be full.
import { AppError } from '../../../shared/errors.ts';
import type { DriveAbout } from '../drive/api.ts';
import { readSharedDriveId } from '../store/settings.ts';
import type { BackupContext } from './context.ts';

type RoomContext = Pick<BackupContext, 'db' | 'drive' | 'log' | 'signal'>;

/**
 * Throws `drive/quota-full` with figures. An account without a limit has room. In an organisation with pooled storage limit and
 * use are those of the organisation, which is what counts there. Google tells nothing of the room on a shared drive.
 */
export async function refuseFullDrive(ctx: RoomContext, neededBytes: number): Promise<void> {
  if (isOnSharedDrive(ctx)) return;
  const about = await ctx.drive.api.about(ctx.signal);
  const freeBytes = toFreeBytes(about);
  if (freeBytes === null || freeBytes >= neededBytes) return;
  throw new AppError('drive/quota-full', `${String(freeBytes)} bytes free on Drive, ${String(neededBytes)} needed`, {
    context: toFigures(about, freeBytes, neededBytes),
  });
}

/** The same error with Drive's present figures, when it is about room and Drive tells them. */
export async function withDriveFigures(ctx: RoomContext, error: unknown, neededBytes: number): Promise<unknown> {
  if (!(error instanceof AppError) || error.code !== 'drive/quota-full' || isOnSharedDrive(ctx)) return error;
  try {
    const about = await ctx.drive.api.about(ctx.signal);
    const figures = toFigures(about, toFreeBytes(about), neededBytes);
    const { code, message, retry, context } = error;
    return new AppError(code, message, { retry, context: { ...context, ...figures } });
  } catch {
    return error;
  }
}

function isOnSharedDrive({ db }: RoomContext): boolean {
  return readSharedDriveId(db) !== null;
}

function toFreeBytes({ limitBytes, usageBytes }: DriveAbout): number | null {
  return limitBytes === null ? null : Math.max(0, limitBytes - usageBytes);
}

function toFigures(about: DriveAbout, freeBytes: number | null, neededBytes: number): Record<string, string | number> {
  return {
    neededBytes,
    trashBytes: about.trashBytes,
    ...(freeBytes === null ? {} : { freeBytes }),
    ...(about.email === null ? {} : { email: about.email }),
  };
}
