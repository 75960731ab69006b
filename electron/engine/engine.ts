// createEngine: the one place that wires the modules. Opens the store, says honestly what the last end left, and answers
// the contract's calls until `stop`.
import { AppError, toAppError } from '../../shared/errors.ts';
import { contract, type PgKeepEmit } from '../../shared/ipc/contract.ts';
import { createDispatch, createEmit, type Dispatch } from '../../shared/ipc/define.ts';
import type { AuditWay } from '../../shared/audit.ts';
import { createAccountDesk } from './account/account-desk.ts';
import { createAuditDesk } from './audit/audit-desk.ts';
import { auditedCalls } from './audit/audited-calls.ts';
import { toBackupNote, toRestoreNote, toRunNote } from './audit/settled-notes.ts';
import { watchCalls } from './audit/watch-calls.ts';
import type { BrowserOpener, Calendar, Clock, EngineConfig, Log, Paths, SecretVault } from './base/ports.ts';
import { createCatalogDesk } from './catalogue/catalog-desk.ts';
import { createConnectionDesk } from './connection-desk.ts';
import { createDiscoverDesk } from './discover-desk.ts';
import { createEraseDesk } from './erase-desk.ts';
import { createDriveAccess } from './drive/access.ts';
import { readOAuthClient, readServiceAccountKey } from './account/google-client.ts';
import { createHandlers } from './handlers.ts';
import { pruneHistory } from './history-desk.ts';
import { createHookDesk } from './hook-desk.ts';
import { keepHouse } from './housekeeping.ts';
import { createMonitorDesk } from './monitor-desk.ts';
import { keepAccountAlive } from './account/keep-account-alive.ts';
import { createKeyDesk, makeKey } from './key-desk.ts';
import { createNotifyDesk } from './notify-desk.ts';
import { discardLeftovers, recoverRuns } from './pipeline/recover-runs.ts';
import { runBackup } from './pipeline/run-backup.ts';
import { createRunQueue } from './pipeline/run-queue.ts';
import { removeSpool } from './pipeline/spool.ts';
import { discardUploads } from './pipeline/upload-spool.ts';
import { withReach } from './reach/reach.ts';
import { createPickedFiles } from './restore/picked-files.ts';
import { readAuditMarks } from './restore/read-audit-marks.ts';
import { createRetentionDesk } from './retention-desk.ts';
import { createRestoreRuns } from './restore/restore-runs.ts';
import { createRunLog } from './run-log.ts';
import { createScheduler } from './schedule/scheduler.ts';
import { openDatabase } from './store/database.ts';
import { createSpaceDesk } from './space-desk.ts';
import { getJob, listJobs } from './store/jobs.ts';
import { getRun, updateRun } from './store/runs.ts';
import { readSetting, writeSetting } from './store/settings.ts';
import { getSnapshot, listSnapshots } from './store/snapshots.ts';
import { createToolsDesk } from './tools-desk.ts';
import { createTrendDesk } from './trend-desk.ts';
import { createTrayFeed } from './tray-feed.ts';

export interface EnginePorts {
  readonly paths: Paths;
  readonly config: EngineConfig;
  readonly clock: Clock;
  readonly calendar: Calendar;
  readonly vault: SecretVault;
  readonly browser: BrowserOpener;
  readonly log: Log;
  readonly productVersion: string;
  /** How people reach this engine; their acts are noted with it. */
  readonly way: AuditWay;
  /** better-sqlite3's binding for this runtime; null: the one inside the package. */
  readonly nativeBinding: string | null;
  /** Receives every event of the contract. */
  readonly post: (name: string, payload: unknown) => void;
}

/** A short command still clears what an earlier end left behind, but does not wait for a server that is away. */
const clearingPatienceMs = 5000;

export interface StartOptions {
  /** Whether stored runs that wait go on by themselves. A command that only lists things leaves them alone. */
  readonly resumeRuns: boolean;
  /** Whether jobs start by their schedules. */
  readonly schedule: boolean;
}

export interface Engine {
  readonly dispatch: Dispatch;
  readonly start: (options: StartOptions) => Promise<void>;
  /** Ends what is active so that the next start can go on with it, then closes the store. */
  readonly stop: () => Promise<void>;
}

/** Throws `store/in-use`, `store/newer-version` or `store/damaged`; then nothing was changed. */
export function createEngine(ports: EnginePorts): Engine {
  const { paths, config, clock, calendar, vault, log } = ports;
  const { db, close } = openDatabase(paths.databasePath, { nativeBinding: ports.nativeBinding });
  const emit: PgKeepEmit = createEmit(contract, ports.post);

  const drive = createDriveAccess({
    endpoints: config.google,
    client: () => readOAuthClient(db, vault, config),
    serviceAccount: () => readServiceAccountKey(db, vault),
    vault,
    clock,
    log,
    onSignedOut: () => {
      audit.noteOwn({ act: 'account.ended', subject: account.get().email ?? '' });
      account.markSignedOut();
    },
    readUploadLimit: () => readSetting(db, 'uploadLimitBytesPerSecond'),
    pauseStore: {
      read: () => readSetting(db, 'uploadPause'),
      write: (pause) => {
        writeSetting(db, 'uploadPause', pause);
      },
    },
    onRefreshed: (facts) => {
      account.noteRefresh(facts);
    },
    onTrouble: (trouble) => {
      account.noteTrouble(trouble);
    },
  });
  const closing = new AbortController();
  const audit = createAuditDesk({
    ...{ db, clock, productVersion: ports.productVersion, way: ports.way },
    readMarks: () => readAuditMarks({ ...shared, log, signal: closing.signal }),
    onAppended: (entry) => {
      emit('audit.appended', entry);
    },
  });
  const shared = { db, vault, paths, config, clock, drive };

  const discard = async (runId: string): Promise<void> => {
    await removeSpool(paths.spoolDir, runId);
    await discardUploads({ ...shared, log, signal: closing.signal }, runId);
  };

  const logOf = (runId: string): Log => createRunLog({ db, clock, log }, runId);

  const notices = createNotifyDesk({
    ...{ ...shared, calendar, log, emit, productVersion: ports.productVersion, hasDesktop: ports.way === 'window' },
    readSpace: () => space.get(),
  });

  const hooks = createHookDesk({
    ...{ db, vault, clock, logOf, patient: ports.way === 'command' },
    onChanged: (run) => {
      emit('runs.changed', queue.withProgress(run));
    },
  });

  const trends = createTrendDesk({ db, clock, logOf });

  const queue = createRunQueue({
    db,
    clock,
    log,
    execute: ({ runId, ...work }) => {
      hooks.begin(runId);
      return withReach({ vault, signal: work.signal }, (reach) =>
        runBackup({
          ...shared,
          ...work,
          runId,
          reach,
          log: logOf(runId),
          before: (database) => hooks.before(runId, database, work.signal),
          productVersion: ports.productVersion,
          readAuditMark: audit.mark,
          onContents: (data) => {
            trends.noteContents(runId, data);
          },
          onRecorded: (snapshot) => {
            trends.judge(runId, snapshot);
            audit.noteOwn(toBackupNote(getJob(db, snapshot.jobId).name, snapshot, getRun(db, runId)));
          },
          onServer: (connection, server) => {
            const words = tools.noteServer(connection, server);
            if (words === null) return;
            logOf(runId).warn(words);
            updateRun(db, runId, { warnings: [...getRun(db, runId).warnings, words] });
          },
          retain: (jobId) => retention.retain(jobId, { signal: work.signal, log: logOf(runId) }),
          onFolderNews: ({ title, text }) => {
            updateRun(db, runId, { warnings: [...getRun(db, runId).warnings, `${title}. ${text}`] });
            notices.folderNews({ title, text });
          },
        }),
      );
    },
    logOf,
    discard,
    onChanged: (run) => {
      trends.noteRun(run);
      emit('runs.changed', run);
      notices.runChanged(run);
      tray.refresh();
    },
    onSettled: (run) => {
      const snapshot = run.snapshotId === null ? null : getSnapshot(db, run.snapshotId);
      if (snapshot) emit('snapshots.changed', snapshot);
      audit.noteOwn(toRunNote(getJob(db, run.jobId).name, run));
      notices.runSettled(run);
      tray.refresh();
      if (snapshot) void account.refresh();
      if (run.state === 'succeeded') scheduler.noteSuccess(run.id, run.jobId);
      hooks.after(run);
    },
  });

  const scheduler = createScheduler({
    ...{ db, clock, calendar, log, begin: queue.begin },
    onChanged: (state) => {
      emit('schedule.changed', state);
      tray.refresh();
    },
  });

  const restores = createRestoreRuns({
    ...shared,
    log,
    onChanged: (restore) => {
      emit('restores.changed', restore);
      tray.refresh();
    },
    onVerified: (snapshot) => {
      emit('snapshots.changed', snapshot);
      tray.refresh();
    },
    onSettled: (restore) => {
      const snapshot = restore.snapshotId === null ? null : getSnapshot(db, restore.snapshotId);
      audit.noteOwn(toRestoreNote(restore, snapshot));
      notices.restoreSettled(restore);
    },
  });

  const tools = createToolsDesk({ ...shared, log, notify: notices.say, signal: closing.signal });
  const connections = createConnectionDesk({
    ...shared,
    signal: closing.signal,
    onServer: tools.noteServer,
    onSaved: () => {
      tray.refresh();
    },
  });

  const erasing = createEraseDesk({
    ...{ db, paths, clock, log, drive, discard, note: audit.note, signal: closing.signal },
    onChanged: () => {
      emit('jobs.changed', listJobs(db));
      scheduler.look();
      tray.refresh();
    },
  });

  const space = createSpaceDesk({
    db,
    clock,
    onChanged: (value) => {
      emit('space.changed', value);
      void notices.look();
    },
  });

  const retention = createRetentionDesk({
    ...{ ...shared, calendar, log, signal: closing.signal, audit, emit },
    onChanged: () => {
      tray.refresh();
    },
  });

  const catalog = createCatalogDesk({
    ...shared,
    inTurn: retention.inTurn,
    log,
    signal: closing.signal,
    onProgress: (progress) => {
      emit('catalog.progressed', progress);
    },
    onRebuilt: () => {
      emit('jobs.changed', listJobs(db));
      for (const snapshot of listSnapshots(db, null).reverse()) emit('snapshots.changed', snapshot);
      tray.refresh();
    },
    onSnapshots: (snapshots) => {
      for (const snapshot of snapshots) emit('snapshots.changed', snapshot);
      tray.refresh();
    },
    onChecked: (check, byPerson) => {
      emit('catalog.checked', check);
      notices.checked(check, byPerson);
    },
  });

  const keys = createKeyDesk({
    db,
    vault,
    clock,
    probe: catalog.probeKey,
    onChanged: (key) => {
      emit('keys.changed', key);
    },
  });

  const account = createAccountDesk({
    ...shared,
    log,
    browser: ports.browser,
    closing: closing.signal,
    onChanged: (value) => {
      if (value.state === 'none') space.forget();
      emit('account.changed', value);
      tray.refresh();
    },
    onAbout: space.record,
    onReady: () => {
      notices.signedIn();
      queue.wake();
      void catalog.pushPins();
      void erasing.resume();
    },
    onEnded: (email) => {
      notices.signedOut(email);
    },
  });

  const monitor = createMonitorDesk({
    ...{ db, clock, calendar },
    onChanged: (value) => {
      emit('monitor.changed', value);
    },
  });

  const tray = createTrayFeed({
    db,
    clock,
    log,
    dues: () => monitor.look().dues,
    schedule: () => scheduler.get(),
    account: account.get,
    withProgress: queue.withProgress,
    onChanged: (model) => {
      emit('tray.changed', model);
    },
  });

  let stopping: Promise<void> | null = null;
  /** What goes on beside the runs after a start; `closing` ends both, the clearing after a short patience. */
  let clearing: Promise<unknown> = Promise.resolve();
  let background: Promise<unknown> = Promise.resolve();
  let house: Promise<void> = Promise.resolve();
  let tidying: Promise<void> = Promise.resolve();
  const handlers = createHandlers({
    ...shared,
    ...{
      calendar,
      scheduler,
      hooks,
      log,
      emit,
      queue,
      restores,
      account,
      tray,
      keys,
      catalog,
      retention,
      space,
      monitor,
      erasing,
      audit,
      tools,
      connections,
      notices,
    },
    discover: createDiscoverDesk({ vault, log, signal: closing.signal, files: connections }),
    picked: createPickedFiles({ ...shared, log, signal: closing.signal }),
    signal: closing.signal,
  });

  return {
    dispatch: createDispatch(contract, 'engine', watchCalls(handlers, auditedCalls, { db, note: audit.note })),
    start: async ({ resumeRuns, schedule }) => {
      // Each short command is noted by what it does.
      if (ports.way !== 'command') audit.note({ act: 'program.started', subject: '' });
      if (await makeKey({ ...shared, log })) audit.noteOwn({ act: 'key.made', subject: '' });
      await recoverRuns({
        db,
        clock,
        log,
        paths,
        onSettled: (run) => {
          audit.noteOwn(toRunNote(getJob(db, run.jobId).name, run));
          notices.runSettled(run);
        },
      });
      hooks.recover(resumeRuns);
      background = keepAccountAlive({ clock, log, signal: closing.signal, refresh: account.refresh });
      clearing = Promise.all([restores.recover(closing.signal), discardLeftovers(db, log, discard)]).catch(
        (error: unknown) => {
          log.warn(`after the start: ${toAppError(error).message}`);
        },
      );
      if (resumeRuns) {
        notices.start();
        queue.resume();
        tidying = retention.resume();
        void erasing.resume();
        house = keepHouse({
          ...{ db, clock, log, signal: closing.signal, pushPins: catalog.pushPins, check: catalog.check },
          isReady: () => account.get().state === 'ready',
          refreshSpace: account.refresh,
          resumeRemovals: retention.resume,
          watchServers: tools.watch,
          pruneLogs: () => pruneHistory({ db, clock }, closing.signal),
        });
      }
      if (schedule) scheduler.start();
      tray.start();
    },
    stop: () => (stopping ??= stop()),
  };

  async function stop(): Promise<void> {
    scheduler.stop();
    tray.stop();
    account.stop();
    hooks.close();
    await Promise.all([queue.stop(), restores.stop()]);
    await hooks.stop();
    await Promise.race([clearing, clock.wait(clearingPatienceMs, closing.signal).catch(() => undefined)]);
    closing.abort(new AppError('engine/stopped', 'the program is quitting'));
    await Promise.all([clearing, background, house, tidying, catalog.settled(), account.stopped(), notices.stop()]);
    close();
  }
}
