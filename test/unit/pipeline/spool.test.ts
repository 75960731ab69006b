import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSpool, removeSpool, reopenSpool } from '../../../electron/engine/pipeline/spool.ts';
import { AppError } from '../../../shared/errors.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-spool-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const never = new AbortController().signal;

describe('a spool file', () => {
  it('is for the owner alone, grows, and tells size and hashes when it is whole', async () => {
    const spool = await openSpool(folder, 'run');
    const { dump } = spool.files;
    await dump.append(Buffer.from('abc'));
    await dump.append(Buffer.from('def'));
    expect([dump.writtenBytes, dump.committedBytes]).toEqual([6, null]);
    expect(await dump.commit()).toEqual({
      sizeBytes: 6,
      sha256: 'bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721',
      md5: 'e80b5017098950fc58aad83c8c14978e',
    });
    expect(dump.committedBytes).toBe(6);
    await spool.close();
    const file = path.join(folder, 'run', 'dump.age');
    expect(await readFile(file, 'utf8')).toBe('abcdef');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700);
  });

  it('takes nothing more when it is whole', async () => {
    const spool = await openSpool(folder, 'run');
    await spool.files.dump.commit();
    await expect(spool.files.dump.append(Buffer.from('x'))).rejects.toMatchObject({ code: 'internal/unexpected' });
    await spool.close();
  });

  it('wakes its reader when enough is there, and when it is whole', async () => {
    const spool = await openSpool(folder, 'run');
    const { dump } = spool.files;
    const woken: string[] = [];
    const enough = dump.waitForMore(4, never).then(() => woken.push('enough'));
    const whole = dump.waitForMore(1000, never).then(() => woken.push('whole'));
    await dump.append(Buffer.from('1234'));
    expect(woken).toEqual([]);
    await dump.append(Buffer.from('5'));
    await enough;
    expect(woken).toEqual(['enough']);
    const into = Buffer.alloc(10);
    expect(await dump.read(into, 1)).toBe(4);
    expect(into.toString('utf8', 0, 4)).toBe('2345');
    await dump.commit();
    await whole;
    await dump.waitForMore(1000, never);
    await spool.close();
  });

  it('lets a waiting reader go with the reason of its signal, and others wait on', async () => {
    const spool = await openSpool(folder, 'run');
    const { dump } = spool.files;
    const abort = new AbortController();
    const leaving = expect(dump.waitForMore(0, abort.signal)).rejects.toMatchObject({ code: 'engine/stopped' });
    const staying = dump.waitForMore(0, never);
    abort.abort(new AppError('engine/stopped', 'x'));
    await leaving;
    await expect(dump.waitForMore(0, abort.signal)).rejects.toMatchObject({ code: 'engine/stopped' });
    await dump.append(Buffer.from('x'));
    await staying;
    await spool.close();
  });
});

describe('a spool that is opened again', () => {
  async function fill(): Promise<Record<'dump' | 'globals' | 'manifest', number>> {
    const spool = await openSpool(folder, 'run');
    for (const file of Object.values(spool.files)) {
      await file.append(Buffer.from('whole'));
      await file.commit();
    }
    await spool.close();
    return { dump: 5, globals: 5, manifest: 5 };
  }

  it('has whole files', async () => {
    const spool = await reopenSpool(folder, 'run', await fill());
    expect(spool.files.manifest.committedBytes).toBe(5);
    const into = Buffer.alloc(5);
    await spool.files.manifest.read(into, 0);
    expect(into.toString()).toBe('whole');
    await spool.close();
  });

  it('is refused when a file has lost bytes or is gone', async () => {
    const sizes = await fill();
    const file = path.join(folder, 'run', 'globals.age');
    await truncate(file, 4);
    await expect(reopenSpool(folder, 'run', sizes)).rejects.toMatchObject({ code: 'spool/failed' });
    await rm(file);
    await expect(reopenSpool(folder, 'run', sizes)).rejects.toMatchObject({ code: 'spool/failed' });
  });

  it('is empty for a run that begins anew, and gone when it is removed', async () => {
    await fill();
    const spool = await openSpool(folder, 'run');
    expect(spool.files.dump.writtenBytes).toBe(0);
    expect(await readFile(path.join(folder, 'run', 'dump.age'), 'utf8')).toBe('');
    await spool.close();
    await removeSpool(folder, 'run');
    await removeSpool(folder, 'run');
    expect(existsSync(path.join(folder, 'run'))).toBe(false);
  });
});
