// What the window's double knows of Drive: its space over time, backups that are not as they should be, and a machine that has
// just got its list back.
import type { PickedFile } from '../../shared/restore.ts';
import type { RebuildReport, RemoteSet } from '../../shared/catalog.ts';
import { chooseShort, forecastFull, type Space } from '../../shared/space.ts';
import type { World } from './window-bridge-data.ts';

type At = (agoMs: number) => string;

const day = 86_400_000;

export const noSpace: Space = { points: [], forecast: { kind: 'too-few-points' }, nextBytes: 0, short: null };

/** Thirty days that grow evenly, up to what the account says. */
export function createSpace(at: At, usageBytes = 6_200_000_000, perDay = 55_000_000): Space {
  const limitBytes = 15_000_000_000;
  const points = Array.from({ length: 30 }, (_, index) => ({
    at: at((29 - index) * day),
    usageBytes: usageBytes - (29 - index) * perDay,
    limitBytes,
    trashBytes: 1_400_000_000,
    ownBytes: 413_500_000,
  }));
  const forecast = forecastFull(points);
  const nextBytes = 165_400_000;
  return { points, forecast, nextBytes, short: chooseShort({ usageBytes, limitBytes }, nextBytes, forecast) };
}

export function createRemoteSet(at: At, id: string, part: Partial<RemoteSet> = {}): RemoteSet {
  return {
    id,
    jobId: 'job-laptop',
    folderName: 'Shop (old laptop)',
    database: 'shop',
    baseName: `shop_20260301T030000Z_${id.slice(0, 6)}`,
    createdAt: at(200 * day),
    serverVersion: '14.9',
    storedBytes: 61_000_000,
    kinds: ['dump', 'globals', 'manifest'],
    pinned: false,
    known: false,
    problems: [],
    ...part,
  };
}

/** One backup gone, one in the trash, an unknown one, and hardly any room. */
export function breakDrive(world: World, at: At): void {
  const presences = { 'snap-shop-1': 'missing', 'snap-shop-3': 'trashed' } as const;
  world.snapshots = world.snapshots.map((row) => {
    const presence = Object.entries(presences).find(([id]) => id === row.id)?.[1];
    return presence ? { ...row, presence } : row;
  });
  const findings = world.snapshots.flatMap(({ id, baseName, presence, files }) =>
    presence === 'ok' || presence === 'removing'
      ? []
      : [{ snapshotId: id, baseName, presence, files: files.map(({ name }) => name) }],
  );
  world.check = { at: at(day), snapshots: 5, findings, unknown: [createRemoteSet(at, 'k7d2mq91xw3c')] };
  world.space = createSpace(at, 14_800_000_000, 40_000_000);
  world.account = { ...world.account, usageBytes: 14_800_000_000 };
}

/** A new computer after its list came back: no runs, no connections, a pin, and one set that lost its manifest. */
export function recover(world: World, at: At): void {
  world.connections = [];
  world.runs = [];
  world.restores = [];
  world.jobs = world.jobs.slice(0, 2).map((job) => ({ ...job, connectionId: null }));
  world.snapshots = world.snapshots.map((row, index) => ({
    ...row,
    ...{ runId: null, verifiedAt: null, pinned: index === 0, pinPending: index === 0, checkedAt: at(60_000) },
    files: index === 1 ? row.files.filter(({ kind }) => kind !== 'manifest') : row.files,
    dumpBytes: index === 1 ? null : row.dumpBytes,
  }));
  world.key = { ...world.key, former: ['age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg'] };
  world.check = null;
}

export function createRebuildReport(world: World): RebuildReport {
  return {
    at: new Date().toISOString(),
    files: 14,
    ...{ sets: 5, added: world.jobs.length === 0 ? 4 : 0, updated: 0, unchanged: world.jobs.length === 0 ? 0 : 4 },
    jobs: ['Shop', 'Customers'],
    ...{ manifestsRead: 4, wrongKey: 1 },
    problems: [
      { kind: 'manifest-missing', baseName: 'crm_20261120T030000Z_k7d2mq', file: null },
      { kind: 'wrong-key', baseName: 'shop_20251101T030000Z_m2nq8s', file: null },
    ],
  };
}

export function createPickedFile(): PickedFile {
  return {
    id: 'picked-1',
    name: 'shop_20261122T030000Z_a1b2c3.dump.zst.age',
    dumpFormat: 'custom',
    sizeBytes: 82_600_000,
    database: 'shop',
    serverVersion: '15.18',
    createdAt: '2026-11-22T03:00:00.000Z',
    manifestName: 'shop_20261122T030000Z_a1b2c3.manifest.json.age',
    tables: ['public.customers', 'sales.order_lines', 'sales.orders'],
    globalsName: 'shop_20261122T030000Z_a1b2c3.globals.sql.age',
  };
}
