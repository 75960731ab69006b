// Starts, cancels and records restores and drills; one at a time. Clears what an ended program left half filled.
import { AppError, toAppError, toWireError } from '../../../shared/errors.ts';
import type {
  FileRestoreRequest,
  Restore,
  RestoreKind,
  RestoreReport,
  RestoreRequest,
} from '../../../shared/restore.ts';
import type { Connection } from '../../../shared/connection.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { createId } from '../base/ids.ts';
import { dropDatabase } from '../postgres/database-admin.ts';
import { withReach } from '../reach/reach.ts';
import { findConnection, getConnection } from '../store/connections.ts';
import {
  forgetScratch,
  getRestore,
  insertRestore,
  listLeftovers,
  listRunningRestores,
  updateRestore,
  type Leftover,
  type RestoreChange,
} from '../store/restores.ts';
import { getSnapshot, markVerified } from '../store/snapshots.ts';
import { writeAtLast } from '../store/write-at-last.ts';
import type { RestoreContext } from './context.ts';
import { chooseConnection, createScratchName, openAdmin } from './plan-restore.ts';
import { runDrill, runRestore } from './run-restore.ts';
import { fromSnapshot, type RestoreSource } from './source.ts';

const progressEveryMs = 250;

export interface RestoreRunsOptions extends Pick<
  RestoreContext,
  'db' | 'vault' | 'paths' | 'config' | 'clock' | 'drive' | 'log'
> {
  readonly onChanged: (restore: Restore) => void;
  readonly onVerified: (snapshot: Snapshot) => void;
  readonly onSettled: (restore: Restore) => void;
}

export interface RestoreRuns {
  /** Throws `run/already-active` while another one runs. */
  readonly start: (request: RestoreRequest) => Restore;
  /** From a file that a person picked. */
  readonly startFromFile: (source: RestoreSource, request: FileRestoreRequest) => Restore;
  readonly startDrill: (snapshotId: string) => Restore;
  readonly cancel: (id: string) => Promise<void>;
  readonly withProgress: (restore: Restore) => Restore;
  /** After a start: marks what was running as interrupted and drops the databases it was filling. */
  readonly recover: (signal: AbortSignal) => Promise<void>;
  readonly stop: () => Promise<void>;
}

interface Active {
  readonly id: string;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

export function createRestoreRuns(options: RestoreRunsOptions): RestoreRuns {
  const { db, clock, log, onChanged } = options;
  let active: Active | null = null;
  let progress: Restore['progress'] = null;
  const stopping = new AbortController();

  const withProgress = (restore: Restore): Restore => (active?.id === restore.id ? { ...restore, progress } : restore);

  const begin = (
    kind: RestoreKind,
    source: RestoreSource,
    connection: Connection,
    request: Omit<RestoreRequest, 'snapshotId' | 'connectionId'> | null,
  ): Restore => {
    if (active) {
      throw new AppError('run/already-active', `restore ${active.id} is running`, {
        retry: 'later',
        context: { what: 'restore' },
      });
    }
    const scratch = createScratchName(kind);
    const restore: Restore = {
      id: createId(),
      kind,
      snapshotId: source.snapshot?.id ?? null,
      fileName: source.fileName,
      database: request?.database ?? scratch,
      state: 'running',
      stage: 'plan',
      startedAt: clock.now().toISOString(),
      endedAt: null,
      progress: null,
      report: null,
      error: null,
    };
    insertRestore(db, { restore, connectionId: connection.id, scratch });
    const abort = new AbortController();
    progress = null;
    const job = { restore, scratch, source, connection };
    const work = withReach({ ...options, signal: abort.signal }, (reach) => {
      const ctx = { ...createContext(restore.id, abort.signal), reach };
      return request ? runRestore(ctx, { ...job, request }) : runDrill(ctx, job);
    });
    active = {
      id: restore.id,
      abort,
      ended: settle(restore, work, { id: restore.id, connectionId: connection.id, scratch }),
    };
    onChanged(restore);
    return restore;
  };

  const createContext = (id: string, signal: AbortSignal): Omit<RestoreContext, 'reach'> => {
    let reportedAt = 0;
    return {
      ...options,
      signal,
      enter: (stage) => {
        onChanged(withProgress(updateRestore(db, id, { stage })));
      },
      report: (change) => {
        progress = change;
        const now = clock.now().getTime();
        if (now - reportedAt < progressEveryMs && now >= reportedAt) return;
        reportedAt = now;
        onChanged(withProgress(getRestore(db, id)));
      },
    };
  };

  const settle = async (restore: Restore, work: Promise<RestoreReport>, scratch: Leftover): Promise<void> => {
    try {
      const change = await work.then(
        (report): RestoreChange => ({ ...judge(restore.kind, report), stage: null, report }),
        async (cause: unknown): Promise<RestoreChange> => {
          const error = toAppError(cause);
          log.warn(`${restore.kind} ${restore.id}: ${error.code}: ${error.message}`);
          await clear(scratch);
          return { state: chooseState(error), error: toWireError(error) };
        },
      );
      const writing = { clock, log, what: `${restore.kind} ${restore.id}`, signal: stopping.signal };
      const { ended, verified } = await writeAtLast(() => record(restore, change), writing);
      active = null;
      progress = null;
      if (verified) options.onVerified(verified);
      onChanged(ended);
      options.onSettled(ended);
    } catch (error) {
      log.error(`${restore.kind} ${restore.id}: ${toAppError(error).message}`);
    } finally {
      active = null;
    }
  };

  /** What came out, and what it proves, in one transaction. */
  const record = (
    restore: Restore,
    change: RestoreChange,
  ): { readonly ended: Restore; readonly verified: Snapshot | null } =>
    db.transaction(() => {
      const endedAt = clock.now().toISOString();
      if (change.report) forgetScratch(db, restore.id);
      const isProof = change.state === 'succeeded' && restore.kind === 'drill';
      const verified = isProof && restore.snapshotId !== null ? markVerified(db, restore.snapshotId, endedAt) : null;
      return { ended: updateRestore(db, restore.id, { ...change, endedAt }), verified };
    })();

  /** What cannot be dropped now is tried again at the next start. */
  const clear = async ({ id, connectionId, scratch }: Leftover, signal?: AbortSignal): Promise<void> => {
    const connection = findConnection(db, connectionId);
    if (!connection) return;
    try {
      await withReach({ ...options, signal }, async (reach) =>
        dropDatabase(await openAdmin({ reach }, connection, null), scratch, signal),
      );
      forgetScratch(db, id);
    } catch (error) {
      log.warn(`the unfinished database ${scratch} could not be dropped: ${toAppError(error).message}`);
    }
  };

  return {
    start: (request) => {
      const snapshot = getSnapshot(db, request.snapshotId);
      const connection = chooseConnection(options, snapshot, request.connectionId);
      return begin('restore', fromSnapshot(snapshot), connection, request);
    },
    startFromFile: (source, request) => begin('restore', source, getConnection(db, request.connectionId), request),
    startDrill: (snapshotId) => {
      const snapshot = getSnapshot(db, snapshotId);
      return begin('drill', fromSnapshot(snapshot), chooseConnection(options, snapshot, null), null);
    },
    cancel: async (id) => {
      getRestore(db, id);
      if (active?.id !== id) return;
      active.abort.abort(new AppError('run/cancelled', 'cancelled'));
      await active.ended;
    },
    withProgress,
    recover: async (signal) => {
      for (const { id } of listRunningRestores(db)) {
        const error = new AppError('run/interrupted', 'the program ended during the restore', { retry: 'now' });
        updateRestore(db, id, { state: 'interrupted', endedAt: clock.now().toISOString(), error: toWireError(error) });
      }
      for (const leftover of listLeftovers(db)) await clear(leftover, signal);
    },
    stop: async () => {
      stopping.abort(new AppError('engine/stopped', 'the program is quitting'));
      active?.abort.abort(new AppError('engine/stopped', 'the program is quitting'));
      await active?.ended;
    },
  };
}

function chooseState({ code }: AppError): 'cancelled' | 'interrupted' | 'failed' {
  if (code === 'run/cancelled') return 'cancelled';
  return code === 'engine/stopped' ? 'interrupted' : 'failed';
}

/** A drill that could not compare proves nothing; a restore without counts still holds what pg_restore was given. */
function judge(
  kind: RestoreKind,
  report: RestoreReport,
): { state: 'succeeded' } | { state: 'failed'; error: ReturnType<typeof toWireError> } {
  if (report.equal === true || (report.equal === null && kind === 'restore')) return { state: 'succeeded' };
  const detail = report.differences[0] ?? 'there was nothing to compare with';
  const left = kind === 'restore' ? { database: report.database } : {};
  const error = new AppError('restore/not-equal', detail, {
    context: { detail, count: report.differences.length, ...left },
  });
  return { state: 'failed', error: toWireError(error) };
}
