// Brings the messages of the outbox to a person: by the desktop at once, by mail and webhook with growing delays until they
// have arrived. A server that is down delays, never loses; after three days of it a message is given up, which is told.
// At least once: a message that the end of the program met on its way goes again, with the same id.
import type { Alert, Channel } from '../../../shared/alert.ts';
import { toAppError, toWireError, type AppError } from '../../../shared/errors.ts';
import { throwIfAborted } from '../base/abort.ts';
import type { Clock, Log } from '../base/ports.ts';
import type { Db } from '../store/database.ts';
import {
  findNextTry,
  hastenMessages,
  insertMessage,
  listDueMessages,
  postponeChannel,
  postponeMessage,
  pruneMessages,
  settleMessage,
  type OutboxRow,
  type SettledState,
} from '../store/outbox.ts';
import { isOfMessage, toDelayMs } from './retry-delays.ts';

/** What a try to bring a message came to when it did not fail as a whole. */
export interface Delivered {
  readonly state: Extract<SettledState, 'sent' | 'dropped'>;
  /** Recipients who could not get it yet, and why. */
  readonly deferred?: { readonly to: readonly string[]; readonly error: AppError } | undefined;
  /** Some of the recipients were refused for good. */
  readonly refused?: AppError | undefined;
}

export interface OutboxOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  /** Rejects when the message could not be brought. Must end soon after the signal. */
  readonly deliver: (row: OutboxRow, signal: AbortSignal) => Promise<Delivered>;
  /** Whether this way waits until the quiet hours are over. */
  readonly isQuiet: (channel: Channel, at: Date) => boolean;
  /** One message for several that waited for the end of the quiet hours. */
  readonly merge: (alerts: readonly Alert[]) => Alert;
  readonly onChanged: () => void;
}

export interface Outbox {
  readonly start: () => void;
  /** There is something new. */
  readonly wake: () => void;
  /** Tries at once what waits: the settings were changed, or the network is back. */
  readonly hasten: () => void;
  /** Resolves when all that is due has had a try, at the latest after `patienceMs`. */
  readonly settle: (patienceMs: number) => Promise<void>;
  /** Whether something is on its way. */
  readonly isBusy: () => boolean;
  /** Ends what is on its way; it goes again after the next start. */
  readonly stop: () => Promise<void>;
}

const channels: readonly Channel[] = ['desktop', 'mail', 'webhook'];
/** A clock that was set and quiet hours that begin are noticed this soon. */
const lookEveryMs = 60_000;
const dayMs = 86_400_000;
const giveUpAfterMs = 3 * dayMs;
/** A computer that was off for longer than that tries so often first. */
const triesFrom = 6;
const keptMs = 60 * dayMs;
/** Nothing is planned further ahead. */
const aheadMs = 1.5 * dayMs;
/** A desktop notification is of the moment. */
const desktopStaleMs = dayMs;

export function createOutbox(options: OutboxOptions): Outbox {
  const { db, clock, log } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  let waking = new AbortController();
  let started = false;
  let running: Promise<unknown> = Promise.resolve();
  const busy = new Map<Channel, Promise<void>>();

  const iso = (offsetMs = 0): string => new Date(clock.now().getTime() + offsetMs).toISOString();
  const listDue = (channel: Channel): OutboxRow[] => listDueMessages(db, channel, iso(), iso(aheadMs));

  /** Asked again after a wait, during which it may have become true. */
  const isStopped = (): boolean => signal.aborted;

  const bring = async (row: OutboxRow): Promise<'on' | 'closed'> => {
    try {
      const { state, deferred, refused } = await options.deliver(row, signal);
      if (deferred) {
        giveUpOrPostpone({ ...row, to: deferred.to }, deferred.error);
        return 'on';
      }
      settleMessage(db, row.number, { state, at: iso(), error: refused ? toWireError(refused) : null });
      return 'on';
    } catch (thrown) {
      // Its try does not count.
      throwIfAborted(signal);
      const error = toAppError(thrown);
      log.warn(`a message by ${row.channel} could not be brought: ${error.code}: ${error.message}`);
      if (isOfMessage(error.code)) {
        giveUpOrPostpone(row, error);
        return 'on';
      }
      postponeChannel(db, row.channel, {
        ...{ error: toWireError(error), nextTryAt: iso(toDelayMs(row.tries, error)), now: iso() },
        ...{ createdBefore: iso(-giveUpAfterMs), triesFrom },
      });
      return 'closed';
    }
  };

  const giveUpOrPostpone = (row: OutboxRow, error: AppError): void => {
    const wire = toWireError(error);
    postponeMessage(db, row, { error: wire, nextTryAt: iso(toDelayMs(row.tries, error)) });
    const isOld = row.createdAt < iso(-giveUpAfterMs) && row.tries + 1 >= triesFrom;
    if (isOld) settleMessage(db, row.number, { state: 'lost', at: iso(), error: wire });
  };

  const work = async (channel: Channel): Promise<void> => {
    if (options.isQuiet(channel, clock.now())) return;
    mergeHeld(channel);
    // Asked anew each time: what comes meanwhile is brought, too.
    for (let [row] = listDue(channel); row && !isStopped(); [row] = listDue(channel)) {
      if (channel === 'desktop') showOnce(row);
      else if ((await bring(row)) === 'closed') break;
      options.onChanged();
    }
    options.onChanged();
  };

  /** Noted before it is shown: nothing tells a desktop that it knows a notification already. */
  const showOnce = (row: OutboxRow): void => {
    const isStale = row.createdAt < iso(-desktopStaleMs);
    settleMessage(db, row.number, { state: isStale ? 'dropped' : 'sent', at: iso(), error: null });
    if (isStale) return;
    options.deliver(row, signal).catch((error: unknown) => {
      log.warn(`a notification could not be shown: ${toAppError(error).message}`);
    });
  };

  /** What the quiet hours held back comes as one message. */
  const mergeHeld = (channel: Channel): void => {
    const held = listDue(channel).filter(
      ({ tries, createdAt }) => tries === 0 && options.isQuiet(channel, new Date(createdAt)),
    );
    if (held.length < 2) return;
    const merged = options.merge(held.map(({ alert }) => alert));
    db.transaction(() => {
      for (const { number } of held) settleMessage(db, number, { state: 'merged', at: iso(), error: null });
      insertMessage(db, channel, merged);
    })();
  };

  const run = (channel: Channel): Promise<void> => {
    const known = busy.get(channel);
    if (known) return known;
    const turn = work(channel)
      .catch((error: unknown) => {
        if (!signal.aborted) log.error(`the outbox, ${channel}: ${toAppError(error).message}`);
      })
      .finally(() => busy.delete(channel));
    busy.set(channel, turn);
    return turn;
  };

  const tick = async (): Promise<void> => {
    let prunedMs = 0;
    while (!isStopped()) {
      const nowMs = clock.now().getTime();
      if (Math.abs(nowMs - prunedMs) > dayMs) {
        pruneMessages(db, iso(-keptMs));
        prunedMs = nowMs;
      }
      waking = new AbortController();
      const next = findNextTry(db);
      if (next !== null) for (const channel of channels) if (listDue(channel).length > 0) void run(channel);
      const inMs = next === null ? lookEveryMs : Date.parse(next) - clock.now().getTime();
      // What is due is under way, or waits for the end of the quiet hours.
      const waitMs = inMs <= 0 ? lookEveryMs : Math.min(lookEveryMs, inMs);
      await clock.wait(waitMs, AbortSignal.any([signal, waking.signal])).catch(() => undefined);
    }
  };

  return {
    start: () => {
      if (started) return;
      started = true;
      running = tick().catch((error: unknown) => {
        log.error(`the outbox has stopped: ${toAppError(error).message}`);
      });
    },
    wake: () => {
      if (!started || signal.aborted) return;
      // The desktop is told before anything else happens.
      void run('desktop');
      waking.abort();
    },
    hasten: () => {
      if (signal.aborted) return;
      hastenMessages(db, iso());
      waking.abort();
    },
    settle: async (patienceMs) => {
      const patience = new AbortController();
      await Promise.race([
        Promise.all(channels.filter((channel) => listDue(channel).length > 0 || busy.has(channel)).map(run)),
        clock.wait(patienceMs, AbortSignal.any([signal, patience.signal])).catch(() => undefined),
      ]);
      patience.abort();
    },
    isBusy: () => busy.size > 0,
    stop: async () => {
      stopping.abort();
      await Promise.all([running, ...busy.values()]);
    },
  };
}
