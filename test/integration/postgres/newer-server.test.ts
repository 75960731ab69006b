// A server that is newer than every pg_dump on the machine, where there is one.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readServerFacts } from '../../../electron/engine/postgres/check-server.ts';
import { chooseTools, findTools } from '../../../electron/engine/postgres/find-tools.ts';
import { findNewerServer } from '../../support/newer-server.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { createSmallDatabase } from '../engine/small-database.ts';
import { dumpToBuffer, firstTools, restoreFromBuffer, targetOf } from './dump-to-buffer.ts';

const binDir = findNewerServer();

describe.skipIf(binDir === null)('a server newer than pg_dump', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer(binDir === null ? {} : { binDir });
  });

  afterAll(async () => {
    await server.stop();
  });

  it('is refused before the dump, with both versions and the command that helps', async () => {
    const facts = await readServerFacts(targetOf(server));
    const sets = (await findTools()).filter((set) => set.major < facts.major);
    expect(() => chooseTools(sets, facts.versionNum, (major) => `install ${String(major)}`)).toThrow(
      expect.objectContaining({
        code: 'pg/tool-too-old',
        context: expect.objectContaining({
          serverMajor: facts.major,
          install: `install ${String(facts.major)}`,
        }) as unknown,
      }),
    );
  });

  it.each(['custom', 'plain'] as const)(
    'takes what older programs dumped in %s format from an older server',
    async (format) => {
      const older = await startTestServer();
      try {
        const tools = await firstTools(older);
        await createSmallDatabase(older, 'shop');
        const dump = await dumpToBuffer(tools, targetOf(older, 'shop'), { format });
        await server.createDatabase(format);
        expect(await restoreFromBuffer(tools, targetOf(server, format), dump)).toEqual({ warnings: [] });
        const sequence = 'select last_value, is_called from shop.orders_id_seq';
        expect(await server.query(sequence, format)).toEqual(await older.query(sequence, 'shop'));
        const rows = `select md5(string_agg(o::text, '|' order by id)) as rows from shop.orders o`;
        expect(await server.query(rows, format)).toEqual(await older.query(rows, 'shop'));
        const objects = 'select loid, pageno, md5(data) from pg_largeobject order by 1, 2';
        expect(await server.query(objects, format)).toEqual(await older.query(objects, 'shop'));
      } finally {
        await older.stop();
      }
    },
  );

  it('is refused by pg_dump itself with the same code', async () => {
    const facts = await readServerFacts(targetOf(server));
    const older = (await findTools()).find((set) => set.major < facts.major);
    if (!older) throw new Error('every pg_dump here is as new as the server');
    await expect(dumpToBuffer(older, targetOf(server))).rejects.toMatchObject({
      code: 'pg/tool-too-old',
      context: { serverVersion: facts.version, toolVersion: older.version },
    });
  });
});
