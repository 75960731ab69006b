// The engine's side of the contract: one entry a call, each handing on to the function that does it.
import type { Connection, ConnectionDraft, ConnectionReport } from '../../shared/connection.ts';
import { toAppError } from '../../shared/errors.ts';
import type { EngineHandlers, PgKeepEmit } from '../../shared/ipc/contract.ts';
import type { Settings, SettingsPatch } from '../../shared/settings.ts';
import type { AccountDesk } from './account/account-desk.ts';
import { createId } from './base/ids.ts';
import type { Clock, EngineConfig, Log, Paths, SecretVault } from './base/ports.ts';
import type { CatalogDesk } from './catalogue/catalog-desk.ts';
import { runCheckUp } from './check-up.ts';
import type { AuditDesk } from './audit/audit-desk.ts';
import type { DriveAccess } from './drive/access.ts';
import { removeJob, saveJob } from './job-desk.ts';
import type { KeyDesk } from './key-desk.ts';
import type { RunQueue } from './pipeline/run-queue.ts';
import { listDatabases, readServerFacts } from './postgres/check-server.ts';
import { toPgTarget } from './postgres/connection.ts';
import { chooseTools, findTools, type ToolSet } from './postgres/find-tools.ts';
import type { PickedFiles } from './restore/picked-files.ts';
import { readManifest } from './restore/read-set.ts';
import type { RestoreRuns } from './restore/restore-runs.ts';
import { writeSetFile } from './restore/write-set-file.ts';
import type { SpaceDesk } from './space-desk.ts';
import {
  findConnection,
  getConnection,
  listConnections,
  passwordName,
  removeConnection,
  writeConnection,
} from './store/connections.ts';
import type { Db } from './store/database.ts';
import { listJobs } from './store/jobs.ts';
import { listRestores } from './store/restores.ts';
import { listActiveRuns, listLog, listRuns } from './store/runs.ts';
import { readSetting, writeSetting } from './store/settings.ts';
import { getSnapshot, listSnapshots } from './store/snapshots.ts';
import type { TrayFeed } from './tray-feed.ts';

export interface HandlerParts {
  readonly db: Db;
  readonly vault: SecretVault;
  readonly paths: Paths;
  readonly config: EngineConfig;
  readonly clock: Clock;
  readonly drive: DriveAccess;
  readonly log: Log;
  readonly emit: PgKeepEmit;
  readonly queue: RunQueue;
  readonly restores: RestoreRuns;
  readonly account: AccountDesk;
  readonly tray: TrayFeed;
  readonly keys: KeyDesk;
  readonly catalog: CatalogDesk;
  readonly space: SpaceDesk;
  readonly audit: AuditDesk;
  readonly picked: PickedFiles;
  /** Aborted when the engine stops: ends downloads. */
  readonly signal: AbortSignal;
}

export function createHandlers(parts: HandlerParts): EngineHandlers {
  const { db, drive, queue, restores, account, tray, keys, catalog, space, audit, picked } = parts;
  return {
    connections: {
      list: () => listConnections(db),
      save: (draft) => saveConnection(parts, draft),
      remove: async ({ id }) => {
        removeConnection(db, id);
        await parts.vault.remove(passwordName(id));
      },
      test: (draft) => testConnection(parts, draft),
    },
    jobs: {
      list: () => listJobs(db),
      save: (draft) => saveJob(parts, draft),
      remove: ({ id }) => {
        removeJob(parts, id);
      },
    },
    runs: {
      list: (filter) => listRuns(db, filter).map(queue.withProgress),
      start: ({ jobId, trigger, database }) => {
        // "Try again" under a run that waits: what Google asked for is put aside once.
        const waits = listActiveRuns(db).some((run) => run.jobId === jobId && run.state === 'waiting');
        if (waits && trigger === 'user') drive.guard.forgive();
        return queue.enqueue(jobId, trigger, database);
      },
      cancel: ({ id }) => queue.cancel(id),
      wake: () => {
        queue.wake();
      },
      getLog: ({ id }) => listLog(db, id),
    },
    snapshots: {
      list: ({ jobId }) => listSnapshots(db, jobId),
      getManifest: ({ id }) => readManifest(parts, getSnapshot(db, id)),
      writeFile: ({ id, ...what }) => writeSetFile(parts, getSnapshot(db, id), what),
      setPinned: ({ id, pinned }) => catalog.setPinned(id, pinned),
    },
    catalog: {
      listRemote: () => catalog.listRemote(),
      rebuild: () => catalog.rebuild(),
      check: () => catalog.check(),
      getCheck: () => catalog.getCheck(),
      untrash: ({ id }) => catalog.untrash(id),
    },
    space: { get: () => space.get() },
    restores: {
      list: ({ limit }) => listRestores(db, limit).map(restores.withProgress),
      start: (request) => restores.start(request),
      readFile: ({ paths }) => picked.read(paths),
      startFromFile: (request) => restores.startFromFile(picked.get(request.fileId), request),
      startDrill: ({ snapshotId }) => restores.startDrill(snapshotId),
      cancel: ({ id }) => restores.cancel(id),
    },
    account: {
      get: () => account.get(),
      refresh: () => account.refresh(),
      signIn: () => account.signIn(),
      cancelSignIn: () => {
        account.cancelSignIn();
      },
      openSignInAgain: () => account.openSignInAgain(),
      getSignInLink: () => ({ url: account.getSignInLink() }),
      signOut: () => account.signOut(),
      forget: () => account.forget(),
      useClientFile: ({ path }) => account.useClientFile(path),
      useServiceAccountFile: (wish) => account.useServiceAccountFile(wish),
      setFolder: ({ reference }) => account.setFolder(reference),
      pickFolder: () => account.pickFolder(),
    },
    keys: {
      get: () => keys.get(),
      writeKit: ({ path }) => keys.writeKit(path),
      readKit: ({ path }) => keys.readKit(path),
    },
    settings: {
      get: () => getSettings(parts),
      save: (patch) => saveSettings(parts, patch),
    },
    audit: {
      list: (filter) => audit.list(filter),
      verify: (options) => audit.verify(options),
      writeFile: ({ path }) => audit.writeFile(path),
    },
    checks: { run: () => runCheckUp({ ...parts, api: parts.drive.api, space: space.get() }) },
    tray: { get: () => tray.get() },
  };
}

async function saveConnection({ db, vault, clock, tray }: HandlerParts, draft: ConnectionDraft): Promise<Connection> {
  const id = draft.id === undefined ? createId() : getConnection(db, draft.id).id;
  const { password, ...fields } = draft;
  // The secret first: a row that promises a password must find one.
  if (password !== undefined && password !== '') await vault.write(passwordName(id), password);
  // Read only now: another save may have ended meanwhile.
  const old = draft.id === undefined ? null : getConnection(db, id);
  const connection: Connection = {
    ...fields,
    id,
    hasPassword: password === undefined ? (old?.hasPassword ?? false) : password !== '',
    createdAt: old?.createdAt ?? clock.now().toISOString(),
  };
  writeConnection(db, connection);
  if (password === '') await vault.remove(passwordName(connection.id));
  tray.refresh();
  return connection;
}

async function testConnection({ db, vault, config }: HandlerParts, draft: ConnectionDraft): Promise<ConnectionReport> {
  const stored = draft.id !== undefined && findConnection(db, draft.id)?.hasPassword;
  const password = draft.password ?? (stored ? await vault.read(passwordName(draft.id ?? '')) : null);
  const target = toPgTarget(draft, password === '' ? null : password);
  const facts = await readServerFacts(target);
  const databases = await listDatabases(target);
  const installed = await findTools(config.toolDirs);
  const warnings: string[] = [];
  let tools: ToolSet | null = null;
  try {
    tools = chooseTools(installed, facts.versionNum);
  } catch (error) {
    const { context } = toAppError(error);
    warnings.push(
      `No pg_dump on this machine can read PostgreSQL ${facts.version}. ${
        typeof context['install'] === 'string'
          ? `Install it: ${context['install']}`
          : 'Install a newer PostgreSQL client.'
      }`,
    );
  }
  if (!facts.isSuperuser) {
    warnings.push(`${draft.user} is no superuser: what it may not read is named when a backup starts.`);
  }
  return {
    serverVersion: facts.version,
    databases: databases.map(({ name, sizeBytes }) => ({ name, sizeBytes })),
    pgDump: tools && { path: tools.dir, version: tools.version },
    warnings,
  };
}

function getSettings({ db }: HandlerParts): Settings {
  return {
    googleClientId: readSetting(db, 'googleClientId'),
    hasGoogleClientSecret: readSetting(db, 'hasGoogleClientSecret'),
    notifyOnSuccess: readSetting(db, 'notifyOnSuccess'),
    uploadLimitBytesPerSecond: readSetting(db, 'uploadLimitBytesPerSecond'),
  };
}

async function saveSettings(parts: HandlerParts, patch: SettingsPatch): Promise<Settings> {
  const { googleClientId: clientId, googleClientSecret: clientSecret, notifyOnSuccess } = patch;
  if (clientId !== undefined || clientSecret !== undefined) {
    await parts.account.saveClient({
      ...(clientId === undefined ? {} : { clientId }),
      ...(clientSecret === undefined ? {} : { clientSecret }),
    });
  }
  if (patch.uploadLimitBytesPerSecond !== undefined) {
    writeSetting(parts.db, 'uploadLimitBytesPerSecond', patch.uploadLimitBytesPerSecond);
  }
  if (notifyOnSuccess !== undefined) writeSetting(parts.db, 'notifyOnSuccess', notifyOnSuccess);
  return getSettings(parts);
}
