// The installation's SQLite file: one process at a time, migrated with a copy kept, never touched when it is not ours.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, readdirSync, writeFileSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../electron/engine/store/database.ts';
import { migrations } from '../../../electron/engine/store/migrations.ts';

const databaseModule = fileURLToPath(new URL('../../../electron/engine/store/database.ts', import.meta.url));

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-store-'));
  file = path.join(folder, 'pgkeep.db');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const refusal = (code: string): Error => expect.objectContaining({ code }) as Error;

describe('the store', () => {
  it('keeps every commit on the disk, and its links whole', () => {
    const { db, close } = openDatabase(file);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.pragma('user_version', { simple: true })).toBe(migrations.length);
    const orphan = `insert into jobs (id, name, connection_id, database, created_at) values ('j', 'n', 'none', 'd', '')`;
    expect(() => db.exec(orphan)).toThrow(/FOREIGN KEY/);
    close();
  });

  it('belongs to one process at a time, and to the next as soon as that one is killed', async () => {
    const script = `const { openDatabase } = await import(${JSON.stringify(databaseModule)});
      openDatabase(${JSON.stringify(file)}); console.log('open'); setInterval(() => undefined, 1000);`;
    const other = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(other.stdout, 'data');
    expect(() => openDatabase(file)).toThrow(refusal('store/in-use'));
    other.kill('SIGKILL');
    await once(other, 'close');
    openDatabase(file).close();
  });

  it('is not called in use when it is the folder that cannot be written', () => {
    writeFileSync(path.join(folder, 'no-folder'), '');
    expect(() => openDatabase(path.join(folder, 'no-folder', 'pgkeep.db'))).toThrow(
      expect.not.objectContaining({ code: 'store/in-use' }) as Error,
    );
  });
});

describe('a migration', () => {
  const step = `alter table settings add column note text; insert into settings values ('a', '1', 'new')`;

  function writeOld(): void {
    const { db, close } = openDatabase(file);
    db.exec(`insert into settings values ('old', '"kept"')`);
    close();
  }

  const copies = (): string[] => readdirSync(folder).filter((name) => name.startsWith('pgkeep.before-'));

  it('leaves a whole copy of the file as it was', () => {
    writeOld();
    const { db, close } = openDatabase(file, { steps: [...migrations, step] });
    expect(db.prepare('select key, value, note from settings order by key').all()).toEqual([
      { key: 'a', value: '1', note: 'new' },
      { key: 'old', value: '"kept"', note: null },
    ]);
    close();
    const [copy = ''] = copies();
    const next = String(migrations.length + 1);
    expect(copy).toMatch(new RegExp(`^pgkeep\\.before-${next}\\.\\d{8}T\\d{6}Z\\.db$`));
    const old = new Database(path.join(folder, copy), { readonly: true });
    expect(old.pragma('user_version', { simple: true })).toBe(migrations.length);
    expect(old.prepare('select * from settings').all()).toEqual([{ key: 'old', value: '"kept"' }]);
    old.close();
  });

  it('of a file of the first version keeps jobs, snapshots and restores with their links', () => {
    const [first = ''] = migrations;
    const old = openDatabase(file, { steps: [first] });
    old.db.exec(`
      insert into connections values ('c', 'office', 'h', 5432, 'u', 'postgres', 'prefer', 0, 't');
      insert into jobs values ('j', 'shop', 'c', 'shop', 'folder', 't', null);
      insert into snapshots values ('s', 'j', 'r', 'shop', 'b', 't', '15', 'zstd', 1, 1, null, null, '[]', 1, null);
      insert into restores values ('x', 'drill', 's', 'c', 'd', null, 'succeeded', null, 't', null, null, null);`);
    old.close();
    const { db, close } = openDatabase(file);
    expect(db.prepare('select connection_id, folder_id from jobs').all()).toEqual([
      { connection_id: 'c', folder_id: 'folder' },
    ]);
    expect(db.prepare('select snapshot_id, file_name from restores').all()).toEqual([
      { snapshot_id: 's', file_name: null },
    ]);
    expect(db.prepare('select pinned, pin_pending, presence from snapshots').all()).toEqual([
      { pinned: 1, pin_pending: 0, presence: 'ok' },
    ]);
    expect(db.pragma('foreign_key_check')).toEqual([]);
    close();
  });

  it('that fails changes nothing, and leaves no copies however often it is tried', () => {
    writeOld();
    expect(() => openDatabase(file, { steps: [...migrations, step, 'no sql'] })).toThrow();
    expect(() => openDatabase(file, { steps: [...migrations, step, 'no sql'] })).toThrow();
    expect(copies()).toEqual([]);
    const { db, close } = openDatabase(file);
    expect(db.prepare('select * from settings').all()).toEqual([{ key: 'old', value: '"kept"' }]);
    close();
  });

  it('makes no copy of what is new or up to date', () => {
    writeOld();
    openDatabase(file).close();
    expect(copies()).toEqual([]);
  });
});

describe('a file that this program must not touch', () => {
  it('because a newer one wrote it is refused and stays as it is', () => {
    const { close } = openDatabase(file, { steps: [...migrations, 'create table later (x int) strict'] });
    close();
    const before = readFileSync(file);
    expect(() => openDatabase(file)).toThrow(refusal('store/newer-version'));
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('because it is no database is refused and stays as it is', () => {
    writeFileSync(file, 'this is a letter to my mother\n'.repeat(100));
    const before = readFileSync(file);
    expect(() => openDatabase(file)).toThrow(refusal('store/damaged'));
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('because pages of it are damaged is refused', () => {
    const { db, close } = openDatabase(file);
    const insert = db.prepare('insert into settings values (?, ?)');
    for (let number = 0; number < 2000; number += 1) insert.run(`key ${String(number)}`, `"${'x'.repeat(100)}"`);
    close();
    const handle = openSync(file, 'r+');
    for (let page = 20; page < 40; page += 1) writeSync(handle, Buffer.alloc(4096, 0x5a), 0, 4096, page * 4096);
    closeSync(handle);
    expect(() => openDatabase(file)).toThrow(refusal('store/damaged'));
  });
});
