// The engine's side of the contract: one entry a call, each handing on to the function that does it.
import type { EngineHandlers, PgKeepEmit } from '../../shared/ipc/contract.ts';
import type { Settings, SettingsPatch } from '../../shared/settings.ts';
import type { AccountDesk } from './account/account-desk.ts';
import type { Calendar, Clock, EngineConfig, Log, Paths, SecretVault } from './base/ports.ts';
import type { CatalogDesk } from './catalogue/catalog-desk.ts';
import { runCheckUp } from './check-up.ts';
import type { AuditDesk } from './audit/audit-desk.ts';
import type { ConnectionDesk } from './connection-desk.ts';
import type { DiscoverDesk } from './discover-desk.ts';
import type { EraseDesk } from './erase-desk.ts';
import type { DriveAccess } from './drive/access.ts';
import { createHistoryHandlers } from './history-desk.ts';
import { removeJob, saveJob } from './job-desk.ts';
import type { HookDesk } from './hook-desk.ts';
import type { KeyDesk } from './key-desk.ts';
import type { RunQueue } from './pipeline/run-queue.ts';
import type { NotifyDesk } from './notify-desk.ts';
import type { PickedFiles } from './restore/picked-files.ts';
import { readManifest } from './restore/read-set.ts';
import type { RetentionDesk } from './retention-desk.ts';
import type { RestoreRuns } from './restore/restore-runs.ts';
import { writeSetFile } from './restore/write-set-file.ts';
import type { Scheduler } from './schedule/scheduler.ts';
import { createScheduleHandlers } from './schedule-desk.ts';
import type { MonitorDesk } from './monitor-desk.ts';
import type { SpaceDesk } from './space-desk.ts';
import { listConnections } from './store/connections.ts';
import type { Db } from './store/database.ts';
import { listJobs } from './store/jobs.ts';
import { listRestores } from './store/restores.ts';
import { listActiveRuns, listRuns } from './store/runs.ts';
import { readSetting, writeSetting } from './store/settings.ts';
import { getSnapshot, listSnapshots } from './store/snapshots.ts';
import { listTablesOf } from './tables-desk.ts';
import type { ToolsDesk } from './tools-desk.ts';
import type { TrayFeed } from './tray-feed.ts';

export interface HandlerParts {
  readonly db: Db;
  readonly vault: SecretVault;
  readonly paths: Paths;
  readonly config: EngineConfig;
  readonly clock: Clock;
  readonly calendar: Calendar;
  readonly drive: DriveAccess;
  readonly log: Log;
  readonly emit: PgKeepEmit;
  readonly queue: RunQueue;
  readonly restores: RestoreRuns;
  readonly account: AccountDesk;
  readonly tray: TrayFeed;
  readonly keys: KeyDesk;
  readonly catalog: CatalogDesk;
  readonly retention: RetentionDesk;
  readonly space: SpaceDesk;
  readonly monitor: MonitorDesk;
  readonly erasing: EraseDesk;
  readonly audit: AuditDesk;
  readonly connections: ConnectionDesk;
  readonly discover: DiscoverDesk;
  readonly tools: ToolsDesk;
  readonly scheduler: Scheduler;
  readonly hooks: HookDesk;
  readonly picked: PickedFiles;
  readonly notices: NotifyDesk;
  /** Aborted when the engine stops: ends downloads. */
  readonly signal: AbortSignal;
}

export function createHandlers(parts: HandlerParts): EngineHandlers {
  const {
    db,
    drive,
    queue,
    restores,
    account,
    tray,
    keys,
    catalog,
    retention,
    space,
    audit,
    picked,
    connections,
    discover,
    tools,
  } = parts;
  return {
    connections: {
      list: () => listConnections(db),
      save: (draft) => connections.save(draft),
      remove: ({ id }) => connections.remove(id),
      test: (draft) => connections.test(draft),
      listTables: (where) => listTablesOf(parts, where),
      acceptFile: ({ kind, path }) => connections.acceptFile(kind, path),
      discover: () => discover.discover(),
      readEnvFile: ({ path }) => discover.readEnvFile(path),
      readService: ({ service }) => discover.readService(service),
    },
    tools: {
      list: () => tools.list(),
      addFolder: ({ path }) => tools.addFolder(path),
      removeFolder: ({ id }) => tools.removeFolder(id),
    },
    jobs: {
      list: () => listJobs(db),
      save: (draft) => saveJob(parts, draft),
      remove: ({ id }) => {
        removeJob(parts, id);
      },
      acceptHook: ({ way, command }) => parts.hooks.accept(way, command),
      erase: (wish) => parts.erasing.erase(wish),
      listRemoved: () => parts.erasing.listRemoved(),
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
      ...createHistoryHandlers(parts),
      awaitHooks: async ({ id }) => queue.withProgress(await parts.hooks.whenEnded(id)),
    },
    schedule: createScheduleHandlers(parts),
    snapshots: {
      list: ({ jobId }) => listSnapshots(db, jobId),
      getManifest: ({ id }) => retention.whileRead(id, () => readManifest(parts, getSnapshot(db, id))),
      writeFile: ({ id, ...what }) => retention.whileRead(id, () => writeSetFile(parts, getSnapshot(db, id), what)),
      setPinned: ({ id, pinned }) => catalog.setPinned(id, pinned),
      remove: retention.remove,
    },
    retention: retention.handlers,
    catalog: {
      listRemote: () => catalog.listRemote(),
      rebuild: () => catalog.rebuild(),
      check: () => catalog.check(),
      getCheck: () => catalog.getCheck(),
      untrash: ({ id }) => catalog.untrash(id),
    },
    monitor: { get: () => parts.monitor.get() },
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
    notifications: parts.notices.handlers,
    audit: {
      list: (filter) => audit.list(filter),
      verify: (options) => audit.verify(options),
      writeFile: ({ path }) => audit.writeFile(path),
    },
    checks: {
      run: () =>
        runCheckUp({
          ...parts,
          api: parts.drive.api,
          space: space.get(),
          onServer: tools.noteServer,
          checkMail: parts.notices.checkMail,
        }),
    },
    tray: { get: () => tray.get() },
  };
}

function getSettings({ db }: HandlerParts): Settings {
  return {
    googleClientId: readSetting(db, 'googleClientId'),
    hasGoogleClientSecret: readSetting(db, 'hasGoogleClientSecret'),
    uploadLimitBytesPerSecond: readSetting(db, 'uploadLimitBytesPerSecond'),
    spoolUse: readSetting(db, 'spoolUse'),
    spoolWindowBytes: readSetting(db, 'spoolWindowBytes'),
    windowPatienceMinutes: readSetting(db, 'windowPatienceMinutes'),
    keepAwake: readSetting(db, 'keepAwake'),
  };
}

async function saveSettings(parts: HandlerParts, patch: SettingsPatch): Promise<Settings> {
  const { googleClientId: clientId, googleClientSecret: clientSecret } = patch;
  if (clientId !== undefined || clientSecret !== undefined) {
    await parts.account.saveClient({
      ...(clientId === undefined ? {} : { clientId }),
      ...(clientSecret === undefined ? {} : { clientSecret }),
    });
  }
  for (const name of ['uploadLimitBytesPerSecond', 'spoolWindowBytes', 'windowPatienceMinutes'] as const) {
    const value = patch[name];
    if (value !== undefined) writeSetting(parts.db, name, value);
  }
  if (patch.spoolUse !== undefined) writeSetting(parts.db, 'spoolUse', patch.spoolUse);
  if (patch.keepAwake !== undefined) {
    writeSetting(parts.db, 'keepAwake', patch.keepAwake);
    parts.tray.refresh();
  }
  return getSettings(parts);
}
