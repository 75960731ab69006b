// Subscriptions to another server's changes in a database that is to be dropped. PostgreSQL drops no database that has one,
// and dropping one as it stands would also drop its slot on the other server: of a restored copy that slot is the original's.
import type { PgTarget } from './target.ts';
import { withSession } from './session.ts';

/**
 * Drops the subscriptions of the database and leaves their slots on the other servers alone; connects to none of them.
 * Without any there, the database is not entered.
 */
export async function detachSubscriptions(admin: PgTarget, database: string, signal?: AbortSignal): Promise<void> {
  const names = await withSession(admin, async (query) => query<{ name: string }>(listSql, [database]), { signal });
  if (names.length === 0) return;
  await withSession(
    { ...admin, database },
    async (query) => {
      for (const { name } of names) {
        const quoted = `"${name.replaceAll('"', '""')}"`;
        await query(`alter subscription ${quoted} disable`);
        await query(`alter subscription ${quoted} set (slot_name = none)`);
        await query(`drop subscription ${quoted}`);
      }
    },
    { signal },
  );
}

/** The catalogue is shared by all databases of a server; everybody may read these columns. */
const listSql = `
  select s.subname as name from pg_subscription s join pg_database d on d.oid = s.subdbid where d.datname = $1 order by 1`;
