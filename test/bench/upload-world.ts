// What an upload by a program of its own needs: a data folder as a finished dump leaves it (a run's row, the spool's files,
// a signed-in vault), a local Google, and a way to start the program.
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createFileVault, ownerOnlyCipher } from '../../electron/engine/base/vault-file.ts';
import { toPaths } from '../../electron/engine/base/config.ts';
import { refreshTokenName } from '../../electron/engine/drive/token.ts';
import { toSpoolFolder } from '../../electron/engine/pipeline/spool.ts';
import { openDatabase } from '../../electron/engine/store/database.ts';
import type { Dumped } from '../../electron/engine/store/runs.ts';
import { setFileKinds, type SetFileKind } from '../../shared/snapshot.ts';
import { addDumpedRun } from '../support/upload-rows.ts';
import { startGoogle, type LocalGoogle } from '../google/start-google.ts';

export const MB = 1_000_000;
export const MiB = 1024 * 1024;

const program = fileURLToPath(new URL('upload-program.ts', import.meta.url));

/** What the program says of itself on its last line. */
export interface UploadReport {
  /** From the first request to the last comparison. */
  readonly seconds: number;
  /** Largest memory during the upload, less what the program had before it. */
  readonly peakExtraRssBytes: number;
  readonly eventLoopP99Ms: number;
  readonly fileIds: readonly string[];
}

export interface ProgramOptions {
  readonly runId: string;
  readonly chunkBytes?: number;
}

export interface RunningProgram {
  readonly child: ChildProcess;
  /** Null: it was killed. Rejects when it failed. */
  readonly ended: Promise<UploadReport | null>;
}

export interface UploadWorld {
  readonly google: LocalGoogle;
  readonly dataDir: string;
  /** The set's largest file in the spool of a run. */
  readonly dumpFile: (runId: string) => string;
  /** A run whose dump is whole. */
  readonly addRun: (sizeBytes: number) => Promise<string>;
  /** Frees the disk. */
  readonly removeRun: (runId: string) => Promise<void>;
  /** Again after a reset of the local Google, which forgets all tokens. */
  readonly signIn: () => Promise<void>;
  readonly start: (options: ProgramOptions) => RunningProgram;
  readonly stop: () => Promise<void>;
}

/** `folder`: on a real disk, with room for twice the file. */
export async function openUploadWorld(folder: string): Promise<UploadWorld> {
  await mkdir(folder, { recursive: true });
  const dir = await mkdtemp(path.join(folder, 'pgkeep-upload-'));
  const google = await startGoogle({ dir: path.join(dir, 'google') });
  google.setAccount({ limitBytes: null });
  const dataDir = path.join(dir, 'data');
  const paths = toPaths(dataDir);
  await mkdir(dataDir, { mode: 0o700 });
  await writeFile(path.join(dataDir, 'config.json'), JSON.stringify({ google: google.endpoints }));
  const vault = createFileVault(path.join(dataDir, 'vault.json'), ownerOnlyCipher);
  const signIn = (): Promise<void> => vault.write(refreshTokenName, google.issueTokens().refreshToken);
  await signIn();
  const children = new Set<ChildProcess>();

  return {
    google,
    dataDir,
    dumpFile: (runId) => path.join(toSpoolFolder(paths.spoolDir, runId), 'dump.age'),
    addRun: async (sizeBytes) => {
      const runId = `run-${String(Date.now())}-${String(sizeBytes)}`;
      const spool = toSpoolFolder(paths.spoolDir, runId);
      await mkdir(spool, { recursive: true });
      const sizes: Record<SetFileKind, number> = { dump: sizeBytes, globals: 700, manifest: 1900 };
      const files: Dumped['files'][number][] = [];
      for (const kind of setFileKinds) {
        const file = path.join(spool, `${kind}.age`);
        await writeNoise(file, sizes[kind]);
        files.push({ kind, name: `shop.${kind}.age`, sizeBytes: sizes[kind], ...(await hashFile(file)) });
      }
      saveRun(paths.databasePath, runId, files);
      return runId;
    },
    removeRun: (runId) => rm(toSpoolFolder(paths.spoolDir, runId), { recursive: true, force: true }),
    signIn,
    start: (options) => {
      const child = spawn(process.execPath, [program, JSON.stringify({ dataDir, ...options })], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.add(child);
      return { child, ended: readReport(child).finally(() => children.delete(child)) };
    },
    stop: async () => {
      for (const child of children) child.kill('SIGKILL');
      await google.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function readReport(child: ChildProcess): Promise<UploadReport | null> {
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (data: string) => {
    text += data;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (signal === 'SIGKILL') return null;
  if (code !== 0) throw new Error(`the upload program ended with ${String(code ?? signal)}: ${text.trim()}`);
  return JSON.parse(text.trim().split('\n').at(-1) ?? '') as UploadReport;
}

function saveRun(databasePath: string, runId: string, files: Dumped['files']): void {
  const { db, close } = openDatabase(databasePath);
  try {
    addDumpedRun(db, runId, files, new Date().toISOString());
  } finally {
    close();
  }
}

/** Bytes without a pattern that a piece in the wrong place would keep. */
async function writeNoise(file: string, sizeBytes: number): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  const block = Buffer.allocUnsafeSlow(MiB);
  let state = 0x9e37_79b9;
  try {
    for (let written = 0; written < sizeBytes;) {
      for (let index = 0; index < MiB; index += 4) {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        block.writeInt32LE(state | 0, index);
      }
      written += (await handle.write(block, 0, Math.min(MiB, sizeBytes - written))).bytesWritten;
    }
  } finally {
    await handle.close();
  }
}

export async function hashFile(file: string): Promise<{ readonly md5: string; readonly sha256: string }> {
  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  for await (const piece of createReadStream(file, { highWaterMark: MiB })) {
    md5.update(piece as Buffer);
    sha256.update(piece as Buffer);
  }
  return { md5: md5.digest('hex'), sha256: sha256.digest('hex') };
}
