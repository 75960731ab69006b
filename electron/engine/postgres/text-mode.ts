// On Windows pg_dump writes SQL to a pipe in text mode: the C library puts a carriage return before every line feed
// (_allocAH in PostgreSQL's pg_backup_archiver.c asks for binary mode only for archives). Taken back, the bytes are what every
// other system writes, and a line end inside a function or a name stays the one it was.
import { pipeline, Transform, type Readable } from 'node:stream';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** The same bytes without what text mode added. Bytes whose first line has no carriage return were not written so. */
export function undoTextMode(source: Readable): Readable {
  const undo = createTextModeUndo();
  const stream = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      done(null, undo.take(chunk));
    },
    flush: (done) => {
      done(null, undo.end());
    },
  });
  // The reader of the stream sees what breaks the source.
  return pipeline(source, stream, () => undefined);
}

export interface TextModeUndo {
  readonly take: (chunk: Buffer) => Buffer;
  /** What was held back. */
  readonly end: () => Buffer;
}

export function createTextModeUndo(): TextModeUndo {
  let isTextMode: boolean | null = null;
  let held: Buffer = Buffer.alloc(0);
  return {
    take: (chunk) => {
      if (isTextMode === false) return chunk;
      const data = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const first = data.indexOf(lineFeed);
      if (isTextMode === null && first >= 0) isTextMode = data[first - 1] === carriageReturn;
      if (isTextMode === false) {
        held = Buffer.alloc(0);
        return data;
      }
      // Its line feed may come with the next bytes.
      const end = data.at(-1) === carriageReturn ? data.length - 1 : data.length;
      held = Buffer.from(data.subarray(end));
      return withoutReturns(data.subarray(0, end));
    },
    end: () => held,
  };
}

function withoutReturns(data: Buffer): Buffer {
  const result = Buffer.allocUnsafe(data.length);
  let fill = 0;
  let from = 0;
  for (let at = data.indexOf('\r\n'); at >= 0; at = data.indexOf('\r\n', at + 1)) {
    fill += data.copy(result, fill, from, at);
    from = at + 1;
  }
  fill += data.copy(result, fill, from);
  return result.subarray(0, fill);
}
