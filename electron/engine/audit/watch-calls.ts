// Wraps the engine's handlers so that every act of a person is written to the audit log once it has ended, well or not. Which
// calls are acts, and what is noted of them, is audited-calls.ts.
import type { AuditNote } from '../../../shared/audit.ts';
import { toAppError } from '../../../shared/errors.ts';
import type { EngineHandlers } from '../../../shared/ipc/contract.ts';
import type { Db } from '../store/database.ts';

/** Called before the act, answers what to call after it. `output` is null when the act failed; null notes nothing. */
export type Watch<I, O> = (db: Db, input: I) => (output: O | null) => AuditNote | null;

type WatchOf<H> = H extends (input: infer I) => infer R ? Watch<I, Awaited<R>> | null : never;

/** One entry for each call of the engine: null for a call that changes and reveals nothing. */
export type AuditedCalls = {
  readonly [G in keyof EngineHandlers]: { readonly [K in keyof EngineHandlers[G]]: WatchOf<EngineHandlers[G][K]> };
};

type AnyHandler = (input: unknown) => unknown;
type AnyTable<T> = Readonly<Record<string, Readonly<Record<string, T>>>>;

export function watchCalls(
  handlers: EngineHandlers,
  calls: AuditedCalls,
  { db, note }: { readonly db: Db; readonly note: (note: AuditNote) => void },
): EngineHandlers {
  const watches = calls as unknown as AnyTable<Watch<unknown, unknown> | null>;
  const watched: Record<string, Record<string, AnyHandler>> = {};
  for (const [group, members] of Object.entries(handlers as unknown as AnyTable<AnyHandler>)) {
    watched[group] = Object.fromEntries(
      Object.entries(members).map(([name, handler]) => {
        const watch = watches[group]?.[name];
        return [name, watch ? wrap(handler, watch) : handler];
      }),
    );
  }
  return watched as unknown as EngineHandlers;

  function wrap(handler: AnyHandler, watch: Watch<unknown, unknown>): AnyHandler {
    return async (input) => {
      const describe = watch(db, input);
      let output: unknown;
      try {
        output = await handler(input);
      } catch (error) {
        const { code } = toAppError(error);
        const refused = code.startsWith('input/') ? null : describe(null);
        if (refused) note({ ...refused, outcome: code });
        throw error;
      }
      const done = describe(output);
      if (done) note(done);
      return output;
    };
  }
}
