// Which commands before and after a run have begun, so that each begins once however often the run is taken up again.
import type { HookKind } from '../../../shared/job-hooks.ts';
import type { Db } from './database.ts';

/** `due`: not begun yet. `started` without an end: the program ended meanwhile. */
export type RunHookState = 'due' | 'started' | 'ended';

export interface RunHook {
  readonly runId: string;
  readonly kind: HookKind;
  readonly state: RunHookState;
}

/** Null: nothing is known of it. */
export function findRunHook(db: Db, runId: string, kind: HookKind): RunHookState | null {
  const row = db
    .prepare<[string, string], { state: RunHookState }>('select state from run_hooks where run_id = ? and kind = ?')
    .get(runId, kind);
  return row?.state ?? null;
}

export function writeRunHook(db: Db, { runId, kind, state }: RunHook): void {
  db.prepare(
    `insert into run_hooks (run_id, kind, state) values (?, ?, ?)
     on conflict (run_id, kind) do update set state = excluded.state`,
  ).run(runId, kind, state);
}

/** Those that have not come to their end. */
export function listOpenRunHooks(db: Db): RunHook[] {
  return db
    .prepare<[], RunHook>(
      `select run_id as runId, kind, state from run_hooks where state <> 'ended' order by run_id, kind`,
    )
    .all();
}
