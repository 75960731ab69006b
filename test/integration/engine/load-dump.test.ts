// The end of a restore in the middle of a file: the file is let go at once, however much of it is left.
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../../electron/engine/base/clock.ts';
import { cancelledError } from '../../../electron/engine/base/abort.ts';
import type { RestoreContext } from '../../../electron/engine/restore/context.ts';
import { loadDump } from '../../../electron/engine/restore/load-dump.ts';
import { openDatabase } from '../../../electron/engine/store/database.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { openDriveWorld, type DriveWorld } from '../drive/drive-world.ts';
import { firstTools, targetOf, withTempDir } from '../postgres/dump-to-buffer.ts';
import { noReach } from '../../support/no-reach.ts';

let server: TestServer;
let world: DriveWorld;
let isOver: boolean;
let archive: Readable;

beforeAll(async () => {
  server = await startTestServer();
  world = await openDriveWorld();
  await server.createDatabase('empty');
});

afterAll(async () => {
  await world.stop();
  await server.stop();
});

/** A file without an end; it ends with the test, so that a failing one leaves nothing running. */
beforeEach(() => {
  isOver = false;
  const pieces = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from('PGDMP');
    while (!isOver) {
      await new Promise((resolve) => setImmediate(resolve));
      yield Buffer.alloc(65_536);
    }
  };
  archive = Readable.from(pieces());
});

afterEach(() => {
  isOver = true;
});

async function load(signal: AbortSignal, onReport: () => void): Promise<void> {
  await withTempDir(async (dir) => {
    const { db, close } = openDatabase(`${dir}/pgkeep.db`);
    const ctx: RestoreContext = {
      ...{ db, vault: world.vault, clock: systemClock, drive: world.connect(), log: world.log, signal },
      paths: { dataDir: dir, databasePath: `${dir}/pgkeep.db`, spoolDir: dir, tempDir: dir },
      config: { google: world.google.endpoints, builtInClient: null, toolDirs: [] },
      reach: noReach,
      enter: () => undefined,
      report: onReport,
    };
    try {
      await loadDump(ctx, {
        source: {
          ...{
            name: 'picked',
            snapshot: null,
            fileName: 'picked',
            dumpFormat: 'custom',
            readManifest: () => Promise.resolve(null),
          },
          openDump: () => Promise.resolve(archive),
        },
        ...{ manifest: null, tools: await firstTools(server), target: targetOf(server, 'empty') },
        ...{ tables: [], withoutOwners: false },
      });
    } finally {
      close();
    }
  });
}

it('a cancelled restore does not read its file to the end', async () => {
  const cancelling = new AbortController();
  const loading = load(cancelling.signal, () => {
    cancelling.abort(cancelledError());
  });
  await expect(loading).rejects.toMatchObject({ code: 'run/cancelled' });
  expect(archive.destroyed).toBe(true);
});

it('a restore that pg_restore refuses does not read its file to the end', async () => {
  const loading = load(new AbortController().signal, () => undefined);
  await expect(loading).rejects.toMatchObject({ code: expect.stringMatching(/^(pg|archive)\//) as string });
  expect(archive.destroyed).toBe(true);
});
