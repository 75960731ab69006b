// A database with every kind of object that pg_dump knows, each with an awkward name, and comments and rights on all of them.
// The SQL lies in torture/. Security labels are missing: no provider of them comes with PostgreSQL's packages.
import { readFileSync } from 'node:fs';
import type { TestServer } from './postgres-server.ts';

/** Everything that a shell, a URL or a conninfo string would trip over. */
export const tortureName = `a"b'c $(x)`;

const files = ['10-names-and-types', '20-code', '30-tables', '40-elsewhere', '50-rights-and-remarks'];

/** Creates and fills the database; version 15 or newer. */
export async function createTortureDatabase(server: TestServer, name = tortureName): Promise<void> {
  await server.createDatabase(name);
  for (const file of files) {
    await server.query(readFileSync(new URL(`torture/${file}.sql`, import.meta.url), 'utf8'), name);
  }
}
