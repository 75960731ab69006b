// A real sample database that we did not make: Chinook (MIT), where its script lies beside the checkout.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareDatabases } from '../../support/compare-databases.ts';
import { openEngineWorld, type EngineWorld } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';

const script = fileURLToPath(new URL('../../../../shared/data/chinook.sql', import.meta.url));

describe.skipIf(!existsSync(script))('the Chinook database', () => {
  let server: TestServer;
  let world: EngineWorld;

  beforeAll(async () => {
    server = await startTestServer();
    world = await openEngineWorld();
    const folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-chinook-'));
    const passfile = path.join(folder, 'pgpass');
    await writeFile(passfile, `*:*:*:*:${server.password}\n`, { mode: 0o600 });
    const env = {
      ...process.env,
      PGHOST: server.host,
      PGPORT: String(server.port),
      PGUSER: server.user,
      PGPASSFILE: passfile,
    };
    // It creates the database and enters it.
    execFileSync('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', 'postgres', '-f', script], {
      env,
      stdio: 'ignore',
    });
    await rm(folder, { recursive: true, force: true });
  });

  afterAll(async () => {
    await world.stop();
    await server.stop();
  });

  it('is backed up, verified by a drill, and comes back equal', async () => {
    const engine = await world.start();
    const run = await engine.backUp(await world.setUp(engine, server, 'chinook'));
    expect(run).toMatchObject({ state: 'succeeded', warnings: [] });
    const snapshotId = run.snapshotId ?? '';
    const drill = await engine.client.restores.startDrill({ snapshotId });
    expect(await engine.whenRestored(drill.id)).toMatchObject({ state: 'succeeded', report: { equal: true } });
    const started = await engine.client.restores.start({
      ...{
        snapshotId,
        connectionId: null,
        database: 'chinook again',
        replace: false,
        tables: [],
        withoutOwners: false,
      },
    });
    expect(await engine.whenRestored(started.id)).toMatchObject({ state: 'succeeded', report: { equal: true } });
    const comparison = await compareDatabases(server.url('chinook'), server.url('chinook again'));
    expect(comparison).toMatchObject({ equal: true, differences: [], tables: 11 });
  });
});
