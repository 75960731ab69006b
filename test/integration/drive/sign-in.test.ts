// Signing in through the local Google's own page, as a browser does it, and keeping the tokens fresh.
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BrowserOpener } from '../../../electron/engine/base/ports.ts';
import { systemClock } from '../../../electron/engine/base/clock.ts';
import { signIn, type SignInOptions } from '../../../electron/engine/drive/sign-in.ts';
import { createTokens, refreshTokenName, type Tokens } from '../../../electron/engine/drive/token.ts';
import { createMemoryVault } from '../../support/memory-vault.ts';
import { findLeaks, openDriveWorld, testClient, type DriveWorld } from './drive-world.ts';

let world: DriveWorld;

beforeEach(async () => {
  world = await openDriveWorld();
});

afterEach(async () => {
  const leaks = findLeaks(world);
  await world.stop();
  expect(leaks).toEqual([]);
});

/** What the last page of a browser was. */
interface Visit {
  readonly status: number;
  readonly text: string;
}

/** Follows Google's redirect like a browser. `opened` has the address, `page` what came at the end. */
function createBrowser(): BrowserOpener & { readonly opened: Promise<URL>; readonly page: Promise<Visit> } {
  let open: BrowserOpener['open'] = () => Promise.resolve();
  let page: Promise<Visit> | null = null;
  const opened = new Promise<URL>((resolve) => {
    open = (url) => {
      page = fetch(url).then(async (response) => ({ status: response.status, text: await response.text() }));
      page.catch(() => undefined);
      resolve(new URL(url));
      return Promise.resolve();
    };
  });
  return {
    opened,
    open,
    get page() {
      return page ?? Promise.reject(new Error('no page was opened'));
    },
  };
}

function start(browser: BrowserOpener, change: Partial<SignInOptions> = {}) {
  const options = { endpoints: world.google.endpoints, client: testClient, browser, clock: systemClock, ...change };
  return signIn(options).catch((error: unknown) => {
    world.note(error);
    throw error;
  });
}

describe('signing in', () => {
  it('asks for one right, with PKCE and a state, and brings tokens and the account', async () => {
    world.google.set({ consent: 'allow' });
    const browser = createBrowser();
    const grant = await start(browser);
    const query = (await browser.opened).searchParams;
    expect(query.get('scope')).toBe('https://www.googleapis.com/auth/drive.file');
    expect(query.get('code_challenge_method')).toBe('S256');
    expect(query.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(Buffer.from(query.get('state') ?? '', 'base64url').length).toBeGreaterThanOrEqual(16);
    expect(grant.email).toBe('owner@example.com');
    expect(grant.accessTokenExpiresAt.getTime()).toBeGreaterThan(Date.now() + 3_500_000);
    const page = await browser.page;
    expect(page.status).toBe(200);
    expect(page.text).toContain('You can close this window');
    for (const secret of [grant.refreshToken, grant.accessToken, query.get('state') ?? '?']) {
      expect(page.text).not.toContain(secret);
    }
    const tokens = openTokens(createMemoryVault());
    await tokens.keep(grant);
    expect(await tokens.getAccessToken()).toBe(grant.accessToken);
  });

  it('says so when the person refuses', async () => {
    world.google.set({ consent: 'deny' });
    const browser = createBrowser();
    await expect(start(browser)).rejects.toMatchObject({ code: 'drive/sign-in-denied' });
    expect((await browser.page).text).toContain('Access was not given');
  });

  it('says so when the right was unticked', async () => {
    world.google.set({ consent: 'allow', grantedScopes: [] });
    const browser = createBrowser();
    await expect(start(browser)).rejects.toMatchObject({ code: 'drive/scope-missing' });
    expect((await browser.page).status).toBe(400);
  });

  it('ends when nobody answers in time', async () => {
    const silent = { open: () => Promise.resolve() };
    await expect(start(silent, { clock: world.clock })).rejects.toMatchObject({ code: 'drive/sign-in-timeout' });
    expect(world.clock.waits).toEqual([300_000]);
  });

  it('ends when the person cancels, and listens no more', async () => {
    const abort = new AbortController();
    const browser = createBrowser();
    const done = expect(start(browser, { signal: abort.signal })).rejects.toMatchObject({ code: 'run/cancelled' });
    const redirect = (await browser.opened).searchParams.get('redirect_uri') ?? '';
    abort.abort();
    await done;
    await expect(fetch(redirect)).rejects.toThrow();
  });

  it('is good when the person cancels, or the time is up, while it is being stored', async () => {
    world.google.set({ consent: 'allow' });
    const abort = new AbortController();
    let stored = '';
    const grant = await start(createBrowser(), {
      signal: abort.signal,
      accept: async ({ refreshToken }) => {
        abort.abort();
        await setImmediate();
        stored = refreshToken;
      },
    });
    expect(grant.refreshToken).toBe(stored);
  });

  it('fails when Google does not take the code', async () => {
    world.google.set({ consent: 'allow' });
    world.google.failNext({ kind: 'token' }, { do: 'respond', status: 400, reason: 'invalid_grant' });
    const browser = createBrowser();
    await expect(start(browser)).rejects.toMatchObject({ code: 'drive/sign-in-failed' });
    expect((await browser.page).text).toContain('did not work');
  });

  it('names a client that Google does not know, or that is not set', async () => {
    world.google.set({ consent: 'allow' });
    world.google.failNext({ kind: 'token' }, { do: 'respond', status: 401, reason: 'invalid_client' });
    await expect(start(createBrowser())).rejects.toMatchObject({ code: 'drive/client-refused' });
    const empty = start(createBrowser(), { client: { clientId: '', clientSecret: '' } });
    await expect(empty).rejects.toMatchObject({ code: 'drive/client-missing' });
  });

  it('turns away what is not the answer, and still takes the answer', async () => {
    const browser = createBrowser();
    const denied = expect(start(browser)).rejects.toMatchObject({ code: 'drive/sign-in-denied' });
    const query = (await browser.opened).searchParams;
    const redirect = query.get('redirect_uri') ?? '';
    const state = query.get('state') ?? '';
    const statuses = await Promise.all([
      fetch(`${redirect}/?code=forged&state=wrong`),
      fetch(`${redirect}/?code=forged`),
      fetch(`${redirect}/favicon.ico`),
      fetch(`${redirect}/?code=forged&state=${state}`, { method: 'POST' }),
      fetch(`${redirect.replace('127.0.0.1', 'localhost')}/?code=forged&state=${state}`).catch(() => ({ status: 421 })),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([400, 400, 404, 405, 421]);
    expect((await fetch(`${redirect}/?error=access_denied&state=${state}`)).status).toBe(400);
    await denied;
  });
});

function openTokens(vault = world.vault, onSignedOut: () => void = () => undefined): Tokens {
  const { clock, log, google } = world;
  const client = () => Promise.resolve(testClient);
  return createTokens({ endpoints: google.endpoints, client, vault, clock, log, onSignedOut, random: () => 0 });
}

const tokenRequests = (): number => world.kinds().filter((kind) => kind === 'token').length;

describe('access tokens', () => {
  it('are asked for once, whoever wants one', async () => {
    const tokens = openTokens();
    const answers = await Promise.all([1, 2, 3].map(() => tokens.getAccessToken()));
    answers.push(await tokens.getAccessToken());
    expect(new Set(answers).size).toBe(1);
    expect(tokenRequests()).toBe(1);
  });

  it('are renewed five minutes before their end, and when forced', async () => {
    const tokens = openTokens();
    const first = await tokens.getAccessToken();
    world.clock.advance((3599 - 310) * 1000);
    expect(await tokens.getAccessToken()).toBe(first);
    world.clock.advance(20_000);
    const second = await tokens.getAccessToken();
    expect(second).not.toBe(first);
    expect(await tokens.getAccessToken({ forceRefresh: true })).not.toBe(second);
    expect(tokenRequests()).toBe(3);
  });

  it('rest in memory only, a new lasting token in the vault', async () => {
    const before = world.vault.secrets.get(refreshTokenName);
    world.google.set({ rotateRefreshTokens: true });
    const tokens = openTokens();
    const token = await tokens.getAccessToken();
    const after = world.vault.secrets.get(refreshTokenName);
    expect(after).not.toBe(before);
    expect([...world.vault.secrets.values()]).not.toContain(token);
    await tokens.getAccessToken({ forceRefresh: true });
    expect(world.signedOuts()).toBe(0);
  });

  it('that come while the key store writes are not kept when the sign-in ends meanwhile', async () => {
    world.google.set({ rotateRefreshTokens: true });
    let end: () => Promise<void> = () => Promise.resolve();
    const refreshed: unknown[] = [];
    const { clock, log, google, vault } = world;
    const tokens = createTokens({
      ...{ endpoints: google.endpoints, client: () => Promise.resolve(testClient), clock, log, random: () => 0 },
      vault: {
        ...vault,
        write: async (name, value) => {
          await vault.write(name, value);
          await end();
        },
      },
      onSignedOut: () => undefined,
      onRefreshed: (facts) => refreshed.push(facts),
    });
    end = tokens.forget;
    await tokens.getAccessToken();
    await expect(tokens.getAccessToken()).rejects.toMatchObject({ code: 'drive/no-account' });
    expect(refreshed).toEqual([]);
  });

  it('tell once that Google ended the sign-in, and work again after a new one', async () => {
    let told = 0;
    const tokens = openTokens(world.vault, () => (told += 1));
    world.google.revokeAll();
    for (let round = 0; round < 3; round += 1) {
      await expect(tokens.getAccessToken()).rejects.toMatchObject({ code: 'drive/signed-out', retry: 'never' });
    }
    expect([told, tokenRequests()]).toEqual([1, 1]);
    const { accessToken, refreshToken } = world.google.issueTokens();
    await tokens.keep({ accessToken, refreshToken, accessTokenExpiresAt: world.clock.now() });
    expect(await tokens.getAccessToken()).not.toBe('');
    expect(told).toBe(1);
  });

  it('do not mistake trouble at Google for an ended sign-in', async () => {
    let told = 0;
    const tokens = openTokens(world.vault, () => (told += 1));
    world.google.failNext({ kind: 'token', times: 2 }, { do: 'respond', status: 503 });
    world.google.failNext({ kind: 'token', nth: 3 }, { do: 'reset', at: 'arrived' });
    expect(await tokens.getAccessToken()).not.toBe('');
    world.google.failNext({ kind: 'token', times: null }, { do: 'respond', status: 500 });
    const busy = tokens.getAccessToken({ forceRefresh: true });
    await expect(busy).rejects.toMatchObject({ code: 'drive/busy', retry: 'later' });
    await world.google.goOffline();
    const offline = tokens.getAccessToken({ forceRefresh: true });
    await expect(offline).rejects.toMatchObject({ code: 'drive/offline', retry: 'later' });
    expect(told).toBe(0);
  });

  it('are not there for nobody, and one who leaves does not take them from the others', async () => {
    await expect(openTokens(createMemoryVault()).getAccessToken()).rejects.toMatchObject({ code: 'drive/no-account' });
    const tokens = openTokens();
    const hold = world.google.holdNext({ kind: 'token' }, { at: 'arrived' });
    const abort = new AbortController();
    const leaving = expect(tokens.getAccessToken({ signal: abort.signal })).rejects.toMatchObject({
      code: 'run/cancelled',
    });
    const staying = tokens.getAccessToken();
    await hold.reached;
    abort.abort();
    await leaving;
    hold.release();
    expect(await staying).not.toBe('');
    await tokens.forget();
    await expect(tokens.getAccessToken()).rejects.toMatchObject({ code: 'drive/no-account' });
  });
});
