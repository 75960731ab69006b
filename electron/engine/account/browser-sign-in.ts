// The one sign-in that can be under way: begun, shown again, cancelled. What a good one is kept as is the caller's part.
import { AppError } from '../../../shared/errors.ts';
import type { BrowserOpener, Clock, GoogleEndpoints, OAuthClientSettings } from '../base/ports.ts';
import { signIn, type Grant } from '../drive/sign-in.ts';

export interface BrowserSignInOptions {
  readonly endpoints: GoogleEndpoints;
  readonly client: () => Promise<OAuthClientSettings>;
  readonly browser: BrowserOpener;
  readonly clock: Clock;
  /** The account that Google's page suggests; empty: none. */
  readonly loginHint: () => string;
  /** Takes a good sign-in in; what it throws is what the sign-in fails with. */
  readonly accept: (grant: Grant) => Promise<void>;
  /** One has begun or ended. */
  readonly onChanged: () => void;
}

export interface BrowserSignIn {
  readonly isActive: () => boolean;
  /** Throws what `signIn` throws, and `drive/sign-in-failed` while another one is under way. */
  readonly go: (options: { readonly pickFolder: boolean }) => Promise<Grant>;
  readonly cancel: () => void;
  /** Resolves when none is under way: one that is being stored is not cancelled any more. */
  readonly ended: () => Promise<void>;
  readonly openAgain: () => Promise<void>;
  /** Null when none is under way. */
  readonly getLink: () => string | null;
}

export function createBrowserSignIn(options: BrowserSignInOptions): BrowserSignIn {
  const { endpoints, browser, clock, accept } = options;
  let active: { readonly abort: AbortController; url: string | null } | null = null;
  let last: Promise<void> = Promise.resolve();
  return {
    isActive: () => active !== null,
    go: async ({ pickFolder }) => {
      if (active) throw new AppError('drive/sign-in-failed', 'a sign-in is under way', { retry: 'later' });
      const current = { abort: new AbortController(), url: null as string | null };
      active = current;
      let end = (): void => undefined;
      last = new Promise((resolve) => {
        end = resolve;
      });
      options.onChanged();
      const hint = options.loginHint();
      try {
        return await signIn({
          ...{ endpoints, browser, clock, pickFolder, accept, signal: current.abort.signal },
          client: await options.client(),
          loginHint: hint === '' ? undefined : hint,
          onPage: (url) => {
            current.url = url;
          },
        });
      } finally {
        active = null;
        end();
        options.onChanged();
      }
    },
    cancel: () => {
      active?.abort.abort(new AppError('run/cancelled', 'the sign-in was cancelled'));
    },
    ended: () => last,
    openAgain: async () => {
      if (active?.url != null) await browser.open(active.url);
    },
    getLink: () => active?.url ?? null,
  };
}
