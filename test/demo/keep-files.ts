// Leaves the set, its key and a README in a folder, so that anybody can open the backup with common programs alone.
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { formatBytes } from '../../shared/format.ts';
import type { StoredFile } from './demo-result.ts';

/** A stored file as it lies on this machine. */
export interface FoundFile extends StoredFile {
  readonly path: string;
}

const title = '# A backup made by PgKeep’s demo';
const keyName = 'key.txt';

/**
 * Makes sure that the folder may be filled: it is not there, empty, or holds a former demo's files, which it removes.
 * Throws with words otherwise, so nobody's files are mixed up.
 */
export async function prepareKeepDir(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const names = await readdir(folder);
  if (names.length === 0) return;
  const readme = await readFile(path.join(folder, 'README.md'), 'utf8').catch(() => '');
  const foreign = names.filter((name) => name !== 'README.md' && name !== keyName && !name.endsWith('.age'));
  if (!readme.startsWith(title) || foreign.length > 0) {
    throw new Error(`--keep: ${folder} holds other files; name an empty folder or a new one`);
  }
  for (const name of names) await rm(path.join(folder, name));
}

/** Copies the stored files and the key into the folder and writes the README beside them. */
export async function keepFiles(folder: string, files: readonly FoundFile[], kitFile: string): Promise<void> {
  for (const file of files) await copyFile(file.path, path.join(folder, file.name));
  await writeFile(path.join(folder, keyName), await readFile(kitFile), { mode: 0o600 });
  await writeFile(path.join(folder, 'README.md'), toReadme(files));
}

/** Names are the real ones: the lines can be pasted into a shell in that folder. */
export function toReadme(files: readonly StoredFile[]): string {
  const dump = files.find((file) => /\.dump\.(zst|gz)\.age$/.test(file.name))?.name ?? 'X.dump.zst.age';
  const globals = files.find((file) => file.name.endsWith('.globals.sql.age'))?.name;
  const unpack = dump.endsWith('.gz.age') ? 'gzip -d' : 'zstd -d';
  const roles = `Roles first, on a server that lacks them; all but \`postgres\`, whose password there should stay:

    age -d -i ${keyName} ${quote(globals ?? '')} | sed '/ ROLE postgres[ ;]/d' | psql -d postgres

`;
  return `${title}

These files lie on Google Drive exactly like this. Three common programs open them; PgKeep is not needed.

${globals === undefined ? '' : roles}The database:

    createdb restored
    age -d -i ${keyName} ${quote(dump)} | ${unpack} | pg_restore -d restored

| file | size |
|---|---|
${files.map((file) => `| ${file.name} | ${formatBytes(file.sizeBytes)} |`).join('\n')}

\`${keyName}\` is the recovery kit: it holds the private key. Here it lies beside the backup because this is a demo; keep yours elsewhere.
`;
}

/** A shell word. Names of sets are plain unless the database's name is not. */
function quote(name: string): string {
  return /^[\w.@%+=:,-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}
