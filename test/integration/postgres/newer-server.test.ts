// A server that is newer than every pg_dump on the machine, where there is one.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readServerFacts } from '../../../electron/engine/postgres/check-server.ts';
import { chooseTools, findTools } from '../../../electron/engine/postgres/find-tools.ts';
import { findNewerServer } from '../../support/newer-server.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { dumpToBuffer, targetOf } from './dump-to-buffer.ts';

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
