// One request to an address that a person entered: encrypted unless it is this computer or was allowed, redirects refused,
// bounded in time, nothing read of the answer but its status.
import { AppError } from '../../../shared/errors.ts';
import { findUrlProblem } from '../../../shared/notification-settings.ts';
import { throwIfAborted } from '../base/abort.ts';

export interface UrlPost {
  readonly url: string;
  readonly allowHttp: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const patienceMs = 15_000;
/** Come back later: RFC 9110, RFC 6585. */
const later: readonly number[] = [408, 425, 429];

/** Rejects with `webhook/unreachable` or `webhook/refused`; the address itself is in neither, since it may be a secret. */
export async function postUrl({ url, allowHttp, headers, body }: UrlPost, signal: AbortSignal): Promise<void> {
  const problem = findUrlProblem(url, allowHttp);
  const host = URL.canParse(url) ? new URL(url).host : 'the address';
  if (problem !== null) {
    throw new AppError('webhook/refused', `${host}: ${problem}`, { context: { host, detail: problem } });
  }
  let status: number;
  try {
    const answer = await fetch(url, {
      ...{ method: 'POST', redirect: 'manual', headers, body },
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    });
    status = answer.status;
    await answer.body?.cancel();
  } catch (thrown) {
    throwIfAborted(signal);
    const detail = describeCause(thrown);
    throw new AppError('webhook/unreachable', `${host}: ${detail}`, { retry: 'later', context: { host, detail } });
  }
  if (status >= 200 && status < 300) return;
  const retry = status >= 500 || later.includes(status) ? 'later' : 'never';
  const detail = status >= 300 && status < 400 ? 'a redirect' : '';
  throw new AppError('webhook/refused', `${host}: HTTP ${String(status)}`, {
    retry,
    context: { host, status, detail },
  });
}

/** fetch hides why it failed one level deeper; codes and certificate words only, never the address. */
function describeCause(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'no answer';
  if (thrown.name === 'TimeoutError') return `no answer within ${String(patienceMs / 1000)} seconds`;
  const { cause } = thrown;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer';
}
