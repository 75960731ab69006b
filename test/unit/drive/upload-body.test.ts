// A body from a source: a buffer that a connection may still read is never filled again.
import { describe, expect, it } from 'vitest';
import { setImmediate } from 'node:timers/promises';
import { createBandwidth } from '../../../electron/engine/drive/bandwidth.ts';
import { createBodyReader } from '../../../electron/engine/drive/upload-body.ts';
import { createFastClock } from '../../support/fast-clock.ts';
import { createWholeSource } from '../../support/growing-source.ts';

const KiB = 1024;
const content = Buffer.from(Array.from({ length: 3000 * KiB }, (_, index) => (index * 7 + (index >> 9)) & 0xff));
const open = (source = createWholeSource(content)) =>
  createBodyReader(
    source,
    createBandwidth(() => null, createFastClock()),
  );

describe('a body from a source', () => {
  it('is the asked stretch, also when the connection takes its pieces late and one by one', async () => {
    const reader = open();
    for (const [offset, length] of [
      [0, 3000 * KiB],
      [700 * KiB, 2100 * KiB],
      [5, 1],
    ] as const) {
      const sent: Buffer[] = [];
      await reader.open(offset, length).send(async (piece) => {
        // What is copied only now is what a slow connection reads.
        await setImmediate();
        await setImmediate();
        sent.push(Buffer.from(piece));
      });
      expect(Buffer.concat(sent).equals(content.subarray(offset, offset + length))).toBe(true);
    }
  });

  it('keeps few pieces in hand, and fills none again before it is let go', async () => {
    const held: { readonly piece: Uint8Array; readonly copy: Buffer; readonly release: () => void }[] = [];
    const done = open()
      .open(0, content.length)
      .send(
        (piece) =>
          new Promise<void>((release) => {
            held.push({ piece, copy: Buffer.from(piece), release });
          }),
      );
    let released = 0;
    let sentBytes = 0;
    while (sentBytes < content.length) {
      for (let turn = 0; turn < 20; turn += 1) await setImmediate();
      expect(held.length - released).toBeLessThanOrEqual(3);
      for (const { piece, copy } of held.slice(released)) expect(copy.equals(piece)).toBe(true);
      const next = held[released];
      if (!next) throw new Error('nothing was handed over');
      released += 1;
      sentBytes += next.piece.length;
      next.release();
    }
    await done;
  });

  it('leaves the buffers of a broken connection to it and takes new ones', async () => {
    const reader = open();
    const good = new Set<ArrayBufferLike>();
    const note = (piece: Uint8Array): Promise<void> => {
      good.add(piece.buffer);
      return Promise.resolve();
    };
    await reader.open(0, content.length).send(note);
    await reader.open(0, content.length).send(note);
    expect(good.size, 'the same few buffers go round').toBe(3);
    const broken: Uint8Array[] = [];
    const failed = reader.open(0, content.length).send((piece) => {
      broken.push(piece);
      return broken.length < 2 ? Promise.resolve() : Promise.reject(new Error('reset'));
    });
    await expect(failed).rejects.toThrow('reset');
    const copies = broken.map((piece) => Buffer.from(piece));
    const after = new Set<ArrayBufferLike>();
    await reader.open(KiB, content.length - KiB).send((piece) => {
      after.add(piece.buffer);
      return Promise.resolve();
    });
    for (const piece of broken) expect(after.has(piece.buffer)).toBe(false);
    broken.forEach((piece, index) => {
      expect(copies[index]?.equals(piece)).toBe(true);
    });
    reader.throwIfFailed();
  });

  it('passes the source’s own error on', async () => {
    const source = createWholeSource(content);
    const reader = open({ ...source, read: () => Promise.reject(new Error('the disk is gone')) });
    await expect(reader.open(0, KiB).send(() => Promise.resolve())).rejects.toThrow('the disk is gone');
    expect(reader.throwIfFailed).toThrow('the disk is gone');
    const short = open({ ...source, read: () => Promise.resolve(0) });
    await expect(short.open(0, KiB).send(() => Promise.resolve())).rejects.toMatchObject({ code: 'spool/failed' });
  });
});
