// Small pieces become large blocks of the same bytes, and a block stays as it is while it is still worked on.
import { describe, expect, it } from 'vitest';
import { gatherBlocks } from '../../../electron/engine/base/gather-blocks.ts';
import { release } from '../../../electron/engine/base/release.ts';

async function* inPieces(data: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0, turn = 0; at < data.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield await Promise.resolve(Uint8Array.from(data.subarray(at, at + size)));
    at += size;
  }
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
