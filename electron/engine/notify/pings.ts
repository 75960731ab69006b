// Pings in the manner of Healthchecks: start, success and failure of a job, to an address of its own. Best effort with a few
// tries in the background; a run never waits for them and never fails by them.
import type { JobAlerts } from '../../../shared/job-alerts.ts';
import { toAppError } from '../../../shared/errors.ts';
import type { Clock, Log } from '../base/ports.ts';
import { postUrl } from './post-url.ts';

export type PingKind = 'start' | 'success' | 'fail';

export interface Pings {
  /** `text`: a few words for the receiver's log. */
  readonly send: (jobId: string, alerts: JobAlerts, kind: PingKind, text: string) => void;
  /** Whether one is on its way; not while it waits for another try. */
  readonly isBusy: () => boolean;
  /** Resolves when none is on its way or waits. */
  readonly settled: () => Promise<unknown>;
}

const pausesMs = [5000, 30_000];
const textLength = 1000;

export function createPings(parts: {
  readonly clock: Clock;
  readonly log: Log;
  readonly version: string;
  readonly signal: AbortSignal;
}): Pings {
  const { clock, log, signal } = parts;
  /** One after the other for each job: an end must not arrive before its start. */
  const chains = new Map<string, Promise<void>>();
  let sending = 0;
  /** Asked again after a wait, during which it may have become true. */
  const isOver = (): boolean => signal.aborted;

  const ping = async ({ pingUrl, allowHttp }: JobAlerts, kind: PingKind, text: string): Promise<void> => {
    if (pingUrl === null) return;
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'user-agent': `PgKeep/${parts.version}` };
    const request = { url: toPingUrl(pingUrl, kind), allowHttp, headers, body: text.slice(0, textLength) };
    for (const pauseMs of [...pausesMs, null]) {
      if (isOver()) return;
      sending += 1;
      try {
        await postUrl(request, signal);
        return;
      } catch (error) {
        if (isOver()) return;
        const { message, retry } = toAppError(error);
        log.warn(`a ping (${kind}) did not arrive: ${message}`);
        if (pauseMs === null || retry === 'never') return;
      } finally {
        sending -= 1;
      }
      await clock.wait(pauseMs, signal).catch(() => undefined);
    }
  };

  return {
    send: (jobId, alerts, kind, text) => {
      if (alerts.pingUrl === null) return;
      const chain = (chains.get(jobId) ?? Promise.resolve())
        .then(() => ping(alerts, kind, text))
        .catch((error: unknown) => {
          log.warn(`a ping (${kind}): ${toAppError(error).message}`);
        })
        .finally(() => {
          if (chains.get(jobId) === chain) chains.delete(jobId);
        });
      chains.set(jobId, chain);
    },
    isBusy: () => sending > 0,
    settled: () => Promise.all(chains.values()),
  };
}

/** `https://hc-ping.com/<uuid>` -> `…/start` and `…/fail`; what follows a `?` stays behind. */
export function toPingUrl(url: string, kind: PingKind): string {
  if (kind === 'success') return url;
  const target = new URL(url);
  target.pathname = `${target.pathname.replace(/\/$/, '')}/${kind}`;
  return target.href;
}
