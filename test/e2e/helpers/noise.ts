// Bytes that do not compress, so that an upload takes several requests and can be met in its middle.
import type { TestServer } from '../../support/postgres-server.ts';

/** Adds a table of about 9 MB, more than one chunk of an upload, or of so many times as much. */
export async function addNoise(server: TestServer, database: string, times = 1): Promise<void> {
  await server.query(
    `create table public.noise as
       select n as id, decode(string_agg(md5(random()::text || n || m), ''), 'hex') as bytes
         from generate_series(1, ${9000 * times}) n, generate_series(1, 60) m group by n`,
    database,
  );
}
