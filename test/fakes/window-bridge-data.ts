// The states of the world that the window's double can begin in. All values are valid by the contract; times are
// relative to `now`, so that ages read the same every day.
import type { Account, BackupFolder } from '../../shared/account.ts';
import type { AuditEntry, AuditFault } from '../../shared/audit.ts';
import { noAccount } from './no-account.ts';
import type { CatalogCheck } from '../../shared/catalog.ts';
import { connectionOptionsSchema, type Connection } from '../../shared/connection.ts';
import type { WireError } from '../../shared/errors.ts';
import { usualGroups, type Job } from '../../shared/job.ts';
import type { Monitor } from '../../shared/monitor.ts';
import type { DeliveryState, NotificationSettings } from '../../shared/notification-settings.ts';
import type { RemovedSnapshot } from '../../shared/retention.ts';
import type { Restore } from '../../shared/restore.ts';
import type { Run, RunProgress } from '../../shared/run.ts';
import {
  defaultSpoolWindowBytes,
  defaultWindowPatienceMinutes,
  type Key,
  type Settings,
} from '../../shared/settings.ts';
import type { Pause, Slot } from '../../shared/slot.ts';
import type { Space } from '../../shared/space.ts';
import { setFileKinds, type Snapshot } from '../../shared/snapshot.ts';

/** `recovered`: jobs and snapshots came back from Drive, and need their connections. */
export const scenarios = ['empty', 'full', 'running', 'failing', 'signed-out', 'recovered'] as const;
export type Scenario = (typeof scenarios)[number];

/** What the double keeps; the handlers change it. */
export interface World {
  connections: Connection[];
  jobs: Job[];
  runs: Run[];
  snapshots: Snapshot[];
  /** Last first. */
  removed: { readonly removed: RemovedSnapshot; readonly snapshot: Snapshot }[];
  restores: Restore[];
  account: Account;
  key: Key;
  settings: Settings;
  startsAtLogin: boolean;
  notifications: NotificationSettings;
  delivery: DeliveryState;
  /** Whether a sign-in waits, as for a person in the browser, until it is cancelled. */
  slowBrowser: boolean;
  check: CatalogCheck | null;
  space: Space;
  monitor: Monitor;
  /** Oldest first. */
  audit: AuditEntry[];
  auditFault: AuditFault | null;
  pause: Pause | null;
  slots: Slot[];
}
import { createAudit } from './window-bridge-audit.ts';
import { addSchedules } from './window-bridge-schedule.ts';
import {
  createFailingDelivery,
  createNotifications,
  noDelivery,
  noNotifications,
} from './window-bridge-notifications.ts';
import { breakDrive, createSpace, noSpace, recover } from './window-bridge-drive.ts';

export const topFolder: BackupFolder = {
  id: '1a2b3c4d5e6f7g8h9i',
  name: 'PgKeep',
  parentId: null,
  parentName: null,
  driveName: 'My Drive',
  onSharedDrive: false,
};

const hour = 3_600_000;
const day = 24 * hour;
export const recipient = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';

export function createWorld(scenario: Scenario, nowMs: number): World {
  const at = (agoMs: number): string => new Date(nowMs - agoMs).toISOString();
  const key: Key = { recipient, createdAt: at(40 * day), kitSavedAt: at(39 * day), former: [] };
  if (scenario === 'empty') {
    return {
      connections: [],
      jobs: [],
      runs: [],
      snapshots: [],
      removed: [],
      restores: [],
      account: noAccount,
      key: { ...key, kitSavedAt: null },
      settings: {
        googleClientId: '',
        hasGoogleClientSecret: false,
        uploadLimitBytesPerSecond: null,
        spoolUse: 'auto',
        spoolWindowBytes: defaultSpoolWindowBytes,
        windowPatienceMinutes: defaultWindowPatienceMinutes,
        keepAwake: true,
      },
      startsAtLogin: false,
      notifications: noNotifications,
      delivery: noDelivery,
      slowBrowser: false,
      check: null,
      space: noSpace,
      monitor: { dues: [] },
      audit: [],
      auditFault: null,
      pause: null,
      slots: [],
    };
  }
  const world = createFullWorld(at, key);
  addSchedules(world, nowMs);
  if (scenario === 'running') world.runs.unshift(createRun(at, 'run-live', 'job-shop', 40_000, runningPart));
  if (scenario === 'signed-out') {
    const warnings = [{ kind: 'ends-weekly' as const }];
    world.account = { ...world.account, state: 'signed-out', signedOutBy: 'google', warnings };
  }
  if (scenario === 'failing') {
    world.key = { ...key, kitSavedAt: null };
    world.runs.unshift(
      createRun(at, 'run-refused', 'job-shop', 2 * hour, {
        ...endedPart(at, 2 * hour, 'failed'),
        error: refused,
        stage: 'plan',
      }),
      createRun(at, 'run-cut', 'job-crm', 5 * hour, { ...endedPart(at, 5 * hour, 'interrupted'), stage: 'dump' }),
    );
    world.restores.unshift(failedDrill(at));
    world.auditFault = 'changed';
    world.delivery = createFailingDelivery(at);
    breakDrive(world, at);
  }
  if (scenario === 'recovered') recover(world, at);
  return world;
}

type At = (agoMs: number) => string;

function createFullWorld(at: At, key: Key): World {
  const connection = { port: 5432, database: 'postgres', sslMode: 'prefer', hasPassword: true } as const;
  const options = { ...connectionOptionsSchema.parse({}), seen: { version: '15.18', major: 15, at: at(3 * hour) } };
  const snapshots = [3, 27, 51, 75].map((hoursAgo, index) =>
    createSnapshot(at, `snap-shop-${String(index)}`, 'job-shop', hoursAgo * hour),
  );
  const crm = createSnapshot(at, 'snap-crm', 'job-crm', 26 * hour);
  return {
    connections: [
      {
        id: 'con-office',
        name: 'Office server',
        host: 'db.office.example',
        user: 'backup',
        createdAt: at(40 * day),
        ...connection,
        ...options,
      },
      {
        id: 'con-local',
        name: 'This computer',
        host: 'localhost',
        user: 'anna',
        createdAt: at(30 * day),
        ...connection,
        ...options,
      },
    ],
    jobs: [
      createJob('job-shop', 'Shop', 'con-office', 'shop', at(40 * day)),
      createJob('job-crm', 'Customers', 'con-office', 'crm', at(30 * day)),
      createJob('job-notes', 'Notes', 'con-local', 'notes', at(2 * hour)),
    ],
    runs: [
      ...snapshots.map((snapshot, index) =>
        createRun(at, `run-shop-${String(index)}`, 'job-shop', (3 + 24 * index) * hour, {
          ...endedPart(at, (3 + 24 * index) * hour, 'succeeded'),
          snapshotId: snapshot.id,
          trigger: index === 0 ? 'user' : 'schedule',
          warnings:
            index === 1
              ? ['The roles were kept without their passwords: the server does not show them to this user.']
              : [],
        }),
      ),
      createRun(at, 'run-crm', 'job-crm', 26 * hour, { ...endedPart(at, 26 * hour, 'succeeded'), snapshotId: crm.id }),
      createRun(at, 'run-crm-cancelled', 'job-crm', 50 * hour, {
        ...endedPart(at, 50 * hour, 'cancelled'),
        stage: 'dump',
      }),
    ],
    removed: [],
    snapshots: [...snapshots, crm].sort((a, b) => b.createdAt.localeCompare(a.createdAt)),
    restores: [goodRestore(at)],
    account: {
      ...noAccount,
      state: 'ready',
      email: 'anna@office.example',
      client: 'own',
      folder: topFolder,
      usageBytes: 6_200_000_000,
      limitBytes: 15_000_000_000,
    },
    key,
    settings: {
      googleClientId: '1234567890-abc.apps.googleusercontent.com',
      hasGoogleClientSecret: true,
      uploadLimitBytesPerSecond: null,
      spoolUse: 'auto',
      spoolWindowBytes: defaultSpoolWindowBytes,
      windowPatienceMinutes: defaultWindowPatienceMinutes,
      keepAwake: true,
    },
    startsAtLogin: false,
    notifications: createNotifications(),
    delivery: noDelivery,
    slowBrowser: false,
    check: { at: at(2 * day), snapshots: 5, findings: [], unknown: [] },
    space: createSpace(at),
    monitor: { dues: [] },
    audit: createAudit(at),
    auditFault: null,
    pause: null,
    slots: [],
  };
}

function createJob(id: string, name: string, connectionId: string, database: string, createdAt: string): Job {
  return { ...usualGroups, id, name, connectionId, database, createdAt };
}

function createRun(at: At, id: string, jobId: string, agoMs: number, part: Partial<Run>): Run {
  return {
    id,
    jobId,
    database: jobId === 'job-crm' ? 'crm' : 'shop',
    groupId: null,
    trigger: 'schedule',
    reason: null,
    state: 'queued',
    stage: null,
    createdAt: at(agoMs),
    startedAt: at(agoMs),
    endedAt: null,
    error: null,
    warnings: [],
    snapshotId: null,
    attempts: 0,
    nextTryAt: null,
    progress: null,
    ...part,
  };
}

const endedPart = (at: At, agoMs: number, state: Run['state']): Partial<Run> => ({
  state,
  stage: null,
  endedAt: at(agoMs - 94_000),
});

export const midDump: RunProgress = {
  tablesDone: 17,
  tablesTotal: 42,
  rows: 1_284_310,
  dumpBytes: 214_000_000,
  expectedDumpBytes: 520_000_000,
  storedBytes: 34_500_000,
  storedBytesTotal: null,
  uploadedBytes: 31_457_280,
  estimate: { percent: 37.6, leftMs: 132_000 },
  waits: false,
  waitsFor: null,
};

const runningPart: Partial<Run> = { state: 'running', stage: 'dump', trigger: 'user', progress: midDump };

export const refused: WireError = {
  code: 'pg/auth-failed',
  message: 'password authentication failed for user "backup"',
  retry: 'never',
  context: { host: 'db.office.example', port: 5432, user: 'backup' },
};

export function createFiles(baseName: string): Snapshot['files'] {
  const endings = { dump: 'dump.zst.age', globals: 'globals.sql.age', manifest: 'manifest.json.age' } as const;
  return setFileKinds.map((kind) => ({
    ...{ kind, name: `${baseName}.${endings[kind]}`, driveFileId: `${baseName}-${kind}` },
    ...{ sizeBytes: kind === 'dump' ? 82_600_000 : 40_000, sha256: '0'.repeat(64), md5: '0'.repeat(32) },
  }));
}

const leftOutOfShop: Snapshot['leftOut'] = {
  schemas: { count: 1, names: ['scratch'] },
  tables: { count: 0, names: [] },
  rows: { count: 3, names: ['shop.addresses', 'shop.audit_log', 'shop.sessions'] },
  largeObjects: true,
  foreignKeys: { count: 1, names: ['orders_address_fkey of orders'] },
};

function createSnapshot(at: At, id: string, jobId: string, agoMs: number): Snapshot {
  const database = jobId === 'job-shop' ? 'shop' : 'crm';
  const baseName = `${database}_${at(agoMs).replace(/[-:]|\.\d+/g, '')}_${id.slice(-4)}`;
  return {
    id,
    jobId,
    runId: `run-of-${id}`,
    database,
    baseName,
    createdAt: at(agoMs),
    serverVersion: '15.18',
    dumpFormat: id === 'snap-crm' ? 'plain' : 'custom',
    compression: 'zstd',
    dumpBytes: 512_400_000,
    storedBytes: 82_700_000,
    tables: 42,
    rows: 3_120_455,
    files: createFiles(baseName),
    leftOut: id === 'snap-shop-1' ? leftOutOfShop : null,
    pinned: false,
    pinPending: false,
    presence: 'ok',
    checkedAt: at(agoMs - hour),
    verifiedAt: id === 'snap-shop-0' ? at(agoMs - hour) : null,
  };
}

function goodRestore(at: At): Restore {
  const report = { database: 'shop_restored', equal: true, tables: 42, rows: 3_120_455, bytes: 512_400_000 };
  return {
    id: 'restore-good',
    kind: 'restore',
    snapshotId: 'snap-shop-1',
    fileName: null,
    database: 'shop_restored',
    state: 'succeeded',
    stage: 'finish',
    startedAt: at(20 * hour),
    endedAt: at(20 * hour - 61_000),
    progress: null,
    report: { ...report, differences: [], previousDatabase: null, warnings: [] },
    error: null,
  };
}

function failedDrill(at: At): Restore {
  return {
    ...goodRestore(at),
    id: 'drill-differs',
    kind: 'drill',
    database: 'pgkeep_drill_1',
    state: 'failed',
    report: {
      database: 'pgkeep_drill_1',
      equal: false,
      tables: 42,
      rows: 3_120_454,
      bytes: 512_399_800,
      differences: ['sales.orders: 120 000 rows were backed up, 119 999 came back'],
      previousDatabase: null,
      warnings: [],
    },
    error: { code: 'restore/not-equal', message: '1 entry differs', retry: 'never', context: { differences: 1 } },
  };
}
