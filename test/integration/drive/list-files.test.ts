// The list of what lies on Drive while an upload ends: what was on its way at any moment of the look is no backup.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { CatalogContext } from '../../../electron/engine/catalogue/context.ts';
import { listOurFiles } from '../../../electron/engine/catalogue/list-files.ts';
import { openDatabase } from '../../../electron/engine/store/database.ts';
import { removeUploads, writeUpload } from '../../../electron/engine/store/uploads.ts';
import { createDrivePerson } from '../../support/drive-person.ts';
import { addDumpedRun } from '../../support/upload-rows.ts';
import { openDriveWorld } from './drive-world.ts';

it('a file whose run was cancelled during the look is not listed, and one whose run began is not either', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-list-'));
  const world = await openDriveWorld();
  const { db, close } = openDatabase(path.join(folder, 'pgkeep.db'));
  try {
    const person = createDrivePerson(world.google);
    const ids = new Map<string, string>();
    for (const name of ['whole', 'cancelled', 'begun']) {
      ids.set(name, await person.create(name, { product: 'pgkeep', set: name, kind: 'dump' }, Buffer.from(name)));
    }
    const begin = (runId: string): void => {
      addDumpedRun(db, runId, [], world.clock.now().toISOString());
      writeUpload(db, {
        ...{ runId, kind: 'dump', name: runId, folderId: 'f', fileId: ids.get(runId) ?? '' },
        ...{ hasSession: false, sessionStartedAt: null, confirmedBytes: 0, done: true },
      });
    };
    const drive = world.connect();
    const listFiles: CatalogContext['drive']['api']['listFiles'] = async (query) => {
      const found = await drive.api.listFiles(query);
      removeUploads(db, 'cancelled');
      begin('begun');
      return found;
    };
    begin('cancelled');
    const listed = await listOurFiles({
      ...{ db, vault: world.vault, clock: world.clock, log: world.log, signal: new AbortController().signal },
      drive: { ...drive, api: { ...drive.api, listFiles } },
    });
    expect(listed.map(({ name }) => name)).toEqual(['whole']);
  } finally {
    close();
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
