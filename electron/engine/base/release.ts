// Gives the memory of bytes that nobody needs any more back at once. For every 64 MB of such buffers the garbage collector
// would go through the whole heap, which took a third of a dump's processor time.

/** ECMAScript 2024: an ArrayBuffer gives its memory away. Electron 33 and Node 21 have it; elsewhere the collector works. */
interface Transferable {
  readonly transfer?: (length: number) => ArrayBuffer;
}

/** The bytes are empty afterwards. What shares its memory with others, as small buffers of Node do, is left alone. */
export function release({ buffer, byteLength }: Uint8Array): void {
  if (byteLength < ownedBytes || buffer.byteLength !== byteLength) return;
  (buffer as Transferable).transfer?.(0);
}

/** Smaller ones may lie in Node's pool, whose memory must stay. */
const ownedBytes = 4096;
