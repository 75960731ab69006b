import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTextModeUndo, undoTextMode } from '../../../electron/engine/postgres/text-mode.ts';

/** What the C library of Windows makes of what is written in text mode. */
const writeAsText = (text: string): Buffer => Buffer.from(text.replaceAll('\n', '\r\n'));

function undo(bytes: Buffer, size: number): string {
  const { take, end } = createTextModeUndo();
  const parts: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += size)
    parts.push(Buffer.from(take(bytes.subarray(start, start + size))));
  return Buffer.concat([...parts, end()]).toString();
}

describe('text mode', () => {
  it('is taken back exactly, whatever line ends the text itself has and however it comes in pieces', () => {
    const letters = fc.array(fc.constantFrom('\r', '\n', 'a', '\r\n', 'ü'), { maxLength: 60 });
    fc.assert(
      fc.property(letters, fc.integer({ min: 1, max: 9 }), (parts, size) => {
        const text = `--\n${parts.join('')}`;
        expect(undo(writeAsText(text), size)).toBe(text);
      }),
    );
  });

  it('is not looked for where the first line has a plain end', () => {
    const text = '--\nbody\r\n\r\r\nend\r';
    for (const size of [1, 2, 100]) expect(undo(Buffer.from(text), size)).toBe(text);
  });

  it('is taken back from a stream, whose failure is passed on', async () => {
    expect((await buffer(undoTextMode(Readable.from([writeAsText('--\na\n'), writeAsText('b\n')])))).toString()).toBe(
      '--\na\nb\n',
    );
    const broken = new Readable({ read: () => undefined });
    const reading = buffer(undoTextMode(broken));
    broken.destroy(new Error('gone'));
    await expect(reading).rejects.toThrow('gone');
  });
});
