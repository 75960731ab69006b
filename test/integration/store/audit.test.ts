// The audit log on a real SQLite file: only added to, and every way of tampering with the file is found.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  appendAudit,
  checkChain,
  listAudit,
  readAuditMark,
  type ChainState,
} from '../../../electron/engine/store/audit.ts';
import { openDatabase, type OpenDatabase } from '../../../electron/engine/store/database.ts';
import type { AuditMark, AuditNote } from '../../../shared/audit.ts';

let folder: string;
let store: OpenDatabase;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-audit-'));
  store = openDatabase(path.join(folder, 'pgkeep.db'));
});

afterEach(async () => {
  store.close();
  await rm(folder, { recursive: true, force: true });
});

const actor = { user: 'anna', machine: 'office-pc', version: '1.2.3' };

function add(note: Partial<AuditNote> = {}): void {
  const at = '2026-11-25T08:00:00.000Z';
  appendAudit(store.db, { actor, way: 'window', at }, { act: 'job.changed', subject: 'Shop', ...note });
}

function check(marks: readonly AuditMark[] = []): ChainState {
  const reading = checkChain(store.db, marks);
  for (;;) {
    const step = reading.next();
    if (step.done === true) return step.value;
  }
}

/** As somebody with the file and SQLite's own program does it. */
function tamper(sql: string): void {
  store.db.exec(`
    drop trigger audit_no_update; drop trigger audit_no_delete;
    ${sql};
    create trigger audit_no_update before update on audit begin select raise(abort, 'x'); end;
    create trigger audit_no_delete before delete on audit begin select raise(abort, 'x'); end;`);
}

describe('the audit log', () => {
  it('is intact after many entries, and empty at first', () => {
    expect(check()).toEqual({ count: 0, fault: null, seq: null, head: '' });
    for (let count = 0; count < 5; count += 1) add({ details: { count, text: 'x'.repeat(1000) } });
    expect(check()).toMatchObject({ count: 5, fault: null, head: readAuditMark(store.db)?.hash });
    const [newest] = listAudit(store.db, { group: null, search: '', before: null, limit: 1 });
    expect(newest).toMatchObject({ seq: 5, ...actor, way: 'window', outcome: 'done', details: { count: 4 } });
    expect(String(newest?.details['text']).length).toBeLessThan(400);
  });

  it('refuses to be changed or shortened', () => {
    add();
    expect(() => store.db.exec(`update audit set user = 'eve'`)).toThrow('only added to');
    expect(() => store.db.exec('delete from audit')).toThrow('only added to');
  });

  it.each([
    ['at', `'2020-01-01T00:00:00.000Z'`],
    ['act', `'job.added'`],
    ['user', `'eve'`],
    ['machine', `'elsewhere'`],
    ['version', `'9'`],
    ['way', `'program'`],
    ['subject', `'Other'`],
    ['snapshot_id', `'other'`],
    ['outcome', `'run/cancelled'`],
    ['details', `'{"a":2}'`],
    ['details', `'{"a": 1}'`],
    ['hash', `'0'`],
  ])('finds a changed %s', (column, value) => {
    for (let count = 0; count < 4; count += 1) add({ details: { a: 1 } });
    tamper(`update audit set ${column} = ${value} where seq = 3`);
    expect(check()).toMatchObject({ fault: 'changed', seq: 3, count: 2 });
    expect(listAudit(store.db, { group: null, search: '', before: null, limit: 10 })).toHaveLength(4);
  });

  it('finds removed, moved and inserted entries', () => {
    for (let count = 0; count < 6; count += 1) add({ subject: `job ${String(count)}` });
    tamper('delete from audit where seq = 2');
    expect(check()).toMatchObject({ fault: 'missing', seq: 2 });
    tamper('update audit set seq = seq - 1 where seq > 2');
    expect(check()).toMatchObject({ fault: 'changed', seq: 2 });
  });

  it('finds that the newest entries were cut off', () => {
    for (let count = 0; count < 6; count += 1) add();
    tamper('delete from audit where seq > 4');
    expect(check()).toMatchObject({ fault: 'cut', seq: 5, count: 4 });
  });

  it('finds that its guard is gone', () => {
    add();
    store.db.exec('drop trigger audit_no_update');
    expect(check()).toMatchObject({ fault: 'unguarded' });
  });

  it('finds a whole new history by what backups have noted', () => {
    for (let count = 0; count < 3; count += 1) add();
    const mark = readAuditMark(store.db);
    if (!mark) throw new Error('no mark');
    add();
    expect(check([mark])).toMatchObject({ fault: null, count: 4 });
    // Written anew from the second entry on, with right hashes.
    tamper('delete from audit where seq > 1');
    for (let count = 0; count < 3; count += 1) {
      store.db.exec(`update sqlite_sequence set seq = ${String(count + 1)} where name = 'audit'`);
      add({ subject: 'never happened' });
    }
    expect(check()).toMatchObject({ fault: null, count: 4 });
    expect(check([mark])).toMatchObject({ fault: 'other-history', seq: 3 });
    expect(check([{ ...mark, first: 'f' }])).toMatchObject({ fault: 'other-history', seq: 1 });
    expect(check([{ ...mark, seq: 99 }])).toMatchObject({ fault: 'cut', seq: 5 });
  });

  it('is listed by group, by words and page by page', () => {
    add({ act: 'snapshot.pinned', subject: 'shop_100%' });
    for (let count = 0; count < 5; count += 1) add({ subject: `Job ${String(count)}` });
    const list = (filter: Partial<Parameters<typeof listAudit>[1]>): number[] =>
      listAudit(store.db, { group: null, search: '', before: null, limit: 3, ...filter }).map(({ seq }) => seq);
    expect(list({})).toEqual([6, 5, 4]);
    expect(list({ before: 4 })).toEqual([3, 2, 1]);
    expect(list({ group: 'snapshot' })).toEqual([1]);
    expect(list({ search: 'JOB 3' })).toEqual([5]);
    expect(list({ search: '0%' })).toEqual([1]);
    expect(list({ search: 'office' })).toEqual([]);
  });
});
