// The check-up: one line for each thing that a backup or a restore needs, with what to do.
import { describeWarning } from '../../shared/account-warnings.ts';
import type { Account } from '../../shared/account.ts';
import { describeError } from '../../shared/describe-error.ts';
import { toAppError, toWireError } from '../../shared/errors.ts';
import { formatBytes, formatPlural } from '../../shared/format.ts';
import type { Connection } from '../../shared/connection.ts';
import { describeForecast, describeShort, type Space } from '../../shared/space.ts';
import { describeCheck } from '../../shared/catalog.ts';
import type { Check } from '../../shared/settings.ts';
import type { Clock, EngineConfig, Paths, SecretVault } from './base/ports.ts';
import { checkDatabases } from './check-databases.ts';
import { readIdentity } from './crypto/keys.ts';
import { lookAtDisk } from './disk-watch.ts';
import type { DriveApi } from './drive/api.ts';
import type { MailReport } from './notify-desk.ts';
import { diskSoonDays, lowDiskBytes } from './notify/notice-for-state.ts';
import type { ServerFacts } from './postgres/check-server.ts';
import { chooseTools } from './postgres/find-tools.ts';
import { findInstalledTools } from './reach/installed-tools.ts';
import { withReach } from './reach/reach.ts';
import { listConnections } from './store/connections.ts';
import type { Db } from './store/database.ts';
import { listJobs } from './store/jobs.ts';
import { readSetting } from './store/settings.ts';

export interface CheckUpOptions {
  readonly db: Db;
  readonly vault: SecretVault;
  readonly paths: Paths;
  readonly config: EngineConfig;
  readonly clock: Clock;
  readonly api: DriveApi;
  readonly account: { readonly get: () => Account };
  /** A server has said what it is. */
  readonly onServer: (connection: Connection, server: ServerFacts) => void;
  /** Signs in to the mail server when there is one. */
  readonly checkMail: () => Promise<MailReport>;
  /** How full Drive was when it was last asked. */
  readonly space: Space;
}

type Finding = Pick<Check, 'state' | 'detail' | 'toDo'>;

export async function runCheckUp(options: CheckUpOptions): Promise<Check[]> {
  const jobs = listJobs(options.db);
  const servers = listConnections(options.db).map(async (connection) => {
    const own = jobs.filter((job) => job.connectionId === connection.id);
    try {
      return await withReach(options, (reach) => checkDatabases(options, reach, connection, own));
    } catch (error) {
      return [{ id: `server:${connection.id}`, title: `Server ${connection.name}`, ...toBad(error) }];
    }
  });
  const [tools, databases, rest] = await Promise.all([
    check('tools', "PostgreSQL's programs", () => checkTools(options)),
    Promise.all(servers),
    Promise.all([
      check('drive', 'Google Drive', () => checkDrive(options)),
      check('space', 'Space on Drive', () => Promise.resolve(checkSpace(options.space))),
      check('catalog', 'Backups on Drive', () => Promise.resolve(checkCatalogue(options))),
      check('key', 'Encryption key', () => checkKey(options)),
      check('disk', 'Room on this disk', () => checkDisk(options)),
      check('mail', 'Mail', () => checkMail(options)),
    ]),
  ]);
  return [tools, ...databases.flat(), ...rest];
}

async function check(id: string, title: string, look: () => Promise<Finding>): Promise<Check> {
  try {
    return { id, title, ...(await look()) };
  } catch (error) {
    return { id, title, ...toBad(error) };
  }
}

function toBad(error: unknown): Finding {
  const words = describeError(toWireError(toAppError(error)));
  return { state: 'bad', detail: words.happened, toDo: words.toDo };
}

function ok(detail: string): Finding {
  return { state: 'ok', detail, toDo: null };
}

async function checkTools(options: CheckUpOptions): Promise<Finding> {
  const tools = await findInstalledTools(options);
  if (tools.length > 0) return ok(tools.map((set) => `pg_dump ${set.version} in ${set.dir}`).join('; '));
  // The same words as a run would use.
  chooseTools(tools, 0);
  return ok('');
}

async function checkDrive({ db, api, account }: CheckUpOptions): Promise<Finding> {
  const stored = readSetting(db, 'account');
  if (!stored) return { state: 'bad', detail: 'No Google account yet.', toDo: 'Sign in to Google in the settings.' };
  const { email, usageBytes, limitBytes } = await api.about();
  const { folder, warnings } = account.get();
  const free = limitBytes === null ? 'no limit known' : `${formatBytes(Math.max(0, limitBytes - usageBytes))} free`;
  const space = folder?.onSharedDrive === true ? 'space unknown on a shared drive' : free;
  const detail = `${email ?? stored.email}, ${space}`;
  const [warning] = warnings;
  if (!warning) return ok(detail);
  const words = describeWarning(warning, (iso) => iso.slice(0, 10));
  return { state: 'warn', detail: `${detail}. ${words.title}.`, toDo: words.toDo };
}

function checkSpace(space: Space): Finding {
  const point = space.points.at(-1);
  if (!point) return ok('not known yet');
  const short = describeShort(space);
  const trash = point.trashBytes > 0 ? `; ${formatBytes(point.trashBytes)} lie in the trash and count` : '';
  if (short !== null) {
    return {
      state: 'warn',
      detail: short,
      toDo: 'Make room on Drive: empty its trash, or get more storage from Google.',
    };
  }
  return ok(`${describeForecast(space.forecast) ?? 'no forecast yet'}${trash}`);
}

function checkCatalogue({ db }: CheckUpOptions): Finding {
  const last = readSetting(db, 'catalogCheck');
  if (!last) return ok('not compared with Drive yet');
  const detail = `${describeCheck(last)} Compared on ${last.at.slice(0, 10)}.`;
  if (last.findings.length === 0) return ok(detail);
  return { state: 'bad', detail, toDo: 'Take trashed backups out of Drive’s trash, and make a new backup now.' };
}

async function checkKey({ db, vault }: CheckUpOptions): Promise<Finding> {
  await readIdentity(vault);
  const key = readSetting(db, 'key');
  if (key?.kitSavedAt) return ok(`Recovery kit saved on ${key.kitSavedAt.slice(0, 10)}`);
  return {
    state: 'warn',
    detail: 'The recovery kit was not saved: if this computer is lost, nobody can open the backups.',
    toDo: 'Save the recovery kit and keep it away from this computer.',
  };
}

async function checkDisk(options: CheckUpOptions): Promise<Finding> {
  const disk = await lookAtDisk(options);
  if (disk === null) {
    return { state: 'warn', detail: `${options.paths.dataDir} cannot be asked.`, toDo: 'Look whether it is there.' };
  }
  const { freeBytes, forecast } = disk;
  const words = describeForecast(forecast);
  const detail = `${formatBytes(freeBytes)} free${words === null ? '' : `; ${words}`}`;
  const isSoon = forecast.kind === 'full-in' && forecast.days < diskSoonDays;
  if (freeBytes >= lowDiskBytes && !isSoon) return ok(detail);
  return { state: 'warn', detail: `${detail}.`, toDo: 'Free some room: a backup passes over this disk.' };
}

async function checkMail(options: CheckUpOptions): Promise<Finding> {
  const { recipients, waiting, lost } = await options.checkMail();
  if (recipients.length === 0) return ok('not set up: a failure is told on this computer alone');
  const detail = `the server is ready to send to ${recipients.join(', ')}`;
  if (lost > 0)
    return { state: 'warn', detail: `${detail}; ${formatPlural(lost, 'mail')} had to be given up`, toDo: null };
  return ok(waiting > 0 ? `${detail}; ${formatPlural(waiting, 'mail')} waiting` : detail);
}
