// What the double answers when a run's log or a snapshot's manifest is asked for.
import type { LogLine, Run } from '../../shared/run.ts';
import type { Manifest, Snapshot } from '../../shared/snapshot.ts';

export function createLog(run: Run): LogLine[] {
  const line = (level: LogLine['level'], message: string): LogLine => ({ at: run.createdAt, level, message });
  const lines = [line('info', 'pg_dump 15.18 fits PostgreSQL 15.18'), line('debug', 'spool opened')];
  if (run.error) lines.push(line('error', run.error.message));
  if (run.state === 'succeeded')
    lines.push(line('info', 'size and SHA-256 on Drive are equal'), line('warn', 'the roles are without passwords'));
  return lines;
}

export function createManifest(snapshot: Snapshot): Manifest {
  const table = (schema: string, name: string, rows: number, bytes: number) =>
    ({ kind: 'table', schema, name, rows, bytes, sha256: '0'.repeat(64) }) as const;
  const data = [
    table('sales', 'orders', 120_000, 18_400_000),
    table('sales', 'order_lines', 480_000, 64_100_000),
    table('public', 'customers', 20_150, 3_300_000),
    { ...table('', '', 12, 1_200_000), kind: 'large-objects' as const },
  ];
  const sequences = ['orders_id_seq', 'customers_id_seq'].map((name) => ({
    ...{ schema: 'public', name, lastValue: '41', isCalled: true },
  }));
  return {
    format: 1,
    product: 'PgKeep',
    productVersion: '0.1.0',
    setId: snapshot.id,
    jobId: snapshot.jobId,
    jobName: 'Shop',
    database: snapshot.database,
    createdAt: snapshot.createdAt,
    serverVersion: snapshot.serverVersion,
    pgDumpVersion: '15.18',
    encoding: 'UTF8',
    collation: 'en_US.UTF-8',
    ctype: 'en_US.UTF-8',
    extensions: [{ name: 'pgcrypto', version: '1.3', schema: 'public' }],
    dumpFormat: 'custom',
    compression: 'zstd',
    dump: { bytes: snapshot.dumpBytes ?? 0 },
    files: [],
    contents: { toc: [{ dumpId: 1, desc: 'TABLE', schema: 'sales', name: 'orders', owner: 'anna' }], data, sequences },
  };
}
