import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig, toPaths } from '../../electron/engine/base/config.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pgkeep-config-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const read = (text: string): ReturnType<typeof readConfig> => {
  writeFileSync(path.join(folder, 'config.json'), text);
  return readConfig(toPaths(folder));
};

describe('the configuration', () => {
  it('is that of production when there is no file, and for all that a file leaves out', () => {
    const production = readConfig(toPaths(folder));
    for (const url of Object.values(production.google)) expect(url).toMatch(/^https:/);
    expect(production).toMatchObject({ toolDirs: [], google: { apiRoot: 'https://www.googleapis.com' } });
    expect(read('{}')).toEqual(production);
    const other = read('{"google":{"apiRoot":"http://127.0.0.1:1"},"toolDirs":["/opt/pg/bin"]}');
    expect(other).toEqual({
      google: { ...production.google, apiRoot: 'http://127.0.0.1:1' },
      builtInClient: null,
      toolDirs: ['/opt/pg/bin'],
    });
  });

  it.each([
    ['is no JSON', '{'],
    ['is empty', ''],
    ['has a name that nobody knows', '{"gogle":{}}'],
    ['has a name inside that nobody knows', '{"google":{"apiroot":"http://x"}}'],
    ['has an address that is none', '{"google":{"apiRoot":"localhost"}}'],
    ['has an address of another kind', '{"google":{"apiRoot":"file:///etc"}}'],
    ['has folders that are none', '{"toolDirs":"/opt"}'],
  ])('is refused when the file %s: a typo must not mean production', (_, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'input/invalid' }) as Error);
  });

  it('puts everything of an installation below its folder', () => {
    const { dataDir, ...rest } = toPaths(path.join(folder, 'x', '..', 'y'));
    expect(dataDir).toBe(path.join(folder, 'y'));
    for (const place of Object.values(rest)) expect(path.dirname(place)).toBe(dataDir);
  });
});
