// The double's answers to every call of the engine and the shell, on a small world in memory.
import { AppError } from '../../shared/errors.ts';
import type { EngineHandlers, PgKeepEmit, ShellHandlers } from '../../shared/ipc/contract.ts';
import { mergeGroups, type Job } from '../../shared/job.ts';
import { isRunActive, type Run } from '../../shared/run.ts';
import { createAuditHandlers } from './window-bridge-audit.ts';
import { createAccountHandlers } from './window-bridge-account.ts';
import { createConnectionHandlers } from './window-bridge-connections.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { createWorld, type World } from './window-bridge-data.ts';
import { createPickedFile, createRebuildReport, createRemoteSet } from './window-bridge-drive.ts';
import { createNotificationHandlers } from './window-bridge-notifications.ts';
import { createRetentionHandlers } from './window-bridge-retention.ts';
import { createScheduleHandlers } from './window-bridge-schedule.ts';
import { createManifest } from './window-bridge-files.ts';
import { createEraseHandlers } from './window-bridge-erase.ts';
import { createHistoryHandlers } from './window-bridge-history.ts';
import { chosenHook, toHooks } from './window-bridge-hooks.ts';
import { changeRestore, changeRun, workOnRestore, workOnRun } from './window-bridge-work.ts';

let newest = 0;
function nextId(kind: string): string {
  newest += 1;
  return `${kind}-new-${String(newest)}`;
}

const now = (): string => new Date().toISOString();

function getRow<T extends { readonly id: string }>(rows: readonly T[], id: string): T {
  const row = rows.find((candidate) => candidate.id === id);
  if (!row) throw new AppError('input/not-found', `no row ${id}`);
  return row;
}

export function createEngineHandlers(world: World, emit: PgKeepEmit): EngineHandlers {
  const begin = (
    kind: 'restore' | 'drill',
    snapshotId: string | null,
    database: string,
    fileName: string | null = null,
  ) => {
    const id = nextId(kind);
    const row = {
      id,
      kind,
      snapshotId,
      fileName,
      database,
      state: 'running',
      stage: 'plan',
      startedAt: now(),
    } as const;
    workOnRestore(world, emit, id);
    return changeRestore(world, emit, { ...row, endedAt: null, progress: null, report: null, error: null });
  };
  const changeSnapshot = (row: Snapshot): Snapshot => {
    world.snapshots = world.snapshots.map((other) => (other.id === row.id ? row : other));
    emit('snapshots.changed', row);
    return row;
  };
  const retention = createRetentionHandlers(world, emit);
  return {
    retention: retention.retention,
    schedule: createScheduleHandlers(world, emit),
    ...createConnectionHandlers(world, nextId, now).engine,
    jobs: {
      list: () => world.jobs,
      save: (draft) => {
        const old = world.jobs.find((row) => row.id === draft.id);
        const row: Job = {
          ...{ name: draft.name, connectionId: draft.connectionId, database: draft.database },
          ...{ id: old?.id ?? nextId('job'), createdAt: old?.createdAt ?? now() },
          ...mergeGroups(draft, old ?? null),
          ...(draft.hooks ? { hooks: toHooks(draft.hooks) } : {}),
        };
        world.jobs = old ? world.jobs.map((job) => (job.id === row.id ? row : job)) : [...world.jobs, row];
        emit('jobs.changed', world.jobs);
        return row;
      },
      acceptHook: () => chosenHook,
      remove: ({ id }) => {
        world.jobs = world.jobs.filter((row) => row.id !== id);
        emit('jobs.changed', world.jobs);
      },
      ...createEraseHandlers(world, emit),
    },
    runs: {
      list: ({ jobId, limit }) => world.runs.filter((run) => jobId === null || run.jobId === jobId).slice(0, limit),
      start: ({ jobId, trigger }) => {
        const active = world.runs.find((run) => run.jobId === jobId && isRunActive(run));
        if (active) return active;
        const id = nextId('run');
        const run: Run = {
          id,
          jobId,
          database: world.jobs.find((job) => job.id === jobId)?.database ?? null,
          groupId: null,
          trigger,
          reason: null,
          state: 'queued',
          stage: null,
          createdAt: now(),
          startedAt: null,
          endedAt: null,
          error: null,
          warnings: [],
          snapshotId: null,
          attempts: 0,
          nextTryAt: null,
          progress: null,
        };
        workOnRun(world, emit, id);
        return changeRun(world, emit, run);
      },
      cancel: ({ id }) => {
        changeRun(world, emit, { ...getRow(world.runs, id), state: 'cancelled', endedAt: now(), progress: null });
      },
      wake: () => undefined,
      ...createHistoryHandlers(world),
      awaitHooks: ({ id }) => getRow(world.runs, id),
    },
    snapshots: {
      list: ({ jobId }) => world.snapshots.filter((row) => jobId === null || row.jobId === jobId),
      getManifest: ({ id }) => createManifest(getRow(world.snapshots, id)),
      writeFile: () => ({ bytes: 0 }),
      setPinned: ({ id, pinned }) => changeSnapshot({ ...getRow(world.snapshots, id), pinned, pinPending: false }),
      remove: retention.remove,
    },
    catalog: {
      listRemote: () => [createRemoteSet(() => now(), 'k7d2mq91xw3c')],
      rebuild: () => {
        const report = createRebuildReport(world);
        for (const done of [0, 2, 4]) emit('catalog.progressed', { done, total: 4 });
        if (world.jobs.length === 0) {
          const found = createWorld('recovered', Date.now());
          Object.assign(world, { jobs: found.jobs, snapshots: found.snapshots });
          emit('jobs.changed', world.jobs);
          for (const row of [...world.snapshots].reverse()) emit('snapshots.changed', row);
        }
        return report;
      },
      check: () => {
        const findings = world.check?.findings ?? [];
        world.check = { at: now(), snapshots: world.snapshots.length, findings, unknown: world.check?.unknown ?? [] };
        emit('catalog.checked', world.check);
        return world.check;
      },
      getCheck: () => world.check,
      untrash: ({ id }) => {
        if (world.check) {
          const findings = world.check.findings.filter(({ snapshotId }) => snapshotId !== id);
          world.check = { ...world.check, findings };
          emit('catalog.checked', world.check);
        }
        return retention.bringBack(id) ?? changeSnapshot({ ...getRow(world.snapshots, id), presence: 'ok' });
      },
    },
    monitor: { get: () => world.monitor },
    space: { get: () => world.space },
    restores: {
      list: ({ limit }) => world.restores.slice(0, limit),
      start: ({ snapshotId, database }) => {
        if (database === 'shop')
          throw new AppError('pg/database-exists', 'exists', { context: { database, host: 'db.office.example' } });
        return begin('restore', snapshotId, database);
      },
      readFile: () => createPickedFile(),
      startFromFile: ({ database }) => begin('restore', null, database, createPickedFile().name),
      startDrill: ({ snapshotId }) => begin('drill', snapshotId, 'pgkeep_drill_2'),
      cancel: ({ id }) => {
        changeRestore(world, emit, {
          ...getRow(world.restores, id),
          state: 'cancelled',
          endedAt: now(),
          progress: null,
        });
      },
    },
    account: createAccountHandlers(world, emit).engine,
    keys: {
      get: () => world.key,
      writeKit: () => world.key,
      readKit: () => ({ key: world.key, use: 'known', opens: null }),
    },
    settings: {
      get: () => world.settings,
      save: ({ googleClientSecret, ...patch }) => {
        const hasGoogleClientSecret = world.settings.hasGoogleClientSecret || googleClientSecret !== undefined;
        if (patch.googleClientId !== undefined) {
          world.account = { ...world.account, client: patch.googleClientId === '' ? 'none' : 'own' };
          emit('account.changed', world.account);
        }
        world.settings = {
          googleClientId: patch.googleClientId ?? world.settings.googleClientId,
          uploadLimitBytesPerSecond:
            patch.uploadLimitBytesPerSecond === undefined
              ? world.settings.uploadLimitBytesPerSecond
              : patch.uploadLimitBytesPerSecond,
          spoolUse: patch.spoolUse ?? world.settings.spoolUse,
          spoolWindowBytes: patch.spoolWindowBytes ?? world.settings.spoolWindowBytes,
          windowPatienceMinutes: patch.windowPatienceMinutes ?? world.settings.windowPatienceMinutes,
          keepAwake: patch.keepAwake ?? world.settings.keepAwake,
          hasGoogleClientSecret,
        };
        return world.settings;
      },
    },
    checks: {
      run: () => [
        {
          id: 'tools',
          state: 'ok',
          title: 'PostgreSQL’s programs',
          detail: 'pg_dump 15.18 in /usr/lib/postgresql/15/bin',
          toDo: null,
        },
        {
          id: 'server:con-office',
          state: 'bad',
          title: 'Office server',
          detail: 'db.office.example:5432 does not answer.',
          toDo: 'Start the server, or correct the address.',
        },
        {
          id: 'key',
          state: 'warn',
          title: 'Recovery kit',
          detail: 'It was never saved.',
          toDo: 'Save it under Settings, Encryption key.',
        },
      ],
    },
    notifications: createNotificationHandlers(world, emit),
    audit: createAuditHandlers(world),
    tray: { get: () => ({ icon: 'idle', tooltip: 'PgKeep', items: [], activeRuns: [], keepAwake: false }) },
  };
}

export function createShellHandlers(world: World, emit: PgKeepEmit): ShellHandlers {
  return {
    app: {
      describe: () => ({ version: '0.1.0', electron: '45.4.1', node: '24.21.0' }),
      quit: () => undefined,
      openLink: () => undefined,
      getStartAtLogin: () => ({ enabled: world.startsAtLogin }),
      setStartAtLogin: ({ enabled }) => {
        world.startsAtLogin = enabled;
        emit('app.startAtLoginChanged', { enabled });
        return { enabled };
      },
    },
    engine: { getState: () => ({ state: 'ready', reason: null }) },
    ...createConnectionHandlers(world, nextId, now).shell,
    account: createAccountHandlers(world, emit).shell,
    jobs: { chooseHook: () => chosenHook },
    keys: {
      saveKit: () => {
        world.key = { ...world.key, kitSavedAt: now() };
        emit('keys.changed', world.key);
        return world.key;
      },
      openKit: () => {
        world.key = { ...world.key, kitSavedAt: now() };
        emit('keys.changed', world.key);
        return { key: world.key, use: 'adopted', opens: { tried: 2, opened: 2 } };
      },
    },
    audit: { export: () => ({ entries: world.audit.length }) },
    runs: { export: () => ({ runs: world.runs.length }), saveLog: () => ({ lines: 9 }) },
    restores: { openFile: () => createPickedFile() },
  };
}
