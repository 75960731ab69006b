// Access tokens for mail by OAuth2: asked for with the refresh token in the vault, kept in memory until shortly before they end.
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import type { MailSettings } from '../../../shared/mail.ts';
import { throwIfAborted } from '../base/abort.ts';
import type { Clock } from '../base/ports.ts';

export interface TokenRequest {
  readonly settings: Pick<MailSettings, 'oauthTokenUrl' | 'oauthClientId' | 'host'>;
  readonly refreshToken: string;
  /** Empty where the client has none. */
  readonly clientSecret: string;
}

export interface MailTokens {
  readonly get: (request: TokenRequest, signal: AbortSignal) => Promise<string>;
  /** The mail server did not take it. */
  readonly forget: () => void;
}

/** RFC 6749, 5.1 and 5.2. */
const answerSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().optional(),
  refresh_token: z.string().optional(),
});
const refusalSchema = z.object({ error: z.string() });

const patienceMs = 20_000;
/** Not used in the last minute of its life. */
const marginMs = 60_000;
const usualLifeMs = 3_600_000;

/** `onRotated`: the provider gave a new refresh token, which takes the place of the old one. */
export function createMailTokens(clock: Clock, onRotated: (refreshToken: string) => Promise<void>): MailTokens {
  let known: { readonly key: string; readonly token: string; readonly untilMs: number } | null = null;
  return {
    forget: () => {
      known = null;
    },
    get: async (request, signal) => {
      const { oauthTokenUrl, oauthClientId } = request.settings;
      const key = [oauthTokenUrl, oauthClientId, request.refreshToken].join('\n');
      const nowMs = clock.now().getTime();
      if (known?.key === key && nowMs < known.untilMs) return known.token;
      const answer = await ask(request, signal);
      const untilMs = nowMs + (answer.expires_in === undefined ? usualLifeMs : answer.expires_in * 1000) - marginMs;
      known = { key, token: answer.access_token, untilMs };
      if (answer.refresh_token !== undefined && answer.refresh_token !== request.refreshToken) {
        known = { ...known, key: [oauthTokenUrl, oauthClientId, answer.refresh_token].join('\n') };
        await onRotated(answer.refresh_token);
      }
      return answer.access_token;
    },
  };
}

async function ask(
  { settings, refreshToken, clientSecret }: TokenRequest,
  signal: AbortSignal,
): Promise<z.infer<typeof answerSchema>> {
  const host = URL.canParse(settings.oauthTokenUrl) ? new URL(settings.oauthTokenUrl).host : settings.host;
  let status: number;
  let body: unknown;
  try {
    const answer = await fetch(settings.oauthTokenUrl, {
      method: 'POST',
      redirect: 'error',
      headers: { accept: 'application/json' },
      body: new URLSearchParams({
        ...{ grant_type: 'refresh_token', refresh_token: refreshToken, client_id: settings.oauthClientId },
        ...(clientSecret === '' ? {} : { client_secret: clientSecret }),
      }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    });
    status = answer.status;
    body = await answer.json().catch(() => null);
  } catch (thrown) {
    throwIfAborted(signal);
    const detail = 'no access token came from there';
    throw new AppError('mail/unreachable', `${host}: ${String(thrown)}`, { retry: 'later', context: { host, detail } });
  }
  const known = answerSchema.safeParse(body);
  if (status === 200 && known.success) return known.data;
  if (status >= 500 || status === 429) {
    throw new AppError('mail/busy', `${host}: HTTP ${String(status)}`, { retry: 'later', context: { host } });
  }
  const refusal = refusalSchema.safeParse(body);
  const detail = refusal.success ? refusal.data.error.slice(0, 100) : `HTTP ${String(status)}`;
  throw new AppError('mail/token-refused', `${host}: ${detail}`, { context: { host, detail } });
}
