// Answers which tables a database of a stored connection has, for the form of a job.
import type { TableFacts } from '../../shared/table-facts.ts';
import type { SecretVault } from './base/ports.ts';
import { listTables } from './postgres/list-tables.ts';
import { withReach } from './reach/reach.ts';
import { getConnection } from './store/connections.ts';
import type { Db } from './store/database.ts';

interface TablesDeskParts {
  readonly db: Db;
  readonly vault: SecretVault;
  readonly signal: AbortSignal;
}

export function listTablesOf(
  { db, vault, signal }: TablesDeskParts,
  { connectionId, database }: { readonly connectionId: string; readonly database: string },
): Promise<TableFacts[]> {
  const connection = getConnection(db, connectionId);
  return withReach({ vault, signal }, async (reach) => listTables(await reach.open(connection, database), signal));
}
