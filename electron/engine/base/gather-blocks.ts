// Joins what comes through a pipe in pieces of a few kilobytes to large blocks: every step behind it then costs once a block
// instead of once a piece.
import { release } from './release.ts';

/**
 * Yields blocks of `blockBytes`, the last one shorter. Three buffers go round: a block stays as it is until the second one
 * after it is asked for. The source's pieces are used up.
 */
export async function* gatherBlocks(
  source: AsyncIterable<Uint8Array>,
  blockBytes: number,
): AsyncGenerator<Buffer, void, undefined> {
  const buffers = [0, 1, 2].map(() => Buffer.allocUnsafeSlow(blockBytes));
  let turn = 0;
  let fill = 0;
  for await (const piece of source) {
    let at = 0;
    while (at < piece.length) {
      const buffer = buffers[turn % buffers.length] ?? Buffer.allocUnsafeSlow(blockBytes);
      const taken = Math.min(blockBytes - fill, piece.length - at);
      buffer.set(taken === piece.length ? piece : piece.subarray(at, at + taken), fill);
      at += taken;
      fill += taken;
      if (fill < blockBytes) continue;
      fill = 0;
      turn += 1;
      yield buffer;
    }
    release(piece);
  }
  const rest = buffers[turn % buffers.length];
  if (rest && fill > 0) yield rest.subarray(0, fill);
}
