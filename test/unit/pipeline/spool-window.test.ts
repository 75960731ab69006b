import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MiB } from '../../../electron/engine/pipeline/choose-room.ts';
import { measureSpoolFile, openSpool, reopenSpool, type SpoolRoom } from '../../../electron/engine/pipeline/spool.ts';
import { AppError } from '../../../shared/errors.ts';
import { createHurriedClock } from '../../support/hurried-clock.ts';
import { waitFor } from '../../support/wait-for.ts';

let folder: string;
let free: number;
let told: number[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-window-'));
  free = 1024 * MiB;
  told = [];
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const makeRoom = (mode: SpoolRoom['mode'], patienceMs = 86_400_000): SpoolRoom => ({
  ...{ mode, windowBytes: 32 * MiB, patienceMs, clock: createHurriedClock(), folder },
  readFreeBytes: () => Promise.resolve(free),
  onNarrowed: (freeBytes) => told.push(freeBytes),
});

const piece = (index: number): Buffer => Buffer.alloc(MiB, index);

async function countBytes(): Promise<number> {
  let sum = 0;
  for (const name of await readdir(path.join(folder, 'run'))) {
    // A piece may go between the list and the look.
    sum += (await stat(path.join(folder, 'run', name)).catch(() => ({ size: 0 }))).size;
  }
  return sum;
}

async function readAt(
  file: { read: (into: Buffer, position: number) => Promise<number> },
  index: number,
): Promise<number> {
  const into = Buffer.alloc(1000);
  await file.read(into, index * MiB);
  return into[999] ?? -1;
}

describe('a window', () => {
  it('holds the writer until Drive has more, and never has more than its size on the disk', async () => {
    const { files, close } = await openSpool(folder, 'run', makeRoom('window'));
    let written = 0;
    let stored = 0;
    const writing = (async () => {
      for (; written < 80; written += 1) await files.dump.append(piece(written));
    })();
    while (written < 80) {
      const goal = Math.min(80, stored + 16);
      await waitFor('the writer is ahead', () => written >= goal);
      expect(await countBytes()).toBeLessThanOrEqual(32 * MiB);
      expect(await readAt(files.dump, stored)).toBe(stored);
      stored = goal;
      files.dump.release(stored * MiB, () => undefined);
    }
    await writing;
    expect((await files.dump.commit()).sizeBytes).toBe(80 * MiB);
    await expect(files.dump.read(Buffer.alloc(10), 0)).rejects.toMatchObject({ code: 'spool/window-lost' });
    await close();
    const sizes = { dump: 80 * MiB, globals: 0, manifest: 0 };
    const again = await reopenSpool(folder, 'run', sizes);
    expect(again.files.dump.releasedBytes).toBeGreaterThan(40 * MiB);
    expect(await readAt(again.files.dump, 79)).toBe(79);
    await again.close();
  }, 60_000);

  it('frees nothing that could not be stored as confirmed', async () => {
    const { files, close } = await openSpool(folder, 'run', makeRoom('window'));
    for (let index = 0; index < 30; index += 1) await files.dump.append(piece(index));
    files.dump.release(30 * MiB, () => {
      throw new Error('the store is full');
    });
    expect(files.dump.releasedBytes).toBe(0);
    files.dump.release(30 * MiB, () => undefined);
    await waitFor('the room is freed', () => files.dump.releasedBytes === 20 * MiB);
    await close();
  });

  it('ends a writer after its patience, and with the reason of whoever breaks off', async () => {
    const patient = await openSpool(folder, 'run', makeRoom('window', 60_000));
    const fill = async (file: typeof patient.files.dump): Promise<void> => {
      for (let index = 0; index < 40; index += 1) await file.append(piece(index));
    };
    await expect(fill(patient.files.dump)).rejects.toMatchObject({
      code: 'spool/window-stalled',
      context: { minutes: 1, bytes: 32 * MiB },
    });
    await patient.close();
    const held = await openSpool(folder, 'run', makeRoom('window'));
    const ended = expect(fill(held.files.dump)).rejects.toMatchObject({ code: 'run/cancelled' });
    await waitFor('the window is full', () => held.files.dump.writtenBytes === 32 * MiB);
    held.breakOff(new AppError('run/cancelled', 'x'));
    await ended;
    await expect(held.files.dump.append(piece(1))).rejects.toMatchObject({ code: 'run/cancelled' });
    await held.close();
  });
});

describe('a disk that runs low', () => {
  it('turns the whole file into a window at once, and frees what Drive already holds', async () => {
    const { files, close } = await openSpool(folder, 'run', makeRoom('whole'));
    for (let index = 0; index < 64; index += 1) await files.dump.append(piece(index));
    files.dump.release(64 * MiB, () => undefined);
    expect(await countBytes()).toBe(64 * MiB);
    free = 100 * MiB;
    await files.dump.append(piece(64));
    await files.dump.narrowed;
    expect(told).toEqual([100 * MiB]);
    await waitFor('the room is freed', () => files.dump.releasedBytes >= 52 * MiB);
    expect(await countBytes()).toBeLessThanOrEqual(13 * MiB);
    await close();
  });

  it('ends the dump before the disk is at zero, with figures', async () => {
    const { files, close } = await openSpool(folder, 'run', makeRoom('window'));
    free = 63 * MiB;
    await expect(files.dump.append(piece(0))).rejects.toMatchObject({
      code: 'spool/disk-full',
      context: { freeBytes: 63 * MiB, folder },
    });
    await close();
  });
});

describe('pieces on the disk', () => {
  it('are measured, and a hole between them is no file', async () => {
    const { files, close } = await openSpool(folder, 'run', makeRoom('whole'));
    for (let index = 0; index < 12; index += 1) await files.dump.append(piece(index));
    await files.dump.commit();
    await close();
    expect(await measureSpoolFile(folder, 'run', 'dump')).toEqual({ startBytes: 0, endBytes: 12 * MiB });
    await rm(path.join(folder, 'run', `dump.age.${String(4 * MiB)}`));
    expect(await measureSpoolFile(folder, 'run', 'dump')).toBeNull();
    const sizes = { dump: 12 * MiB, globals: 0, manifest: 0 };
    await expect(reopenSpool(folder, 'run', sizes)).rejects.toMatchObject({ code: 'spool/failed' });
  });
});
