// Keeps the memory of the engine's process small: what it works on lies in buffers outside of V8's heap, and the objects
// around them are gone at once. It works by being imported, before anything else.
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// V8's space for new objects begins small, grows to 2 x 16 MB while modules load or bytes flow, and never becomes small again.
// Left at its first size a process of the engine has 35 MB less, and the more frequent collections cost nothing that could be
// measured (docs/performance.md).
setFlagsFromString('--semi-space-growth-factor=1');

// What outlives two of those collections waits for a whole one, which V8 begins at hundreds of megabytes: a dump of 10 GB
// gathers 35 MB of garbage until then. A look is cheap, a collection takes some 30 ms.
const lookEveryMs = 5000;
const garbageBytes = 8 * 1024 * 1024;

setFlagsFromString('--expose-gc');
// A runtime that does not give it away does without.
const collect = runInNewContext('globalThis.gc') as (() => void) | undefined;
let usedBytes = getHeapStatistics().used_heap_size;

setInterval(() => {
  const { used_heap_size: now } = getHeapStatistics();
  if (now > usedBytes + garbageBytes) {
    collect?.();
    usedBytes = getHeapStatistics().used_heap_size;
  } else if (now < usedBytes) {
    usedBytes = now;
  }
}, lookEveryMs).unref();
