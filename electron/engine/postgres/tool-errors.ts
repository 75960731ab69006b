// Reads why pg_dump, pg_restore or pg_dumpall failed out of what they print. They run with English messages
// (run-tool.ts), which have been stable for many versions; what no pattern knows keeps its first error line.
import { AppError, type ErrorCode, type ErrorContext, type RetryKind } from '../../../shared/errors.ts';
import type { ToolResult } from '../base/run-tool.ts';
import { redactSecrets, toContext, type PgPlace } from './pg-errors.ts';

export type PgProgram = 'pg_dump' | 'pg_restore' | 'pg_dumpall' | 'psql';

interface Pattern {
  readonly text: RegExp;
  readonly code: ErrorCode;
  readonly retry: RetryKind;
  /** Names of the pattern's groups in the error's context, in order. */
  readonly groups?: readonly string[];
  /** Means this only where a database is read. */
  readonly reading?: true;
}

/** The first that matches wins: a lost connection often follows from something more telling. */
const patterns: readonly Pattern[] = [
  // Also said of a connection that is terminated.
  { text: /due to conflict with recovery/, code: 'pg/recovery-conflict', retry: 'later' },
  // pg_dump's own limit for a lock is a limit for the statement.
  {
    text: /canceling statement due to (?:lock|statement) timeout[^]*LOCK TABLE/,
    code: 'pg/lock-timeout',
    retry: 'later',
  },
  {
    text: /password authentication failed|no password supplied|no pg_hba\.conf entry/,
    code: 'pg/auth-failed',
    retry: 'never',
  },
  { text: /FATAL: {2}role "(.+)" does not exist/, code: 'pg/auth-failed', retry: 'never' },
  { text: /FATAL: {2}database "(.+)" does not exist/, code: 'pg/database-missing', retry: 'never' },
  { text: /could not translate host name/, code: 'pg/host-not-found', retry: 'later' },
  {
    text: /too many clients already|too many connections|remaining connection slots/,
    code: 'pg/too-many-connections',
    retry: 'later',
  },
  {
    text: /the database system is (starting up|shutting down|not yet accepting|in recovery)/,
    code: 'pg/server-starting',
    retry: 'later',
  },
  {
    text: /server version: (\S+).*?; pg_dump(?:all)? version: (\S+)/s,
    code: 'pg/tool-too-old',
    retry: 'never',
    groups: ['serverVersion', 'toolVersion'],
  },
  {
    text: /server version mismatch|unsupported version \(\d+\.\d+\) in file header|invalid command \\(?:un)?restrict/,
    code: 'pg/tool-too-old',
    retry: 'never',
  },
  {
    text: /SSL error|certificate verify failed|server does not support SSL|root certificate file|server certificate for/,
    code: 'pg/ssl-failed',
    retry: 'never',
  },
  { text: /No space left on device/, code: 'pg/disk-full', retry: 'never' },
  // What pg_dump and pg_restore say when they are told to end; they tell the server to cancel the statement, too.
  { text: /terminated by user/, code: 'pg/tool-killed', retry: 'later' },
  { text: /canceling statement due to user request/, code: 'pg/cancelled-at-server', retry: 'later' },
  { text: /out of shared memory/, code: 'pg/too-many-locks', retry: 'never' },
  {
    // What the server's storage says of pages, rows and files that it cannot read.
    text: /invalid page in block|could not read blocks? |page verification failed|missing chunk number|unexpected chunk (?:number|size)|compressed (?:pglz |lz4 )?data is corrupt|invalid memory alloc request size \d{12}|could not access status of transaction|could not open file "(?:base|global|pg_)|Input\/output error/,
    code: 'pg/data-damaged',
    retry: 'never',
    reading: true,
  },
  {
    // pg_dump lists first and locks then: what went in between is missed.
    text: /could not open relation with OID|cache lookup failed for|with OID \d+ does not exist|failed sanity check|ERROR: {2}relation ".+" does not exist/,
    code: 'pg/structure-changed',
    retry: 'later',
    reading: true,
  },
  {
    text: /canceling statement due to (?:lock|statement) timeout|timeout expired|Connection timed out|No route to host|Network is unreachable/,
    code: 'pg/timeout',
    retry: 'later',
  },
  {
    text: /Connection refused|could not connect to server|No such file or directory\s+Is the server running/,
    code: 'pg/connection-refused',
    retry: 'later',
  },
  {
    text: /server closed the connection unexpectedly|terminating connection|no connection to the server|connection to server was lost|Connection reset by peer|could not (?:send data to|receive data from) server/,
    code: 'pg/server-gone',
    retry: 'later',
  },
  {
    text: /row-level security policy for table "(.+?)"/,
    code: 'pg/permission-denied',
    retry: 'never',
    groups: ['object'],
  },
  {
    text: /permission denied for (?:relation |table |sequence |schema |database |large object |function )?(.+)/,
    code: 'pg/permission-denied',
    retry: 'never',
    groups: ['object'],
  },
  {
    text: /must be (?:owner of|superuser|able to SET ROLE) ?(.*)/,
    code: 'pg/permission-denied',
    retry: 'never',
    groups: ['object'],
  },
  { text: /ERROR: {2}role "(.+)" does not exist/, code: 'pg/role-missing', retry: 'never', groups: ['role'] },
  {
    text: /could not read from input file|unexpected end of file|did not find magic string|input file (?:is too short|does not appear)|found unexpected block ID|corrupt header|unrecognized data block type/,
    code: 'archive/damaged',
    retry: 'never',
  },
  {
    text: /extension "(.+)" is not available|could not open extension control file ".*?([^/"]+)\.control"/,
    code: 'pg/extension-missing',
    retry: 'never',
    groups: ['extension', 'extension'],
  },
  {
    text: /(?:could not access file|incompatible library) "(.+?)"/,
    code: 'pg/extension-missing',
    retry: 'never',
    groups: ['extension'],
  },
];

const unknownCode: Readonly<Record<PgProgram, ErrorCode>> = {
  pg_dump: 'pg/dump-failed',
  pg_dumpall: 'pg/dump-failed',
  pg_restore: 'pg/restore-failed',
  psql: 'pg/restore-failed',
};

/** The AppError for a program that failed: code by its words, its first error line in `context.detail`. */
export function classifyToolFailure(program: PgProgram, result: Omit<ToolResult, 'stdout'>, place: PgPlace): AppError {
  const detail = findErrorLine(result);
  const base: ErrorContext = { ...toContext(place), tool: program, detail };
  for (const pattern of patterns) {
    if (pattern.reading && program === 'pg_restore') continue;
    const match = pattern.text.exec(result.stderr);
    if (!match) continue;
    const context: Record<string, string | number | boolean> = { ...base };
    pattern.groups?.forEach((name, index) => {
      const value = match[index + 1];
      if (value !== undefined && value !== '') context[name] = redactSecrets(value.trim());
    });
    const extra =
      pattern.code === 'pg/permission-denied' ? toPermissionContext(result.stderr, place.user, context) : context;
    return new AppError(pattern.code, `${program}: ${detail}`, { retry: pattern.retry, context: extra });
  }
  if (result.signalName !== null) {
    const context = { ...base, signal: result.signalName };
    return new AppError('pg/tool-killed', `${program}: ${detail}`, { retry: 'later', context });
  }
  return new AppError(unknownCode[program], `${program}: ${detail}`, { retry: 'never', context: base });
}

/**
 * Which object, and the SQL that lets the user read it. pg_dump prints the failed query, which has the name with its
 * schema and quotes; the message alone has the bare name.
 */
function toPermissionContext(stderr: string, user: string, context: ErrorContext): ErrorContext {
  const role = quoteIdentifier(user);
  const rowSecurity = stderr.includes('row-level security policy');
  if (rowSecurity) return { ...context, grant: `ALTER ROLE ${role} BYPASSRLS;` };
  const schema = /permission denied for schema (.+)/.exec(stderr)?.[1]?.trim();
  if (schema !== undefined) {
    return { ...context, object: schema, grant: `GRANT USAGE ON SCHEMA ${quoteIdentifier(schema)} TO ${role};` };
  }
  const largeObject = /permission denied for large object (\d+)/.exec(stderr)?.[1];
  if (largeObject !== undefined) {
    const grant = `GRANT SELECT ON LARGE OBJECT ${largeObject} TO ${role};`;
    return { ...context, object: `large object ${largeObject}`, grant };
  }
  const kind = /permission denied for (table|relation|sequence|view|materialized view)/.exec(stderr)?.[1];
  const bare = context['object'];
  const quoted = findLockedTable(stderr, bare) ?? (typeof bare === 'string' ? quoteIdentifier(bare) : null);
  if (kind === undefined || quoted === null) return context;
  const target = kind === 'sequence' ? 'SEQUENCE' : 'TABLE';
  return { ...context, object: quoted, grant: `GRANT SELECT ON ${target} ${quoted} TO ${role};` };
}

/** A possibly quoted name with schema, as pg_dump writes it. */
const qualifiedName = String.raw`((?:"(?:[^"]|"")+"|[^\s",.;()]+)\.(?:"(?:[^"]|"")+"|[^\s",.;()]+))`;

/** Newer versions lock many tables in one command; then the one with the refused name is meant. */
function findLockedTable(stderr: string, bare: unknown): string | null {
  const query = /(?:Query was|The command was|command was): ([^]*)/i.exec(stderr)?.[1];
  if (query === undefined || typeof bare !== 'string') return null;
  const names = [...query.matchAll(new RegExp(qualifiedName, 'g'))].map((match) => match[1] ?? '');
  return names.find((name) => name.endsWith(`.${bare}`) || name.endsWith(`.${quoteIdentifier(bare)}`)) ?? null;
}

function findErrorLine({ stderr, exitCode, signalName }: Omit<ToolResult, 'stdout'>): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const line = lines.find((text) => /\b(error|fatal|FATAL|ERROR):/.test(text)) ?? lines.find((text) => text !== '');
  if (line !== undefined)
    return redactSecrets(line.replace(/^(?:pg_\w+|psql): ?(?:<stdin>:\d+: )?(?:error: )?/, '')).slice(0, 500);
  return signalName === null ? `ended with exit code ${String(exitCode)}` : `was ended by ${signalName}`;
}

/** An identifier as SQL needs it: bare when that is the same name, else in double quotes. */
export function quoteIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replace(/"/g, '""')}"`;
}

/** The program could not be started at all: it is gone since it was found, or may not be run. */
export function toStartError(program: PgProgram, error: unknown): AppError {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : null;
  const detail = error instanceof Error ? error.message : String(error);
  if (code === 'ENOENT' || code === 'EACCES' || code === 'ENOEXEC') {
    return new AppError('pg/tool-missing', `${program}: ${detail}`, { context: { tool: program, detail } });
  }
  const unknown = unknownCode[program];
  return new AppError(unknown, `${program}: ${detail}`, { retry: 'later', context: { tool: program, detail } });
}
