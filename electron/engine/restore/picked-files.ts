// Backup files that a person picked by hand, for when Drive does not let this program see its files any more. Each is opened
// as far as it says of itself at once, so that a wrong file or key is told before anything is asked.
import { createHash } from 'node:crypto';
import { open, readdir, stat } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { AppError } from '../../../shared/errors.ts';
import type { PickedFile } from '../../../shared/restore.ts';
import type { Compression, Manifest } from '../../../shared/snapshot.ts';
import { createId } from '../base/ids.ts';
import { decryptBytes, decryptStream } from '../crypto/age.ts';
import { readIdentities } from '../crypto/keys.ts';
import { findDumpFormat } from '../postgres/dump-reader.ts';
import { openArchive, openManifest, type ReadContext } from './read-set.ts';
import { readDumpHead } from './dump-head.ts';
import type { RestoreSource } from './source.ts';

export interface PickedFiles {
  /** One dump, and its manifest when it was picked too; else one of the same name beside it is taken. */
  readonly read: (paths: readonly string[]) => Promise<PickedFile>;
  /** Throws `input/not-found` for a file that was picked before the program was started. */
  readonly get: (id: string) => RestoreSource;
}

/** https://age-encryption.org/v1: the first line of every file. */
const ageMark = 'age-encryption.org/v1\n';
const armorMark = '-----BEGIN AGE ENCRYPTED FILE-----';
const zstdMark = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const gzipMark = Buffer.from([0x1f, 0x8b]);

/** A manifest is small; what is bigger was picked by mistake. */
const maxManifestBytes = 256 * 1024 * 1024;

export function createPickedFiles(ctx: ReadContext): PickedFiles {
  const sources = new Map<string, RestoreSource>();
  return {
    read: async (paths) => {
      const { dump, manifestPath } = await sort(paths);
      const name = path.basename(dump);
      await requireAge(dump);
      const compression = await readCompression(ctx, dump);
      const openDump = (own: ReadContext, sha256: string | null = null): Promise<Readable> =>
        openArchive(own, sha256 === null ? createReadStream(dump) : readOnly(dump, sha256), compression);
      const head = await named(name, async () => readDumpHead(await openDump(ctx)));
      const manifest = manifestPath === null ? null : await readManifestFile(ctx, manifestPath, dump);
      const id = createId();
      sources.set(id, {
        ...{ name, snapshot: null, fileName: name, dumpFormat: head.format, openDump },
        readManifest: () => Promise.resolve(manifest),
      });
      return {
        ...{ id, name, sizeBytes: (await stat(dump)).size },
        database: head.database ?? manifest?.database ?? null,
        serverVersion: manifest?.serverVersion ?? head.serverVersion?.split(' ')[0] ?? null,
        createdAt: manifest?.createdAt ?? null,
        manifestName: manifestPath === null ? null : path.basename(manifestPath),
        dumpFormat: head.format,
        tables: head.tables && [...head.tables],
        globalsName: await findBeside(dump, 'globals.sql.age'),
      };
    },
    get: (id) => {
      const source = sources.get(id);
      if (source) return source;
      throw new AppError('input/not-found', `no picked file ${id}`, { context: { what: 'the picked file', id } });
    },
  };
}

interface Sorted {
  readonly dump: string;
  readonly manifestPath: string | null;
}

async function sort(paths: readonly string[]): Promise<Sorted> {
  const isManifest = (file: string): boolean => /\.manifest\.json.*\.age$/.test(file);
  const dumps = paths.filter((file) => !isManifest(file) && !/\.globals\.sql.*\.age$/.test(file));
  const [dump, second] = dumps;
  if (dump === undefined) {
    throw notABackup(paths[0] ?? '', 'is a part of a backup that holds no data; the dump is missing');
  }
  if (second !== undefined) throw notABackup(second, 'was chosen together with another one; choose one dump');
  const picked = paths.find(isManifest);
  if (picked !== undefined) return { dump, manifestPath: picked };
  const beside = await findBeside(dump, 'manifest.json.age');
  return { dump, manifestPath: beside === null ? null : path.join(path.dirname(dump), beside) };
}

/** The name of the set's other file in the same folder; null when it is not there. */
async function findBeside(dump: string, ending: string): Promise<string | null> {
  const base = path.basename(dump).replace(/\.(dump|sql)\.(zst|gz)\.age$/, '');
  if (base === path.basename(dump)) return null;
  const names = await readdir(path.dirname(dump)).catch(() => []);
  return names.find((name) => name === `${base}.${ending}`) ?? null;
}

async function requireAge(file: string): Promise<void> {
  const begin = await readBegin(file);
  if (begin.startsWith(ageMark)) return;
  if (findDumpFormat(Buffer.from(begin, 'latin1')) !== null) {
    throw new AppError('restore/plain-archive', 'the file is a plain archive', {
      context: { file: path.basename(file) },
    });
  }
  if (begin === '') throw notABackup(file, 'is empty');
  throw notABackup(
    file,
    begin.startsWith(armorMark) ? 'is age text (armored), which PgKeep never writes' : 'is not an age file',
  );
}

async function readBegin(file: string): Promise<string> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
      return buffer.toString('latin1', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const name = path.basename(file);
    throw new AppError('input/not-found', `${name} cannot be read`, { cause: error, context: { what: name } });
  }
}

/** By the content, for a name may have been changed on the way. */
async function readCompression(ctx: ReadContext, file: string): Promise<Compression> {
  const name = path.basename(file);
  const begin = await named(name, async () => {
    const source = createReadStream(file);
    try {
      for await (const chunk of decryptStream(await readIdentities(ctx.vault), source)) return Buffer.from(chunk);
      return Buffer.alloc(0);
    } finally {
      source.destroy();
    }
  });
  if (begin.subarray(0, zstdMark.length).equals(zstdMark)) return 'zstd';
  if (begin.subarray(0, gzipMark.length).equals(gzipMark)) return 'gzip';
  throw notABackup(file, 'opens with the key, but holds no compressed dump');
}

/** Throws `input/invalid` for the manifest of another set: to compare with it would call good data bad. */
async function readManifestFile(ctx: ReadContext, file: string, dump: string): Promise<Manifest> {
  const name = path.basename(file);
  await requireAge(file);
  const { size } = await stat(file);
  if (size > maxManifestBytes) throw notABackup(file, 'is far bigger than a manifest');
  const manifest = await named(name, async () =>
    openManifest(await decryptBytes(await readIdentities(ctx.vault), createReadStream(file)), name),
  );
  const described = manifest.files.find(({ kind }) => kind === 'dump');
  if (described?.sizeBytes === (await stat(dump)).size) return manifest;
  const problem = `it is the manifest of another backup, or ${path.basename(dump)} was cut short`;
  throw new AppError('input/invalid', `${name}: ${problem}`, { context: { field: name, problem } });
}

/** The file's bytes; fails at their end with `crypto/damaged-file` when they are others than the manifest's. */
function readOnly(file: string, sha256: string): Readable {
  const hash = createHash('sha256');
  return Readable.from(
    (async function* () {
      for await (const piece of createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
        hash.update(piece);
        yield piece;
      }
      if (hash.digest('hex') === sha256) return;
      const name = path.basename(file);
      throw new AppError('crypto/damaged-file', `${name} is not the file that the manifest describes`, {
        context: { name },
      });
    })(),
    { objectMode: false },
  );
}

/** An error of the key or of the bytes, with the file's name in its words. */
async function named<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, error.message, {
      retry: error.retry,
      context: { ...error.context, file },
      cause: error,
    });
  }
}

function notABackup(file: string, problem: string): AppError {
  const name = path.basename(file);
  return new AppError('restore/not-a-backup', `${name}: it ${problem}`, { context: { file: name, problem } });
}
