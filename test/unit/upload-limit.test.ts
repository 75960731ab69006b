// The upload limit as people write it into the .env file.
import { describe, expect, it } from 'vitest';
import { parseUploadLimit } from '../../electron/cli/env-file.ts';

describe('BACKUP_UPLOAD_LIMIT', () => {
  it.each([
    ['500K', 500_000],
    ['2M', 2_000_000],
    ['1.5m', 1_500_000],
    [' 20000 ', 20_000],
    ['0', null],
  ])('%s is %s bytes a second', (text, bytes) => {
    expect(parseUploadLimit(text)).toBe(bytes);
  });

  it.each(['fast', '-1', '1000', '5G', '2 MB', 'NaN', '99999999M'])('%s is refused with words', (text) => {
    expect(() => parseUploadLimit(text)).toThrow(/BACKUP_UPLOAD_LIMIT: it takes bytes a second/);
  });
});
