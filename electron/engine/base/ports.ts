// What the engine needs from the world around it. The shell, the command line and the tests each bring their own.
import type { Notice } from '../../../shared/settings.ts';

export interface Clock {
  readonly now: () => Date;
  /** Resolves after `ms` milliseconds; rejects with `run/cancelled` when the signal aborts first. */
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** Dates by the clock on the wall. A date is a hint: whoever set it looks at the clock when it comes. */
export interface Calendar {
  /** IANA name of the system's time zone as it is now; it changes when the computer travels. */
  readonly readTimeZone: () => string;
  /** Calls `act` once at `when` by the clock, at once if that has passed. Answers the undo. */
  readonly at: (when: Date, act: () => void) => () => void;
}

/**
 * Named secrets at rest: passwords, tokens, the age identity. Names are paths such as `connection/<id>/password`.
 * Fails with `vault/unavailable` when the key store cannot be reached; never falls back to plain text by itself.
 */
export interface SecretVault {
  readonly read: (name: string) => Promise<string | null>;
  readonly write: (name: string, value: string) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
}

export interface NoticeSink {
  readonly send: (notice: Notice) => void;
}

/** Lines for a person who looks for a cause. Callers never pass a secret; `redact` in log.ts is the second net. */
export interface Log {
  readonly debug: (message: string) => void;
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
  readonly error: (message: string) => void;
}

/** Opens an address in the system's own browser, or shows it to the person. */
export interface BrowserOpener {
  readonly open: (url: string) => Promise<void>;
}

/** Where everything of one installation lies. */
export interface Paths {
  readonly dataDir: string;
  /** SQLite file. */
  readonly databasePath: string;
  /** Encrypted files on their way to Drive. */
  readonly spoolDir: string;
  /** Short-lived passfiles, mode 700. */
  readonly tempDir: string;
}

/** Google's addresses. Production values are in config.ts; the local Google of the tests is other values here. */
export interface GoogleEndpoints {
  /** Authorisation page, e.g. `https://accounts.google.com/o/oauth2/v2/auth`. */
  readonly authUrl: string;
  readonly tokenUrl: string;
  readonly revokeUrl: string;
  /** `https://www.googleapis.com`: metadata below `/drive/v3`. */
  readonly apiRoot: string;
  /** `https://www.googleapis.com`: media below `/upload/drive/v3`. */
  readonly uploadRoot: string;
}

/** An OAuth client of the type "Desktop app". */
export interface OAuthClientSettings {
  readonly clientId: string;
  /** Empty where the client has none. Not confidential for a desktop client. */
  readonly clientSecret: string;
}

/** Every outside address and place; read once at start. */
export interface EngineConfig {
  readonly google: GoogleEndpoints;
  /** The client for everybody who has none of their own; null: there is none. */
  readonly builtInClient: OAuthClientSettings | null;
  /** Folders with PostgreSQL's programs that are looked into before the usual ones. */
  readonly toolDirs: readonly string[];
}
