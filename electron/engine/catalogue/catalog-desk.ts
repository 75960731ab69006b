// The catalogue as the rest of the engine holds it: looking, rebuilding, comparing and pinning, one piece of work on Drive's
// list at a time.
import type { CatalogCheck, CatalogProgress, RebuildReport, RemoteSet } from '../../../shared/catalog.ts';
import { toAppError } from '../../../shared/errors.ts';
import type { InTurn } from '../base/in-turn.ts';
import type { KitOutcome } from '../../../shared/settings.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { readSetting } from '../store/settings.ts';
import { findSnapshot, getSnapshot, listSnapshots, markPinned } from '../store/snapshots.ts';
import { checkCatalog, untrashSnapshot } from './check.ts';
import type { CatalogContext } from './context.ts';
import { toRemoteSet } from './group-sets.ts';
import { listSets } from './list-files.ts';
import { pushPins } from './pins.ts';
import { probeKey } from './probe-key.ts';
import { rebuildCatalog } from './rebuild.ts';

export interface CatalogDeskOptions extends CatalogContext {
  readonly onProgress: (progress: CatalogProgress) => void;
  /** Jobs and snapshots may have been added. */
  readonly onRebuilt: () => void;
  readonly onSnapshots: (snapshots: readonly Snapshot[]) => void;
  /** `byPerson`: somebody has mended a part of it and knows the rest. */
  readonly onChecked: (check: CatalogCheck, byPerson: boolean) => void;
  /** Taking a set out of the trash and removing one do not meet. */
  readonly inTurn: InTurn;
}

export interface CatalogDesk {
  readonly listRemote: () => Promise<RemoteSet[]>;
  readonly rebuild: () => Promise<RebuildReport>;
  readonly check: () => Promise<CatalogCheck>;
  readonly getCheck: () => CatalogCheck | null;
  readonly untrash: (id: string) => Promise<Snapshot>;
  /** Answers soon, whether or not Drive could be told. */
  readonly setPinned: (id: string, pinned: boolean) => Promise<Snapshot>;
  /** Tells Drive of pins that it does not know yet. Never fails. */
  readonly pushPins: () => Promise<void>;
  /** Resolves when nothing is under way; after the signal was aborted that is soon. */
  readonly settled: () => Promise<unknown>;
  readonly probeKey: (identities: readonly string[]) => Promise<KitOutcome['opens']>;
}

/** A person who pins waits this long to hear that Drive knows it, too. */
const pinPatienceMs = 3000;

export function createCatalogDesk(options: CatalogDeskOptions): CatalogDesk {
  const { db, clock, log } = options;
  let last: Promise<unknown> = Promise.resolve();
  let checking: Promise<CatalogCheck> | null = null;
  let rebuilding: Promise<RebuildReport> | null = null;
  let pushing: Promise<void> | null = null;

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };

  const check = async (): Promise<CatalogCheck> => {
    const found = await checkCatalog(options);
    options.onSnapshots(listSnapshots(db, null));
    options.onChecked(found, false);
    return found;
  };

  const rebuild = async (): Promise<RebuildReport> => {
    try {
      return await rebuildCatalog(options, options.onProgress);
    } finally {
      // What was done before a failure counts as well.
      options.onRebuilt();
    }
  };

  const push = async (): Promise<void> => {
    try {
      await pushPins(options, (snapshot) => {
        options.onSnapshots([snapshot]);
      });
    } catch (error) {
      log.info(`pins wait for Drive: ${toAppError(error).message}`);
    }
  };

  const pushOnce = (): Promise<void> =>
    (pushing ??= push().finally(() => {
      pushing = null;
    }));

  return {
    listRemote: async () => {
      const { sets } = await listSets(options);
      return sets.map((set) => toRemoteSet(set, findSnapshot(db, set.id) !== null));
    },
    rebuild: () =>
      (rebuilding ??= inTurn(rebuild).finally(() => {
        rebuilding = null;
      })),
    check: () =>
      (checking ??= inTurn(check).finally(() => {
        checking = null;
      })),
    getCheck: () => readSetting(db, 'catalogCheck'),
    untrash: (id) =>
      inTurn(async () => {
        const snapshot = await options.inTurn(() => untrashSnapshot(options, id));
        options.onSnapshots([snapshot]);
        const found = readSetting(db, 'catalogCheck');
        if (found) options.onChecked(found, true);
        return snapshot;
      }),
    setPinned: async (id, pinned) => {
      options.onSnapshots([markPinned(db, getSnapshot(db, id).id, pinned)]);
      // One that is under way may have passed this snapshot already.
      const told = (pushing ?? Promise.resolve()).then(pushOnce);
      await Promise.race([told, clock.wait(pinPatienceMs, options.signal).catch(() => undefined)]);
      return getSnapshot(db, id);
    },
    pushPins: pushOnce,
    settled: () => Promise.all([last, pushing]),
    probeKey: (identities) => probeKey(options, identities),
  };
}
