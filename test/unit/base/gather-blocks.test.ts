// Small pieces become large blocks of the same bytes, and a block stays as it is while it is still worked on.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { gatherBlocks } from '../../../electron/engine/base/gather-blocks.ts';
import { release } from '../../../electron/engine/base/release.ts';

async function* cut(data: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0, turn = 0; at < data.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield await Promise.resolve(Uint8Array.from(data.subarray(at, at + size)));
    at += size;
  }
}

function inPieces(data: Uint8Array, sizes: readonly number[]): Readable {
  return Readable.from(cut(data, sizes), { objectMode: false });
}

const data = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7919) >>> 3);

describe('gathering', () => {
  it.each([[[1]], [[1000]], [[4096, 8192]], [[65_536]], [[30_000, 1, 9000]]])(
    'keeps every byte of pieces of %j bytes',
    async (sizes) => {
      const blocks: Buffer[] = [];
      for await (const block of gatherBlocks(inPieces(data, sizes), 9000)) blocks.push(Buffer.from(block));
      expect(Buffer.concat(blocks).equals(data)).toBe(true);
      expect(blocks.slice(0, -1).every((block) => block.length === 9000)).toBe(true);
      expect(blocks.at(-1)?.length).toBe(100_000 % 9000);
    },
  );

  it('keeps every byte of a source that somebody else resumes while it is held back', async () => {
    const source = inPieces(data, [700]);
    const blocks: Buffer[] = [];
    for await (const block of gatherBlocks(source, 1000)) {
      blocks.push(Buffer.from(block));
      for (let turn = 0; turn < 5; turn += 1) {
        source.resume();
        await new Promise(setImmediate);
      }
    }
    expect(Buffer.concat(blocks).equals(data)).toBe(true);
  });

  it('keeps every byte of a program that ends while its last output is held back', async () => {
    const program =
      'process.stdout.write(Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 31) % 251)))';
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    const blocks: Buffer[] = [];
    for await (const block of gatherBlocks(child.stdout, 16_384)) {
      blocks.push(Buffer.from(block));
      // What is left fits into the pipe: the program can end although nobody reads.
      if (blocks.length === 8) await ended;
    }
    const expected = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 31) % 251));
    expect(Buffer.concat(blocks).equals(expected)).toBe(true);
  });

  it('yields nothing for nothing', async () => {
    const blocks: Buffer[] = [];
    for await (const block of gatherBlocks(inPieces(new Uint8Array(0), [1]), 9000)) blocks.push(block);
    expect(blocks).toEqual([]);
  });

  it('leaves a block alone until the second one after it is asked for', async () => {
    let before: { readonly block: Buffer; readonly copy: Buffer } | null = null;
    let compared = 0;
    for await (const block of gatherBlocks(inPieces(data, [4096]), 9000)) {
      if (before) {
        expect(before.block.equals(before.copy)).toBe(true);
        compared += 1;
      }
      before = { block, copy: Buffer.from(block) };
    }
    expect(compared).toBe(11);
  });

  it('reads no more than one block ahead, and all of it in the end', async () => {
    let given = 0;
    const source = new Readable({
      read() {
        given += 1;
        this.push(given > 20 ? null : Buffer.alloc(9000, given));
      },
      highWaterMark: 1,
    });
    const blocks: number[] = [];
    for await (const block of gatherBlocks(source, 9000)) {
      blocks.push(block[0] ?? 0);
      await new Promise((resolve) => setImmediate(resolve));
      // One is being looked at, one is read ahead, one waits at the source and one more is asked of it.
      expect(given - blocks.length).toBeLessThanOrEqual(3);
    }
    expect(blocks).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it('gives what came before an error, then fails with it', async () => {
    const source = new Readable({ read: () => undefined });
    source.push(Buffer.alloc(9000));
    const blocks = gatherBlocks(source, 9000);
    await blocks.next();
    source.destroy(new Error('the pipe broke'));
    await expect(blocks.next()).rejects.toThrow('the pipe broke');
  });

  it('fails when the source closes before its end', async () => {
    const source = new Readable({ read: () => undefined });
    const blocks = gatherBlocks(source, 9000);
    const first = blocks.next();
    source.destroy();
    await expect(first).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
  });

  it('lets go of a source whose blocks are no longer wanted', async () => {
    const source = inPieces(data, [4096]);
    for await (const block of gatherBlocks(source, 9000)) if (block.length > 0) break;
    expect(source.destroyed).toBe(true);
  });
});

describe('giving memory back', () => {
  it('empties bytes that have their memory for themselves', () => {
    const own = Buffer.allocUnsafeSlow(8192);
    release(own);
    expect(own.length).toBe('transfer' in own.buffer ? 0 : 8192);
  });

  it('leaves what shares its memory with others', () => {
    const shared = Buffer.allocUnsafeSlow(8192);
    release(shared.subarray(0, 5000));
    release(Buffer.from('small'));
    expect(shared.length).toBe(8192);
  });
});
