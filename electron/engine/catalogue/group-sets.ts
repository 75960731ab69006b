// Makes sets out of the files that Drive lists: by their properties alone, whatever the files are called and wherever they
// lie. Pure; what is odd about a set is said, nothing is dropped.
import type { DumpFormat } from '../../../shared/dump-choice.ts';
import type { RemoteSet, SetProblem, SetProblemKind } from '../../../shared/catalog.ts';
import {
  setFileKinds,
  setFormatVersion,
  type Compression,
  type SetFile,
  type SetFileKind,
} from '../../../shared/snapshot.ts';
import type { DriveFile } from '../drive/drive-file.ts';

/** One set as Drive has it. What only its manifest says is null, and null too where the properties do not say it. */
export interface FoundSet {
  readonly id: string;
  readonly jobId: string;
  readonly folder: DriveFile | null;
  readonly database: string;
  readonly baseName: string;
  readonly createdAt: string;
  readonly serverVersion: string;
  readonly dumpFormat: DumpFormat;
  readonly compression: Compression;
  readonly dumpBytes: number | null;
  readonly tables: number | null;
  readonly rows: number | null;
  readonly pinned: boolean;
  /** Made by a PgKeep whose format this one does not know: it is listed and left alone. */
  readonly isNewer: boolean;
  readonly files: readonly SetFile[];
  readonly problems: readonly SetProblem[];
}

export interface GroupedFiles {
  /** Newest first. */
  readonly sets: readonly FoundSet[];
  /** Files of this program that belong to no set. */
  readonly strays: readonly SetProblem[];
}

/** `files`: with our properties and not in the trash. `folders`: of jobs, by the property `pgkeepJob`. */
export function groupSets(files: readonly DriveFile[], folders: readonly DriveFile[]): GroupedFiles {
  const groups = new Map<string, DriveFile[]>();
  const strays: SetProblem[] = [];
  for (const file of files) {
    const { set, kind } = file.appProperties;
    if (set === undefined || set === '' || !isFileKind(kind)) {
      strays.push({ kind: 'no-set', baseName: file.name, file: null });
    } else {
      groups.set(set, [...(groups.get(set) ?? []), file]);
    }
  }
  const sets = [...groups].map(([id, members]) => toSet(id, members, folders));
  return { sets: sets.sort((a, b) => b.createdAt.localeCompare(a.createdAt)), strays };
}

function isFileKind(kind: string | undefined): kind is SetFileKind {
  return setFileKinds.some((known) => known === kind);
}

function toSet(id: string, members: readonly DriveFile[], folders: readonly DriveFile[]): FoundSet {
  // The manifest is written last and says the most.
  const byWeight = [...members].sort((a, b) => weigh(b) - weigh(a));
  const read = (key: string): string | null =>
    byWeight.map((file) => file.appProperties[key]).find((value) => value !== undefined && value !== '') ?? null;
  const jobId = read('job') ?? 'unknown';
  const database = read('db') ?? 'unknown';
  const createdAt =
    toIsoTime(read('created')) ?? toIsoTime(byWeight[0]?.createdTime ?? null) ?? new Date(0).toISOString();
  const baseName = chooseBaseName(members) ?? `${database}_${createdAt.replace(/[-:]|\.\d+/g, '')}_${id.slice(0, 6)}`;
  const problems: SetProblem[] = [];
  const say = (kind: SetProblemKind, file: DriveFile | null = null): void => {
    problems.push({ kind, baseName, file: file?.name ?? null });
  };
  const isNewer = members.some((file) => !(Number(file.appProperties['format']) <= setFormatVersion));
  if (isNewer) say('newer-format');
  const files: SetFile[] = [];
  for (const kind of setFileKinds) {
    const candidates = members.filter((file) => file.appProperties['kind'] === kind);
    const [chosen] = [...candidates].sort(byUse);
    if (!chosen) {
      say(`${kind}-missing`);
      continue;
    }
    if (candidates.length > 1) say('duplicate-file', chosen);
    if (chosen.sizeBytes === null) {
      say('size-missing', chosen);
      continue;
    }
    if (chosen.sha256 === null && chosen.md5 === null) say('hash-missing', chosen);
    const { name, sizeBytes, sha256, md5 } = chosen;
    files.push({ kind, name, driveFileId: chosen.id, sizeBytes, sha256, md5 });
  }
  return {
    ...{ id, jobId, database, baseName, createdAt, isNewer, files, problems },
    folder: folders.find((folder) => folder.appProperties['pgkeepJob'] === jobId) ?? null,
    serverVersion: read('server') ?? read('serverMajor') ?? 'unknown',
    dumpFormat: chooseDumpFormat(read('dumpFormat'), members),
    compression: chooseCompression(read('compression'), members),
    dumpBytes: toCount(read('raw')),
    tables: toCount(read('tables')),
    rows: toCount(read('rows')),
    // A pin that reached only some of the files before its computer was lost still protects.
    pinned: members.some((file) => file.appProperties['pinned'] === '1'),
  };
}

function weigh(file: DriveFile): number {
  return setFileKinds.findIndex((kind) => kind === file.appProperties['kind']);
}

/** Of two files of one kind the whole one, and of two whole ones the newer: an upload was repeated. */
function byUse(a: DriveFile, b: DriveFile): number {
  const hasSize = Number(b.sizeBytes !== null) - Number(a.sizeBytes !== null);
  return hasSize !== 0 ? hasSize : (b.createdTime ?? '').localeCompare(a.createdTime ?? '');
}

const endings = /\.(?:(?:dump|sql)\.(?:zst|gz)|globals\.sql|manifest\.json)\.age$/;

function chooseBaseName(members: readonly DriveFile[]): string | null {
  const named = [...members].sort((a, b) => weigh(a) - weigh(b)).find(({ name }) => endings.test(name));
  return named?.name.replace(endings, '') ?? null;
}

function chooseCompression(said: string | null, members: readonly DriveFile[]): Compression {
  if (said === 'zstd' || said === 'gzip') return said;
  return members.some(({ name }) => /\.(dump|sql)\.gz\.age$/.test(name)) ? 'gzip' : 'zstd';
}

function chooseDumpFormat(said: string | null, members: readonly DriveFile[]): DumpFormat {
  if (said === 'plain' || said === 'custom') return said;
  return members.some(({ name }) => /\.sql\.(zst|gz)\.age$/.test(name)) ? 'plain' : 'custom';
}

function toCount(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function toIsoTime(text: string | null): string | null {
  const time = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

export function sumBytes(files: readonly Pick<SetFile, 'sizeBytes'>[]): number {
  return files.reduce((sum, file) => sum + file.sizeBytes, 0);
}

export function toRemoteSet(set: FoundSet, known: boolean): RemoteSet {
  const { id, jobId, database, baseName, createdAt, serverVersion, pinned, problems } = set;
  return {
    ...{ id, jobId, database, baseName, createdAt, serverVersion, pinned, known },
    folderName: set.folder?.name ?? null,
    storedBytes: sumBytes(set.files),
    kinds: set.files.map(({ kind }) => kind),
    problems: [...problems],
  };
}
