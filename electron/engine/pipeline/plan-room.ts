// How much of this computer's disk a dump may take: asked before anything is written, and watched while it is.
import { mkdir, statfs } from 'node:fs/promises';
import { AppError } from '../../../shared/errors.ts';
import { formatBytes } from '../../../shared/format.ts';
import { readSetting } from '../store/settings.ts';
import { chooseRoom } from './choose-room.ts';
import type { BackupContext } from './context.ts';
import type { SpoolRoom } from './spool-file.ts';

type RoomContext = Pick<BackupContext, 'db' | 'paths' | 'clock' | 'log'>;

/** `expectedBytes`: what the encrypted dump is expected to come to. Throws `spool/disk-full` with figures. */
export async function planRoom({ db, paths, clock, log }: RoomContext, expectedBytes: number): Promise<SpoolRoom> {
  const folder = paths.spoolDir;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const freeBytes = await readFreeBytes(folder);
  const windowBytes = readSetting(db, 'spoolWindowBytes');
  const use = readSetting(db, 'spoolUse');
  const choice = chooseRoom({ freeBytes, expectedBytes, windowBytes, use });
  const figures = `${formatBytes(freeBytes)} are free, about ${formatBytes(expectedBytes)} are needed`;
  if (choice.kind === 'refuse') {
    throw new AppError('spool/disk-full', `${String(freeBytes)} bytes free, about ${String(expectedBytes)} needed`, {
      context: { freeBytes, neededBytes: choice.neededBytes, folder },
    });
  }
  if (choice.kind === 'window') {
    const reason = use === 'window' ? 'as it is set' : `not enough room for the whole dump (${figures})`;
    log.warn(`${reason}: the dump passes through a window of ${formatBytes(choice.windowBytes)}`);
  } else {
    log.info(`room for the whole dump: ${figures}`);
  }
  return {
    mode: choice.kind,
    windowBytes: choice.kind === 'window' ? choice.windowBytes : windowBytes,
    patienceMs: readSetting(db, 'windowPatienceMinutes') * 60_000,
    clock,
    folder,
    readFreeBytes: () => readFreeBytes(folder),
    onNarrowed: (leftBytes) => {
      log.warn(
        `the disk runs low (${formatBytes(leftBytes)} free): what Drive holds is freed, ${formatBytes(windowBytes)} stay at most`,
      );
    },
  };
}

async function readFreeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
