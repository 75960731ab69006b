// The one error type of the program and the closed list of its codes. Words for people live in describe-error.ts.
import { z } from 'zod';

/** Every code is `area/what`; `describeError` has words for each and a test walks the list. */
export const errorCodes = [
  'pg/host-not-found',
  'pg/connection-refused',
  'pg/auth-failed',
  'pg/database-missing',
  'pg/no-databases',
  'pg/lock-timeout',
  'pg/statement-timeout',
  'pg/recovery-conflict',
  'pg/choice-unmatched',
  'pg/choice-too-long',
  'pg/permission-denied',
  'pg/ssl-failed',
  'pg/too-many-connections',
  'pg/server-starting',
  'pg/server-gone',
  'pg/timeout',
  'pg/tool-missing',
  'pg/tool-too-old',
  'pg/tool-killed',
  'pg/dump-failed',
  'pg/structure-changed',
  'pg/cancelled-at-server',
  'pg/too-many-locks',
  'pg/data-damaged',
  'pg/restore-failed',
  'pg/role-missing',
  'pg/extension-missing',
  'pg/create-database-denied',
  'pg/database-exists',
  'pg/database-in-use',
  'pg/target-not-empty',
  'pg/disk-full',
  'pg/query-failed',
  'pg/certificate-file',
  'pg/service-missing',
  'ssh/unreachable',
  'ssh/auth-failed',
  'ssh/host-key-unknown',
  'ssh/host-key-changed',
  'ssh/key-unusable',
  'ssh/forward-refused',
  'ssh/tunnel-lost',
  'drive/no-account',
  'drive/signed-out',
  'drive/sign-in-denied',
  'drive/sign-in-timeout',
  'drive/sign-in-failed',
  'drive/scope-missing',
  'drive/client-missing',
  'drive/client-refused',
  'drive/key-refused',
  'drive/credentials-unusable',
  'drive/folder-unusable',
  'drive/no-storage',
  'drive/other-account',
  'drive/offline',
  'drive/busy',
  'drive/quota-full',
  'drive/upload-limit',
  'drive/forbidden',
  'drive/not-found',
  'drive/rejected',
  'drive/session-lost',
  'drive/verify-mismatch',
  'drive/download-damaged',
  'crypto/key-missing',
  'crypto/wrong-key',
  'crypto/damaged-file',
  'crypto/kit-unreadable',
  'crypto/compression-unsupported',
  'vault/unavailable',
  'vault/locked-elsewhere',
  'store/damaged',
  'store/newer-version',
  'store/in-use',
  'spool/disk-full',
  'spool/failed',
  'spool/window-lost',
  'spool/window-stalled',
  'hook/before-failed',
  'archive/damaged',
  'restore/not-equal',
  'restore/no-manifest',
  'restore/not-a-backup',
  'restore/plain-archive',
  'restore/plain-whole',
  'retention/pinned',
  'retention/in-use',
  'retention/last-good',
  'retention/no-right',
  'retention/not-ours',
  'retention/gone',
  'run/interrupted',
  'run/cancelled',
  'run/already-active',
  'run/needs-connection',
  'run/superseded',
  'run/plain-keys',
  'mail/not-set-up',
  'mail/auth-failed',
  'mail/token-refused',
  'mail/unreachable',
  'mail/tls-failed',
  'mail/busy',
  'mail/rejected-sender',
  'mail/rejected-recipient',
  'mail/rejected',
  'webhook/unreachable',
  'webhook/refused',
  'audit/broken',
  'input/invalid',
  'input/not-found',
  'input/in-use',
  'engine/stopped',
  'app/start-at-login',
  'internal/unexpected',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** When a retry can help: at once, after a while (network, server), or only after a person acted. */
export const retryKinds = ['now', 'later', 'never'] as const;
export type RetryKind = (typeof retryKinds)[number];

/** Facts for the words: names, hosts, versions, sizes. Never a password, token, key or URL with one. */
export type ErrorContext = Readonly<Record<string, string | number | boolean>>;

export interface AppErrorOptions {
  readonly retry?: RetryKind;
  readonly context?: ErrorContext;
  readonly cause?: unknown;
}

/**
 * A failure the program knows. `message` is for logs and says what happened in one line; people read
 * `describeError`. Made at the edges only, from values that hold no secret.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly retry: RetryKind;
  readonly context: ErrorContext;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.retry = options.retry ?? 'never';
    this.context = options.context ?? {};
  }
}

/** An error as it crosses a process border or rests in the store. */
export const wireErrorSchema = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  retry: z.enum(retryKinds),
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type WireError = z.infer<typeof wireErrorSchema>;

/** How the system and SQLite call a disk without room. It can meet any write, so it is told apart here once. */
const diskFullCodes: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'SQLITE_FULL'];

/** Anything thrown -> an AppError. An unknown error keeps only its name and message. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof Error) {
    if ('code' in error && diskFullCodes.includes(error.code)) {
      return new AppError('spool/disk-full', `the disk is full: ${error.message}`, { cause: error });
    }
    return new AppError('internal/unexpected', `${error.name}: ${error.message}`, { cause: error });
  }
  return new AppError('internal/unexpected', String(error));
}

export function toWireError(error: unknown): WireError {
  const { code, message, retry, context } = toAppError(error);
  return { code, message, retry, context: { ...context } };
}

export function fromWireError(wire: WireError): AppError {
  return new AppError(wire.code, wire.message, { retry: wire.retry, context: wire.context });
}

/** A value that somebody gave and that cannot be used. `problem` is the second half of a sentence and holds no secret. */
export function invalidInput(field: string, problem: string): AppError {
  return new AppError('input/invalid', `${field}: ${problem}`, { context: { field, problem } });
}

/** Closes a switch over a union: a new member is a type error here. */
export function assertNever(value: never): never {
  throw new AppError('internal/unexpected', `unexpected value ${JSON.stringify(value)}`);
}
