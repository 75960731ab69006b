import { describe, expect, it } from 'vitest';
import { describeSizes, emptyResult, toStepLine, toVerdict } from '../../demo/demo-result.ts';
import { toReadme } from '../../demo/keep-files.ts';

describe('the demo’s report', () => {
  it('has its times in one column', () => {
    const lines = [toStepLine('Backup', 'short', 1.5), toStepLine('Comparison', 'a longer text than that', 125)];
    expect(lines[0]?.length).toBe(lines[1]?.length);
    expect(lines[0]).toMatch(/^ {2}Backup +short +1\.5 s$/);
  });

  it.each([
    [7_464_984, 1_925_074, '7.5 MB dump -> 1.9 MB stored (26 %, 3.9 : 1)'],
    [0, 0, '0 B dump -> 0 B stored'],
  ])('says the sizes of %d and %d', (dump, stored, words) => {
    expect(describeSizes(dump, stored)).toBe(words);
  });

  it('says why it is not good', () => {
    const lines = toVerdict({ ...emptyResult, problems: ['the drill failed'] });
    expect(lines).toEqual(['NOT OK', '  - the drill failed']);
  });
});

describe('the README beside kept files', () => {
  it('has lines with the real names, quoted where a shell needs it', () => {
    const text = toReadme([
      { name: "my shop's_1.dump.zst.age", sizeBytes: 10 },
      { name: 'shop_1.globals.sql.age', sizeBytes: 10 },
    ]);
    expect(text).toContain(`    age -d -i key.txt 'my shop'\\''s_1.dump.zst.age' | zstd -d | pg_restore -d restored\n`);
    expect(text).toMatch(/^ {4}age -d -i key\.txt shop_1\.globals\.sql\.age \| sed .* \| psql -d postgres$/m);
  });

  it('unpacks gzip with gzip and names no roles file where there is none', () => {
    const text = toReadme([{ name: 'x.dump.gz.age', sizeBytes: 10 }]);
    expect(text).toContain('x.dump.gz.age | gzip -d | pg_restore');
    expect(text).not.toContain('psql');
  });
});
