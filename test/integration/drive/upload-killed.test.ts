// A program that is killed in the middle of an upload and started again: one file, with the right bytes.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { refreshTokenName } from '../../../electron/engine/drive/token.ts';
import type { HoldPoint, Match } from '../../google/faults.ts';
import { makeContent, MiB, openDriveWorld, type DriveWorld } from './drive-world.ts';

const program = fileURLToPath(new URL('upload-process.ts', import.meta.url));
const content = makeContent(6 * MiB + 5);
const children: ChildProcess[] = [];
let world: DriveWorld;
let dir: string;

beforeEach(async () => {
  world = await openDriveWorld();
  dir = await mkdtemp(path.join(tmpdir(), 'pgkeep-killed-'));
  await writeFile(path.join(dir, 'content'), content);
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await world.stop();
  await rm(dir, { recursive: true, force: true });
});

function start(): ChildProcess {
  const token = world.vault.secrets.get(refreshTokenName) ?? '';
  const files = ['content', 'state.json'].map((name) => path.join(dir, name));
  const child = spawn(process.execPath, [program, JSON.stringify(world.google.endpoints), token, ...files], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  children.push(child);
  return child;
}

it.each<[string, Match, HoldPoint, string[]]>([
  ['before a chunk', { kind: 'chunk', nth: 3 }, { at: 'arrived' }, ['status', 'chunk']],
  ['in the middle of a chunk', { kind: 'chunk', nth: 3 }, { at: 'body' }, ['status', 'chunk']],
  ['when a chunk is stored', { kind: 'chunk', nth: 3 }, { at: 'done' }, ['status', 'chunk']],
  ['when the session is open and nobody knows', { kind: 'session-start' }, { at: 'done' }, ['session-start', 'chunk']],
  ['when the file is there and nobody knows', { kind: 'chunk', final: true }, { at: 'done' }, ['status']],
])('killed %s', async (_, match, point, resumedBy) => {
  const hold = world.google.holdNext(match, point);
  const first = start();
  await hold.reached;
  first.kill('SIGKILL');
  await once(first, 'exit');
  hold.release();
  // The server may have written its answer before it saw that nobody is there.
  const isOver = (): boolean =>
    match.final === true
      ? world.google.journal().some((entry) => entry.kind === match.kind && entry.status === 200)
      : world.google.journal().filter((entry) => entry.kind === match.kind).length >= (match.nth ?? 1);
  await world.google.waitFor((entry) => entry.ended === 'gone' || isOver());
  world.google.clearJournal();
  const [exitCode] = (await once(start(), 'exit')) as [number | null];
  expect(exitCode).toBe(0);
  expect(
    world
      .kinds()
      .filter((kind) => kind !== 'token')
      .slice(0, resumedBy.length),
  ).toEqual(resumedBy);
  const [file, ...others] = world.google.files();
  expect(others).toEqual([]);
  expect((await world.stored(file?.id ?? '')).equals(content)).toBe(true);
});
