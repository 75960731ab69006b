// Takes the whole configuration of a machine without a desktop from one `.env` file: a connection, a job and the OAuth
// client, written into the data folder through the contract. Reading the same file again changes nothing.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import type { Connection } from '../../shared/connection.ts';
import { parseDatabaseUrl } from '../../shared/database-url.ts';
import { invalidInput } from '../../shared/errors.ts';
import type { PgKeepClient } from '../../shared/ipc/contract.ts';
import type { Job } from '../../shared/job.ts';
import { maxUploadLimitBytesPerSecond, minUploadLimitBytesPerSecond } from '../../shared/settings.ts';

/** A client of type "Desktop app" as Google's console offers it for download. */
const clientFileSchema = z.object({
  installed: z.object({ client_id: z.string().min(1), client_secret: z.string().default('') }),
});

/** Throws `input/invalid` naming the file and the line's name, never its value. */
export async function applyEnvFile(client: PgKeepClient, file: string): Promise<Job | null> {
  const values = parseEnv(await readText(file)) as Partial<Record<string, string>>;
  const credentials = values['GDRIVE_CREDENTIALS_PATH'];
  if (credentials !== undefined && credentials !== '')
    await applyCredentials(client, path.resolve(path.dirname(file), credentials));
  const limit = values['BACKUP_UPLOAD_LIMIT'];
  if (limit !== undefined && limit !== '')
    await client.settings.save({ uploadLimitBytesPerSecond: parseUploadLimit(limit) });
  const url = values['DATABASE_URL'];
  return url === undefined || url === '' ? null : applyDatabaseUrl(client, url);
}

/** `500K`, `2M`, `1.5M` (thousands and millions of bytes a second), plain bytes, or `0` for no limit. */
export function parseUploadLimit(text: string): number | null {
  const found = /^(\d+(?:\.\d+)?)\s*([km])?$/i.exec(text.trim());
  const factors: Readonly<Record<string, number>> = { k: 1000, m: 1_000_000 };
  const bytes = found ? Math.round(Number(found[1]) * (factors[found[2]?.toLowerCase() ?? ''] ?? 1)) : Number.NaN;
  if (bytes === 0) return null;
  if (!(bytes >= minUploadLimitBytesPerSecond && bytes <= maxUploadLimitBytesPerSecond)) {
    throw invalidInput(
      'BACKUP_UPLOAD_LIMIT',
      `it takes bytes a second such as 500K or 2M (17K at least), or 0 for no limit`,
    );
  }
  return bytes;
}

async function applyDatabaseUrl(client: PgKeepClient, url: string): Promise<Job> {
  const { connection, database } = await saveConnectionOf(client, url);
  const jobs = await client.jobs.list(undefined);
  const known = jobs.find((job) => job.connectionId === connection.id && job.database === database);
  return known ?? client.jobs.save({ name: chooseJobName(jobs, database), connectionId: connection.id, database });
}

/** The connection behind a URL, saved under `user@host:port`, and the URL's database. */
export async function saveConnectionOf(
  client: PgKeepClient,
  url: string,
): Promise<{ readonly connection: Connection; readonly database: string }> {
  const { draft, password } = parseDatabaseUrl(url);
  const name = `${draft.user}@${draft.host}:${String(draft.port)}`;
  const known = (await client.connections.list(undefined)).find((connection) => connection.name === name);
  const connection = await client.connections.save({
    ...draft,
    name,
    ...(known ? { id: known.id, database: known.database } : {}),
    ...(password === null ? {} : { password }),
  });
  return { connection, database: draft.database };
}

function chooseJobName(jobs: readonly Job[], database: string): string {
  const taken = (name: string): boolean => jobs.some((job) => job.name === name);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? database : `${database} ${String(number)}`;
    if (!taken(name)) return name;
  }
}

async function applyCredentials(client: PgKeepClient, file: string): Promise<void> {
  const parsed = clientFileSchema.safeParse(parseJson(await readText(file)));
  if (!parsed.success) {
    throw invalidInput(file, 'it is not an OAuth client of type "Desktop app" as downloaded from Google\'s console');
  }
  const { client_id: googleClientId, client_secret: googleClientSecret } = parsed.data.installed;
  await client.settings.save({ googleClientId, googleClientSecret });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw invalidInput(
      file,
      `it cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'})`,
    );
  }
}
