// Keeps the tray's model true: computed anew at each change and each minute, handed on only when it differs.
import { toAppError } from '../../shared/errors.ts';
import { toTrayModel, type TrayModel } from '../../shared/tray-model.ts';
import type { Run } from '../../shared/run.ts';
import type { JobDue } from '../../shared/freshness.ts';
import type { ScheduleState } from '../../shared/slot.ts';
import type { Account } from '../../shared/account.ts';
import type { Clock, Log } from './base/ports.ts';
import type { Db } from './store/database.ts';
import { listJobs } from './store/jobs.ts';
import { listRunningRestores } from './store/restores.ts';
import { readSetting } from './store/settings.ts';
import { listActiveRuns, listNewestRuns } from './store/runs.ts';
import { countLostSnapshots, listNewestSnapshots } from './store/snapshots.ts';

/** "3 h ago" must not stay "2 h ago" for long. */
const refreshEveryMs = 60_000;

export interface TrayFeedOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  readonly account: () => Account;
  readonly dues: () => readonly JobDue[];
  readonly schedule: () => ScheduleState;
  readonly withProgress: (run: Run) => Run;
  readonly onChanged: (model: TrayModel) => void;
}

export interface TrayFeed {
  readonly get: () => TrayModel;
  readonly refresh: () => void;
  readonly start: () => void;
  readonly stop: () => void;
}

export function createTrayFeed(options: TrayFeedOptions): TrayFeed {
  const { db, clock } = options;
  const stopping = new AbortController();
  let last = '';

  const get = (): TrayModel => {
    const active = listActiveRuns(db);
    const newest = listNewestRuns(db).filter((run) => !active.some(({ id }) => id === run.id));
    return toTrayModel({
      now: clock.now(),
      jobs: listJobs(db),
      runs: [...active.map(options.withProgress), ...newest],
      snapshots: listNewestSnapshots(db),
      lost: countLostSnapshots(db),
      account: options.account(),
      dues: options.dues(),
      schedule: options.schedule(),
      restoring: listRunningRestores(db).length > 0,
      keepAwake: readSetting(db, 'keepAwake'),
    });
  };

  const refresh = (): void => {
    if (stopping.signal.aborted) return;
    const model = get();
    const text = JSON.stringify(model);
    if (text === last) return;
    last = text;
    options.onChanged(model);
  };

  const tick = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      refresh();
      await clock.wait(refreshEveryMs, stopping.signal);
    }
  };

  return {
    get,
    refresh,
    start: () => {
      tick().catch((error: unknown) => {
        // The wait that `stop` aborts rejects too.
        if (!stopping.signal.aborted) options.log.error(`the tray is not kept: ${toAppError(error).message}`);
      });
    },
    stop: () => {
      stopping.abort();
    },
  };
}
