// Access tokens for mail, from a real token server: what it is asked, how long an answer is used, and the words for each refusal.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cancelledError } from '../../../electron/engine/base/abort.ts';
import { createMailTokens, type MailTokens } from '../../../electron/engine/notify/oauth-token.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';
import { startUrlReceiver, type Answer, type UrlReceiver } from '../../support/url-receiver.ts';

const hourMs = 3_600_000;

let server: UrlReceiver;
let clock: ManualClock;
let rotated: string[];
let tokens: MailTokens;

beforeAll(async () => {
  server = await startUrlReceiver();
});
beforeEach(() => {
  clock = createManualClock(new Date('2026-11-27T08:00:00Z'), 'UTC');
  rotated = [];
  tokens = createMailTokens(clock, (token) => {
    rotated.push(token);
    return Promise.resolve();
  });
});
afterEach(() => {
  server.clear();
});
afterAll(async () => {
  await server.stop();
});

const token = (value: string, more: object = {}): Answer => ({
  status: 200,
  body: JSON.stringify({ access_token: value, expires_in: 3600, token_type: 'Bearer', ...more }),
});

function get(refreshToken = 'refresh-1', url = `${server.url}/token`, signal = new AbortController().signal) {
  const settings = { oauthTokenUrl: url, oauthClientId: 'client-1', host: 'smtp.example.org' };
  return tokens.get({ settings, refreshToken, clientSecret: 'client-secret' }, signal);
}

describe('an access token', () => {
  it('is asked for as RFC 6749 says, and used until a minute before its end', async () => {
    server.answerNext(token('access-1'), token('access-2'));
    expect(await get()).toBe('access-1');
    expect(server.requests).toMatchObject([{ method: 'POST', path: '/token' }]);
    expect(Object.fromEntries(new URLSearchParams(server.requests[0]?.body))).toEqual({
      ...{ grant_type: 'refresh_token', refresh_token: 'refresh-1' },
      ...{ client_id: 'client-1', client_secret: 'client-secret' },
    });
    clock.set(hourMs - 61_000);
    expect(await get()).toBe('access-1');
    clock.set(1000);
    expect(await get()).toBe('access-2');
    expect(server.requests).toHaveLength(2);
  });

  it('is asked for anew when the mail server did not take it, or for another account', async () => {
    server.answerNext(token('access-1'), token('access-2'), token('access-3'));
    await get();
    tokens.forget();
    expect(await get()).toBe('access-2');
    expect(await get('refresh-of-another')).toBe('access-3');
  });

  it('may come with a new refresh token, which is kept and used from then on', async () => {
    server.answerNext(
      token('access-1', { refresh_token: 'refresh-2' }),
      token('access-2', { refresh_token: 'refresh-2' }),
    );
    await get();
    expect(rotated).toEqual(['refresh-2']);
    expect(await get('refresh-2')).toBe('access-1');
    tokens.forget();
    expect(await get('refresh-2')).toBe('access-2');
    expect(rotated).toEqual(['refresh-2']);
  });
});

describe('a token server that gives none', () => {
  const refused = (error: string): Answer => ({ status: 400, body: JSON.stringify({ error }) });

  it.each<[string, Answer | number, object]>([
    [
      'ended the sign-in',
      refused('invalid_grant'),
      { code: 'mail/token-refused', retry: 'never', detail: 'invalid_grant' },
    ],
    ['does not know the client', refused('invalid_client'), { code: 'mail/token-refused', detail: 'invalid_client' }],
    ['answers with a page', { status: 200, body: '<html>' }, { code: 'mail/token-refused', detail: 'HTTP 200' }],
    ['is out of order', 503, { code: 'mail/busy', retry: 'later' }],
    ['has too many requests', 429, { code: 'mail/busy', retry: 'later' }],
    ['leads elsewhere', 302, { code: 'mail/unreachable', retry: 'later' }],
  ])('because it %s', async (_, answer, expected) => {
    server.answerNext(answer);
    const thrown: unknown = await get().catch((error: unknown) => error);
    const { code, retry, context } = thrown as { code: string; retry: string; context: object };
    expect({ code, retry, ...context }).toMatchObject(expected);
    expect(JSON.stringify([String(thrown), context])).not.toMatch(/refresh-1|client-secret/);
    // What was refused is not remembered.
    server.answerNext(token('access-1'));
    expect(await get()).toBe('access-1');
  });

  it('because nobody listens there', async () => {
    const gone = await startUrlReceiver();
    await gone.stop();
    await expect(get('refresh-1', `${gone.url}/token`)).rejects.toMatchObject({
      ...{ code: 'mail/unreachable', retry: 'later' },
    });
  });

  it('until the program ends: that is no failure of the mail', async () => {
    const ending = new AbortController();
    server.answerNext('hang');
    const asked = get('refresh-1', `${server.url}/token`, ending.signal);
    ending.abort(cancelledError());
    await expect(asked).rejects.toMatchObject({ code: 'run/cancelled' });
  });
});
