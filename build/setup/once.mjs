// Makes a cached folder exactly once: built beside its place, renamed when complete, and guarded by a lock so that two
// set-ups at the same time do not do the same work. A folder that exists is complete.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { say } from './report.mjs';

/** A lock without a readable owner is abandoned after this: its owner died between creating and writing it. */
const unreadableLockMs = 10_000;

/**
 * @param {string} folder
 * @param {(temporary: string) => Promise<void>} make fills the temporary folder; what it throws leaves nothing behind
 */
export async function provideFolder(folder, make) {
  if (existsSync(folder)) return;
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return;
    const temporary = `${folder}.${randomBytes(4).toString('hex')}.part`;
    mkdirSync(temporary, { recursive: true });
    try {
      await make(temporary);
      renameSync(temporary, folder);
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  });
}

/**
 * Runs `work` while no other process of this machine does so under the same lock file.
 * @param {string} file
 * @param {() => Promise<void>} work
 */
export async function withLock(file, work) {
  mkdirSync(path.dirname(file), { recursive: true });
  let told = false;
  while (!tryLock(file)) {
    if (!told) say(`another set-up is at it, waiting (${file})`);
    told = true;
    await wait(500);
  }
  const release = () => {
    rmSync(file, { force: true });
  };
  process.once('exit', release);
  try {
    await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

/** @param {string} file */
function tryLock(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (isAbandoned(file)) rmSync(file, { force: true });
  return false;
}

/** @param {string} file */
function isAbandoned(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    if (pid > 0) return !isAlive(pid);
    return Date.now() - statSync(file).mtimeMs > unreadableLockMs;
  } catch {
    return false;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
