import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseBounds, readWindowMemory, writeWindowMemory } from '../../../electron/shell/window-memory.ts';

const screens = [
  { x: 0, y: 0, width: 1920, height: 1080 },
  { x: 1920, y: 0, width: 1280, height: 1024 },
];
const size = { width: 900, height: 600 };

describe('where the window opens', () => {
  it.each([
    ['on the first screen', { x: 10, y: 20, ...size }, { x: 10, y: 20, ...size }],
    ['on the second screen', { x: 2000, y: 20, ...size }, { x: 2000, y: 20, ...size }],
    ['half off to the left', { x: -800, y: 20, ...size }, { x: -800, y: 20, ...size }],
    ['at least at its smallest size', { x: 0, y: 0, width: 5, height: 5 }, { x: 0, y: 0, width: 480, height: 400 }],
    ['in the usual place when only a sliver would show', { x: -870, y: 20, ...size }, null],
    ['in the usual place when its title bar would be above the screen', { x: 10, y: -50, ...size }, null],
    ['in the usual place when that screen is gone', { x: 4000, y: 20, ...size }, null],
    ['in the usual place at the first start', null, null],
  ])('%s', (_where, remembered, expected) => {
    expect(chooseBounds(remembered, screens)).toEqual(expected);
  });
});

describe('the window’s memory', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-window-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('comes back as it was written', async () => {
    const file = path.join(folder, 'window.json');
    const memory = { bounds: { x: 1, y: 2, ...size }, maximized: true, toldAboutTray: true };
    await writeWindowMemory(file, memory);
    expect(readWindowMemory(file)).toEqual(memory);
  });

  it.each(['', '{', 'null', '[]', '{"bounds":{"x":"far"},"maximized":7}'])(
    'is empty when the file holds %j',
    async (text) => {
      const file = path.join(folder, 'damaged.json');
      await writeFile(file, text);
      expect(readWindowMemory(file)).toEqual({ bounds: null, maximized: false, toldAboutTray: false });
    },
  );
});
