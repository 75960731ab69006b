// pg_dump writes its output in pieces of 4 KiB, the buffer that C's library gives to a pipe: for a gigabyte it and its reader
// are woken 250,000 times. GNU's coreutils bring a library that sets a larger buffer before a program begins.
import { existsSync } from 'node:fs';

/** Where coreutils keep what `stdbuf` preloads: Debian and Fedora, Arch, older ones. */
const places = ['/usr/libexec/coreutils/libstdbuf.so', '/usr/lib/coreutils/libstdbuf.so'];

/** Bytes. More brings nothing: the pipe itself holds less (docs/performance.md). */
const bufferBytes = 256 * 1024;

/** Added to the environment of a program whose output is large; empty where the system has no such library. */
export function toOutputBufferEnv(exists: (path: string) => boolean = existsSync): Record<string, string> {
  const library = process.platform === 'linux' ? places.find(exists) : undefined;
  return library === undefined ? {} : { LD_PRELOAD: library, _STDBUF_O: String(bufferBytes) };
}
