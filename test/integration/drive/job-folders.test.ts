// The folders PgKeep/ and PgKeep/<job>/ while a person tidies up on Drive: moved, renamed, thrown away, deleted; with
// several machines; on a shared drive; below a chosen folder and back. There is never a second one, and nothing is said twice.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  checkFolder,
  describeBackupFolder,
  readFolderId,
  useFolder,
  writePlace,
} from '../../../electron/engine/account/backup-folder.ts';
import type { DriveApi } from '../../../electron/engine/drive/api.ts';
import { deleteOrTrash, trashIfAllowed } from '../../../electron/engine/drive/remove-file.ts';
import { ensureJobFolder } from '../../../electron/engine/account/job-folders.ts';
import { openDatabase, type Db } from '../../../electron/engine/store/database.ts';
import { writeConnection } from '../../../electron/engine/store/connections.ts';
import { writeJob } from '../../../electron/engine/store/jobs.ts';
import { readSetting } from '../../../electron/engine/store/settings.ts';
import { connectionOptionsSchema } from '../../../shared/connection.ts';
import type { Job } from '../../../shared/job.ts';
import type { FileRecord } from '../../google/file-record.ts';
import { toJob } from '../../unit/rows.ts';
import { openDriveWorld, type DriveWorld } from './drive-world.ts';

const owner = 'owner@example.com';
const rules = { sharedDriveOnly: false, byServiceAccount: false };

let world: DriveWorld;
let folder: string;
let machines: Machine[];
let machine: Machine;
let job: Job;

/** One installation: its own list, the same account. */
interface Machine {
  readonly db: Db;
  readonly close: () => void;
  readonly api: DriveApi;
  readonly news: string[];
  readonly ensure: (job: Job) => Promise<string>;
}

function openMachine(name: string): Machine {
  const { db, close } = openDatabase(path.join(folder, `${name}.db`));
  const drive = world.connect();
  const news: string[] = [];
  const opened: Machine = {
    ...{ db, close, api: drive.api, news },
    ensure: (of) => {
      // Google's clock here stands still by itself, and age decides between two folders.
      world.clock.advance(1000);
      return ensureJobFolder(
        {
          ...{ db, drive, log: world.log, signal: new AbortController().signal },
          onFolderNews: ({ title }) => news.push(title),
        },
        of,
      );
    },
  };
  const connection = {
    id: 'c',
    name: 'c',
    host: 'h',
    port: 5432,
    user: 'u',
    database: 'd',
    sslMode: 'prefer',
  } as const;
  writeConnection(db, {
    ...connection,
    ...connectionOptionsSchema.parse({}),
    seen: null,
    hasPassword: false,
    createdAt: '2026-11-25T00:00:00Z',
  });
  machines.push(opened);
  return opened;
}

function addJob({ db }: Machine, id: string, name: string): Job {
  const made: Job = toJob({ id, name, connectionId: 'c' });
  writeJob(db, made);
  return made;
}

beforeEach(async () => {
  world = await openDriveWorld();
  folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-folders-'));
  machines = [];
  machine = openMachine('office');
  job = addJob(machine, 'job-1', 'Shop');
});

afterEach(async () => {
  for (const { close } of machines) close();
  await world.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What a person does to a file in the browser. */
async function change(id: string, query: string, body: object, method = 'PATCH'): Promise<void> {
  const { accessToken } = world.google.issueTokens({ scopes: ['https://www.googleapis.com/auth/drive'] });
  const answer = await fetch(`${world.google.origin}/drive/v3/files/${id}?supportsAllDrives=true&${query}`, {
    method,
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    ...(method === 'PATCH' ? { body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`${method} ${id}: ${String(answer.status)} ${await answer.text()}`);
}

/** Our folders that are not in the bin, as `name < parent's name`. */
function listOurs(): string[] {
  const all = world.google.files();
  const nameOf = (id: string | null): string => all.find((file) => file.id === id)?.name ?? '';
  const isGone = (file: FileRecord): boolean => {
    const parent = all.find(({ id }) => id === file.parentId);
    return file.trashedTime !== null || (parent !== undefined && isGone(parent));
  };
  const isOurs = (file: FileRecord): boolean =>
    Object.values(file.appProperties).some((own) => Object.keys(own).length > 0);
  return all
    .filter((file) => isOurs(file) && !isGone(file))
    .map((file) => [file.name, nameOf(file.parentId)].filter((part) => part !== '').join(' < '))
    .toSorted();
}

const rootId = (): string => readSetting(machine.db, 'rootFolderId') ?? '';
const place = (of = machine) => describeBackupFolder(of.db, null);

describe('the folders', () => {
  it('stay in use when a person moves and renames them', async () => {
    const id = await machine.ensure(job);
    const elsewhere = world.google.makeByHand({ name: 'Company' });
    const top = world.google.files().find((file) => file.id === rootId())?.parentId ?? '';
    await change(rootId(), `addParents=${elsewhere.id}&removeParents=${top}`, { name: 'Safe' });
    await change(id, `addParents=${elsewhere.id}&removeParents=${rootId()}`, { name: 'The shop' });
    expect(await machine.ensure(job)).toBe(id);
    expect(listOurs()).toEqual(['Safe < Company', 'The shop < Company']);
    // Found again by another machine, or after the list here is lost, by the mark.
    const other = openMachine('laptop');
    await other.ensure(addJob(other, 'job-2', 'Books'));
    expect(listOurs()).toEqual(['Books < Safe', 'Safe < Company', 'The shop < Company']);
    expect(machine.news).toEqual([]);
  });

  it('in the trash are replaced, which is told once, and are used again when they come back', async () => {
    const id = await machine.ensure(job);
    const old = rootId();
    await change(old, '', { trashed: true });
    const next = await machine.ensure(job);
    expect(next).not.toBe(id);
    expect(listOurs()).toEqual(['PgKeep', 'Shop < PgKeep']);
    expect(await machine.ensure(job)).toBe(next);
    expect(machine.news).toEqual(['The folder PgKeep lies in Drive’s trash']);
    await change(old, '', { trashed: false });
    expect(await machine.ensure(job)).toBe(id);
    expect(rootId()).toBe(old);
    expect(machine.news.slice(1)).toEqual(['There are two folders PgKeep on Drive']);
    await machine.ensure(job);
    expect(machine.news).toHaveLength(2);
  });

  it('of a job alone in the trash are replaced below the same root', async () => {
    const id = await machine.ensure(job);
    await change(id, '', { trashed: true });
    expect(await machine.ensure(job)).not.toBe(id);
    expect(listOurs()).toEqual(['PgKeep', 'Shop < PgKeep']);
    expect(machine.news).toEqual(['The folder Shop lies in Drive’s trash']);
  });

  it('that were deleted are made again without a word', async () => {
    await machine.ensure(job);
    await change(rootId(), '', {}, 'DELETE');
    await machine.ensure(job);
    expect(listOurs()).toEqual(['PgKeep', 'Shop < PgKeep']);
    expect(machine.news).toEqual([]);
  });

  it('made by two machines at the same moment become one', async () => {
    const other = openMachine('laptop');
    const books = addJob(other, 'job-2', 'Books');
    // Both have seen that there is none before either makes one.
    const holds = [1, 2].map((nth) => world.google.holdNext({ kind: 'create', nth }, { at: 'arrived' }));
    const both = Promise.all([machine.ensure(job), other.ensure(books)]);
    await Promise.all(holds.map((hold) => hold.reached));
    for (const hold of holds) hold.release();
    await both;
    await Promise.all([machine.ensure(job), other.ensure(books)]);
    expect(listOurs().filter((name) => name === 'PgKeep')).toEqual(['PgKeep']);
    expect(readSetting(other.db, 'rootFolderId')).toBe(rootId());
  });

  it('settle on the older one although a list lagged behind', async () => {
    const other = openMachine('laptop');
    const books = addJob(other, 'job-2', 'Books');
    world.google.set({ listLagMs: 3_600_000 });
    await machine.ensure(job);
    await other.ensure(books);
    expect(listOurs().filter((name) => name === 'PgKeep')).toHaveLength(2);
    world.google.set({ listLagMs: 0 });
    await machine.ensure(job);
    await other.ensure(books);
    expect(readSetting(other.db, 'rootFolderId')).toBe(rootId());
    expect([machine.news, other.news]).toEqual([[], ['There are two folders PgKeep on Drive']]);
  });

  it('of a renamed job follow its name, unless a person has named them', async () => {
    const id = await machine.ensure(job);
    await machine.ensure({ ...job, name: 'Web shop' });
    expect(listOurs()).toEqual(['PgKeep', 'Web shop < PgKeep']);
    await change(id, '', { name: 'Mine' });
    await machine.ensure({ ...job, name: 'Store' });
    expect(listOurs()).toEqual(['Mine < PgKeep', 'PgKeep']);
  });
});

describe('a chosen place', () => {
  const choose = async (reference: string): Promise<void> => {
    await useFolder(machine.db, machine.api, await checkFolder(machine.api, reference, rules));
  };
  /** As the Picker does: opens the folder to the app. */
  const open = (record: FileRecord): void => {
    record.projects.push('1004711235813');
  };

  it('takes new backups only; the old folders stay, and are used again after the way back', async () => {
    const before = await machine.ensure(job);
    const company = world.google.makeByHand({ name: 'Company' });
    await expect(choose(company.id)).rejects.toMatchObject({ context: { reason: 'unseen' } });
    open(company);
    await choose(`https://drive.google.com/drive/folders/${company.id}`);
    expect(place()).toMatchObject({ id: null, parentName: 'Company', driveName: 'My Drive' });
    const after = await machine.ensure(job);
    expect(after).not.toBe(before);
    expect(listOurs()).toEqual(['PgKeep', 'PgKeep < Company', 'Shop < PgKeep', 'Shop < PgKeep']);
    writePlace(machine.db, null);
    expect(await machine.ensure(job)).toBe(before);
    await choose(company.id);
    expect(await machine.ensure(job)).toBe(after);
    expect(listOurs()).toHaveLength(4);
    expect(machine.news).toEqual([]);
  });

  it('that is an old PgKeep folder is that folder itself', async () => {
    const before = await machine.ensure(job);
    const old = rootId();
    const company = world.google.makeByHand({ name: 'Company' });
    open(company);
    await choose(company.id);
    await machine.ensure(job);
    await choose(old);
    expect(await machine.ensure(job)).toBe(before);
    expect(listOurs()).toHaveLength(4);
  });

  it('on a shared drive is searched there, and says when nothing can be removed', async () => {
    const drive = world.google.makeSharedDrive({ name: 'Office', members: { [owner]: 'organizer' } });
    const backups = world.google.makeByHand({ name: 'Backups', parentId: drive.id });
    open(backups);
    await choose(backups.id);
    world.google.setRole(drive.id, owner, 'writer');
    const id = await machine.ensure(job);
    const other = openMachine('laptop');
    await useFolder(other.db, other.api, await checkFolder(other.api, backups.id, rules));
    await other.ensure(addJob(other, 'job-2', 'Books'));
    expect(listOurs()).toEqual(['Books < PgKeep', 'PgKeep < Backups', 'Shop < PgKeep']);
    const seen = await machine.api.getFile(id);
    expect(seen).toMatchObject({ driveId: drive.id, rights: { canAddChildren: true, canTrash: false } });
    expect(place()).toMatchObject({ parentName: 'Backups', driveName: 'Shared drive', onSharedDrive: true });
  });

  it('that is taken away is named, in the trash, gone for good, and without the right to add', async () => {
    const ensure = () => machine.ensure(job);
    const drive = world.google.makeSharedDrive({ name: 'Office', members: { [owner]: 'organizer' } });
    const company = world.google.makeByHand({ name: 'Company' });
    const backups = world.google.makeByHand({ name: 'Backups', parentId: drive.id });
    for (const made of [company, backups]) open(made);
    await choose(company.id);
    await ensure();
    await change(company.id, '', { trashed: true });
    await expect(ensure()).rejects.toMatchObject({ context: { reason: 'trashed', folder: 'Company' } });
    await change(company.id, '', {}, 'DELETE');
    await expect(ensure()).rejects.toMatchObject({ code: 'drive/folder-unusable', context: { reason: 'gone' } });
    await choose(backups.id);
    world.google.setRole(drive.id, owner, 'reader');
    await expect(ensure()).rejects.toMatchObject({ context: { reason: 'read-only', folder: 'Backups' } });
    world.google.setRole(drive.id, owner, 'writer');
    await ensure();
    expect(listOurs()).toEqual(['PgKeep < Backups', 'Shop < PgKeep']);
  });

  it('lets files be removed as far as the role goes', async () => {
    const drive = world.google.makeSharedDrive({ name: 'Office', members: { [owner]: 'organizer' } });
    const backups = world.google.makeByHand({ name: 'Backups', parentId: drive.id });
    open(backups);
    const results: string[] = [];
    for (const role of ['organizer', 'fileOrganizer', 'writer'] as const) {
      world.google.setRole(drive.id, owner, role);
      const [id = ''] = await machine.api.generateIds(1);
      const file = { id, name: role, parentId: backups.id, mimeType: 'text/plain', appProperties: {} };
      await machine.api.createSmallFile(file, Buffer.from('x'));
      results.push(await deleteOrTrash(machine.api, id), await trashIfAllowed(machine.api, id));
    }
    expect(results).toEqual(['deleted', 'gone', 'trashed', 'trashed', 'kept', 'kept']);
  });

  it.each([
    ['https://drive.google.com/drive/folders/1AbC-d_EfGhIjK', '1AbC-d_EfGhIjK'],
    ['https://drive.google.com/drive/u/1/folders/1AbC-d_EfGhIjK?resourcekey=x', '1AbC-d_EfGhIjK'],
    ['https://drive.google.com/open?id=1AbC-d_EfGhIjK', '1AbC-d_EfGhIjK'],
    [' 1AbC-d_EfGhIjK ', '1AbC-d_EfGhIjK'],
    ['https://drive.google.com/drive/my-drive', null],
    ['https://evil.example/drive/folders/1AbC-d_EfGhIjK', null],
    ['Backups', null],
    ['', null],
  ])('is read from %j', (reference, id) => {
    expect(readFolderId(reference)).toBe(id);
  });
});
