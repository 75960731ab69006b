// The sentences of the audit log, and what it says of changes without ever saying a secret.
import { describe, expect, it } from 'vitest';
import { listChanges, listSecrets } from '../../../electron/engine/audit/changes.ts';
import { toBackupNote, toRestoreNote, toRunNote } from '../../../electron/engine/audit/settled-notes.ts';
import { auditActs, auditGroups, type AuditVerdict } from '../../../shared/audit.ts';
import { describeAct, describeDetails, describeVerdict } from '../../../shared/audit-words.ts';
import { toRestore, toRun, toSnapshot } from '../rows.ts';

describe('an act', () => {
  it('has a sentence and a group', () => {
    for (const act of auditActs) {
      expect(describeAct({ act, subject: 'shop', outcome: 'done' })).not.toMatch(/%|\.$/);
      expect(
        auditGroups.some((group) => act.startsWith(`${group}.`)),
        act,
      ).toBe(true);
    }
  });

  it('that was refused says so, with its code', () => {
    const entry = { act: 'snapshot.pinned', subject: 'shop_1', outcome: 'drive/offline', details: {} };
    expect(describeAct(entry)).toBe('Not done: Snapshot shop_1 was pinned');
    expect(describeDetails(entry)).toBe('code: drive/offline');
  });

  it('keeps a name with a dollar sign, and names what a newer version did', () => {
    expect(describeAct({ act: 'job.added', subject: "a$&b$'", outcome: 'done' })).toBe("Job a$&b$' was added");
    expect(describeAct({ act: 'moon.visited', subject: 'x', outcome: 'done' })).toBe('moon.visited (x)');
  });
});

describe('a change', () => {
  it('is told field by field, without id and date', () => {
    const before = { id: '1', createdAt: 'a', name: 'Shop', port: 5432, dump: { format: 'custom' } };
    const after = { ...before, createdAt: 'b', port: 5433, dump: { format: 'plain' } };
    expect(listChanges(before, after)).toEqual({
      port: '5432 → 5433',
      dump: '{"format":"custom"} → {"format":"plain"}',
    });
    expect(listChanges(null, { id: '1', name: 'Shop', folder: null })).toEqual({ name: 'Shop' });
  });

  it('never tells a secret, nor an address beyond its host', () => {
    const form = { password: 'hunter2', ssh: { passphrase: 'hunter3', user: 'a' }, clientSecret: '' };
    expect(listSecrets(form)).toEqual({ password: 'set', 'ssh.passphrase': 'set', clientSecret: 'removed' });
    const told = listChanges(null, {
      ping: 'https://user:pw@hc.example.com/ping/abc-def?x=1',
      list: ['http://h/t0ken'],
    });
    expect(told).toEqual({ ping: 'https://hc.example.com/…', list: '["http://h/…"]' });
  });
});

describe('work that ended', () => {
  it('is noted with what became of it', () => {
    const snapshot = toSnapshot({ baseName: 'shop_1' });
    expect(toBackupNote('Shop', snapshot, { trigger: 'schedule' })).toMatchObject({
      ...{ act: 'backup.made', subject: 'Shop', snapshotId: snapshot.id },
      details: { snapshot: 'shop_1', trigger: 'schedule' },
    });
    expect(toRunNote('Shop', toRun({ state: 'succeeded' }))).toBeNull();
    expect(toRunNote('Shop', toRun({ state: 'waiting' }))).toBeNull();
    expect(toRunNote('Shop', toRun({ state: 'cancelled' }))?.act).toBe('backup.cancelled');
    const error = { code: 'pg/server-gone', message: '', retry: 'later', context: {} } as const;
    expect(toRunNote('Shop', toRun({ state: 'failed', error }))).toMatchObject({ outcome: 'pg/server-gone' });
  });

  it('of a restore that was cancelled is no success', () => {
    const restore = toRestore({ state: 'cancelled', report: null });
    expect(toRestoreNote(restore, null)).toMatchObject({ act: 'restore.ended', outcome: 'run/cancelled' });
    expect(toRestoreNote({ ...restore, state: 'running' }, null)).toBeNull();
  });
});

describe('the verdict', () => {
  const verdict: AuditVerdict = { count: 3, fault: null, seq: null, head: 'x', witnesses: null };

  it('says that the chain is intact, and who else says so', () => {
    expect(describeVerdict(verdict)).toBe('The chain is intact: 3 entries.');
    expect(describeVerdict({ ...verdict, witnesses: 2 })).toContain('and as 2 backups on Drive noted it');
    expect(describeVerdict({ ...verdict, count: 0 })).toBe('The log is empty.');
  });

  it('names the entry that does not hold', () => {
    expect(describeVerdict({ ...verdict, fault: 'changed', seq: 2 })).toContain('Entry 2 is not as it was written.');
    expect(describeVerdict({ ...verdict, fault: 'cut', seq: 4 })).toContain('from 4 on, were removed');
  });
});
