// Which databases of a server a job of the whole server backs up, and why the others are left out.
import { toPatternRegex } from './name-pattern.ts';
import { withSession } from './session.ts';
import type { PgTarget } from './target.ts';

export interface ServerDatabases {
  /** By name; the user may connect to each. */
  readonly names: readonly string[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
  /** The user may not connect, although nobody left them out. */
  readonly refused: readonly string[];
  /** Patterns of `exclude` that no database fits. */
  readonly unmatched: readonly string[];
}

export function listServerDatabases(
  target: PgTarget,
  exclude: readonly string[],
  signal?: AbortSignal,
): Promise<ServerDatabases> {
  const patterns = exclude.map((pattern) => ({ pattern, regex: toPatternRegex(pattern, 1)[0] ?? '' }));
  return withSession(
    target,
    async (query) => {
      const rows = await query<{ name: string; template: boolean; open: boolean; allowed: boolean; hits: string[] }>(
        `select datname as name, datistemplate as template, datallowconn as open,
                has_database_privilege(oid, 'CONNECT') as allowed,
                array(select regex from unnest($1::text[]) as regex where datname::text collate "C" ~ regex) as hits
           from pg_database order by datname`,
        [patterns.map(({ regex }) => regex)],
      );
      const leftOut: { name: string; reason: string }[] = [];
      const refused: string[] = [];
      const names: string[] = [];
      for (const row of rows) {
        if (row.template) leftOut.push({ name: row.name, reason: 'it is a template' });
        else if (!row.open) leftOut.push({ name: row.name, reason: 'it allows no connections' });
        else if (row.hits.length > 0) leftOut.push({ name: row.name, reason: 'the job leaves it out' });
        else if (/^pgkeep_(drill|restore)_/.test(row.name))
          leftOut.push({ name: row.name, reason: 'a restore works in it' });
        else if (!row.allowed) refused.push(row.name);
        else names.push(row.name);
      }
      const unmatched = patterns.filter(({ regex }) => !rows.some((row) => row.hits.includes(regex)));
      return { names, leftOut, refused, unmatched: unmatched.map(({ pattern }) => pattern) };
    },
    { signal },
  );
}
