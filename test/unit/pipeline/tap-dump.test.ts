// What flows by on its way into the spool is a whole dump, or the backup fails; only what is not known may pass with a warning.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../../electron/engine/base/log.ts';
import { createTap } from '../../../electron/engine/pipeline/tap-dump.ts';

const archive = readFileSync(new URL('../postgres/archives/pg15-1.14.dump', import.meta.url));
const sql = readFileSync(new URL('../postgres/archives/pg15.sql', import.meta.url));

function tapOf(dumpFormat: 'custom' | 'plain') {
  return createTap(
    { log: createLog(() => undefined), report: () => undefined },
    { dumpFormat, expected: { sizes: null, lastBytes: null, databaseBytes: archive.length } },
  );
}

const damaged = expect.objectContaining({ code: 'archive/damaged' }) as Error;

describe('a dump that flows by', () => {
  it('is counted when it is whole', () => {
    const tap = tapOf('custom');
    tap.take(archive);
    expect(tap.finish()).toMatchObject({ bytes: archive.length, warnings: [], contents: { version: '1.14' } });
  });

  it('fails the backup when a part in the middle is missing', () => {
    const tap = tapOf('custom');
    expect(() => {
      tap.take(archive.subarray(0, archive.length - 900));
      tap.take(Buffer.alloc(400, 0xff));
      tap.finish();
    }).toThrow(damaged);
  });

  it('fails the backup when its end is missing', () => {
    for (const [format, dump] of [
      ['custom', archive],
      ['plain', sql],
    ] as const) {
      const tap = tapOf(format);
      expect(() => {
        tap.take(dump.subarray(0, dump.length - 60));
        tap.finish();
      }).toThrow(damaged);
    }
  });

  it('passes with a warning when its version is not known', () => {
    const tap = tapOf('custom');
    const newer = Buffer.from(archive);
    newer[6] = 99;
    tap.take(newer);
    expect(tap.finish()).toMatchObject({ contents: null, warnings: [expect.stringContaining('could not be counted')] });
  });
});
