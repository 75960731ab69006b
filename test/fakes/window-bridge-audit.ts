// The double's audit log: a few entries of a week, and their check.
import type { AuditEntry } from '../../shared/audit.ts';
import type { EngineHandlers } from '../../shared/ipc/contract.ts';
import type { World } from './window-bridge-data.ts';

export function createAudit(at: (agoMs: number) => string): AuditEntry[] {
  const hour = 3_600_000;
  const entry = (
    seq: number,
    agoMs: number,
    act: string,
    subject: string,
    rest: Partial<Pick<AuditEntry, 'details' | 'outcome' | 'way' | 'snapshotId'>> = {},
  ): AuditEntry => ({
    ...{ seq, at: at(agoMs), act, user: 'anna', machine: 'office-pc', version: '0.1.0', way: 'window', subject },
    ...{ snapshotId: null, outcome: 'done', details: {}, hash: String(seq).repeat(64).slice(0, 64) },
    ...rest,
  });
  return [
    entry(1, 190 * hour, 'program.started', ''),
    entry(2, 189 * hour, 'key.made', '', { way: 'program' }),
    entry(3, 188 * hour, 'connection.added', 'Shop server', {
      details: { host: 'db.example.com', port: '5432', password: 'set' },
    }),
    entry(4, 187 * hour, 'account.signed-in', 'anna@example.com'),
    entry(5, 186 * hour, 'job.added', 'Shop', { details: { database: 'shop' } }),
    entry(6, 60 * hour, 'backup.made', 'Shop', {
      way: 'program',
      details: { snapshot: 'shop_20261122T030000Z_a1b2', trigger: 'schedule', bytes: 118_600_000, rows: 620_150 },
    }),
    entry(7, 30 * hour, 'restore.ended', 'shop_20261122T030000Z_a1b2', {
      ...{ way: 'program', outcome: 'pg/target-not-empty' },
      details: { database: 'shop_copy' },
    }),
    entry(8, 3 * hour, 'snapshot.pinned', 'shop_20261122T030000Z_a1b2'),
  ];
}

export function createAuditHandlers(world: World): EngineHandlers['audit'] {
  return {
    list: ({ group, search, before, limit }) =>
      [...world.audit]
        .reverse()
        .filter(({ act }) => group === null || act.startsWith(`${group}.`))
        .filter((entry) => JSON.stringify(entry).toLowerCase().includes(search.toLowerCase()))
        .filter(({ seq }) => before === null || seq < before)
        .slice(0, limit),
    verify: ({ withDrive }) => ({
      ...{ count: world.audit.length, fault: world.auditFault, head: 'a'.repeat(64) },
      ...{ seq: world.auditFault === null ? null : 6, witnesses: withDrive ? 3 : null },
    }),
    writeFile: () => ({ entries: world.audit.length }),
  };
}
