import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepFiles, prepareKeepDir } from '../../demo/keep-files.ts';

let folder: string;
let source: string;
let kept: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-keep-'));
  source = path.join(folder, 'source');
  kept = path.join(folder, 'kept', 'deep');
  await mkdir(source);
  await writeFile(path.join(source, 'blob'), 'encrypted');
  await writeFile(path.join(source, 'kit'), 'AGE-SECRET-KEY-');
});
afterEach(() => rm(folder, { recursive: true }));

const keep = (name: string): Promise<void> =>
  keepFiles(kept, [{ name, path: path.join(source, 'blob'), sizeBytes: 9 }], path.join(source, 'kit'));

describe('the folder of --keep', () => {
  it('is made and holds the files under their names, the key for the owner alone, and a README', async () => {
    await prepareKeepDir(kept);
    await keep('a.dump.zst.age');
    expect((await readdir(kept)).sort()).toEqual(['README.md', 'a.dump.zst.age', 'key.txt']);
    expect(await readFile(path.join(kept, 'a.dump.zst.age'), 'utf8')).toBe('encrypted');
    expect((await stat(path.join(kept, 'key.txt'))).mode & 0o777).toBe(0o600);
  });

  it('loses what a former demo left', async () => {
    await prepareKeepDir(kept);
    await keep('a.dump.zst.age');
    await prepareKeepDir(kept);
    await keep('b.dump.zst.age');
    expect((await readdir(kept)).sort()).toEqual(['README.md', 'b.dump.zst.age', 'key.txt']);
  });

  it('is refused, and left as it is, when it holds anything else', async () => {
    await mkdir(kept, { recursive: true });
    await writeFile(path.join(kept, 'key.txt'), 'somebody’s own');
    await expect(prepareKeepDir(kept)).rejects.toThrow(/holds other files/);
    expect(await readFile(path.join(kept, 'key.txt'), 'utf8')).toBe('somebody’s own');
  });
});
