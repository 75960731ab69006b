// Takes the whole configuration of a machine without a desktop from one `.env` file: a connection, a job and what it
// signs in with, written into the data folder through the contract. Reading the same file again changes nothing.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual, parseEnv } from 'node:util';
import { usualDump } from '../../shared/dump-choice.ts';
import { invalidInput } from '../../shared/errors.ts';
import type { PgKeepClient } from '../../shared/ipc/contract.ts';
import type { Job } from '../../shared/job.ts';
import { saveConnectionOf } from './env-connection.ts';
import { readEnvChoice, readSwitch, type EnvValues } from './env-choice.ts';
import { isSameRetention, type Retention } from '../../shared/retention.ts';
import { applyHooks } from './env-hooks.ts';
import { applyEnvSchedule } from './env-schedule.ts';
import { applyEnvNotifications, applyEnvPing } from './env-notifications.ts';
import { readServiceAccountEmail } from '../engine/service-account-email.ts';
import { readEnvRetention } from './env-retention.ts';
import { maxUploadLimitBytesPerSecond, minUploadLimitBytesPerSecond } from '../../shared/settings.ts';

export interface EnvFileOptions {
  /** Whether a person's folder is applied, too: a command that backs up needs it, one that signs in cannot have it yet. */
  readonly folder: boolean;
  /** Whether connection and job are made, too; before the list comes back from Drive the job may be about to come with it. */
  readonly withJob: boolean;
}

/** Throws `input/invalid` naming the file and the line's name, never its value. */
export async function applyEnvFile(client: PgKeepClient, file: string, options: EnvFileOptions): Promise<Job | null> {
  const values = parseEnv(await readText(file)) as Partial<Record<string, string>>;
  const credentials = values['GDRIVE_CREDENTIALS_PATH'] ?? '';
  const folder = values['GDRIVE_BACKUP_FOLDER_ID'] ?? '';
  if (credentials !== '') await applyCredentials(client, path.resolve(path.dirname(file), credentials), folder);
  if (folder !== '' && options.folder) await applyFolder(client, folder);
  const limit = values['BACKUP_UPLOAD_LIMIT'];
  if (limit !== undefined && limit !== '')
    await client.settings.save({ uploadLimitBytesPerSecond: parseUploadLimit(limit) });
  await applyEnvNotifications(client, values, path.dirname(file));
  const url = values['DATABASE_URL'];
  const retention = readEnvRetention(values);
  if (url === undefined || url === '' || !options.withJob) return null;
  const job = await applyEnvPing(client, await applyDatabaseUrl(client, url, values, path.dirname(file)), values);
  const kept = retention ? await applyRetention(client, job, retention) : job;
  return applyHooks(client, await applyEnvSchedule(client, kept, values), values);
}

async function applyRetention(client: PgKeepClient, job: Job, retention: Retention): Promise<Job> {
  if (job.connectionId === null || isSameRetention(job.retention, retention)) return job;
  const { id, name, connectionId, database, scope } = job;
  return client.jobs.save({ id, name, connectionId, database, scope, retention });
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

async function applyDatabaseUrl(client: PgKeepClient, url: string, values: EnvValues, folder: string): Promise<Job> {
  const found = await saveConnectionOf(client, url, values, folder);
  const { connection } = found;
  const scope = readSwitch(values, 'BACKUP_ALL_DATABASES') === true ? 'server' : 'database';
  const database = scope === 'server' ? null : found.database;
  const jobs = (await client.jobs.list(undefined)).filter((job) => job.scope === scope && job.database === database);
  const known =
    jobs.find((job) => job.connectionId === connection.id) ??
    // A job of this database that came back from Drive waits for its server.
    jobs.find((job) => job.connectionId === null);
  const dump = readEnvChoice(values, known?.dump ?? usualDump);
  if (known?.connectionId === connection.id && isDeepStrictEqual(known.dump, dump)) return known;
  const name = known?.name ?? chooseJobName(await client.jobs.list(undefined), database ?? connection.host);
  return client.jobs.save({
    ...(known ? { id: known.id } : {}),
    name,
    connectionId: connection.id,
    database,
    scope,
    dump,
  });
}

function chooseJobName(jobs: readonly Job[], database: string): string {
  const taken = (name: string): boolean => jobs.some((job) => job.name === name);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? database : `${database} ${String(number)}`;
    if (!taken(name)) return name;
  }
}

/** Either kind of file that Google's console offers. What is in use already is not asked for again. */
async function applyCredentials(client: PgKeepClient, file: string, folder: string): Promise<void> {
  const email = await readServiceAccountEmail(file);
  if (email === null) {
    await client.account.useClientFile({ path: file });
    return;
  }
  const account = await client.account.get(undefined);
  const known = account.kind === 'service-account' && account.email === email;
  await client.account.useServiceAccountFile({
    path: file,
    folder: folder === '' ? (known ? (account.folder?.parentId ?? null) : null) : folder,
    actsFor: known ? account.actsFor : null,
  });
}

/** A person's folder; a service account had it with its key. Nothing while nobody is signed in. */
async function applyFolder(client: PgKeepClient, reference: string): Promise<void> {
  const { kind, state } = await client.account.get(undefined);
  if (kind === 'person' && state === 'ready') await client.account.setFolder({ reference });
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
