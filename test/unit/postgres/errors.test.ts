// What servers, networks and PostgreSQL's programs say when they fail, word for word, and what comes of it.
import { describe, expect, it } from 'vitest';
import { redactSecrets, toPgError } from '../../../electron/engine/postgres/pg-errors.ts';
import { judgeRestore } from '../../../electron/engine/postgres/restore-errors.ts';
import { classifyToolFailure, toStartError, type PgProgram } from '../../../electron/engine/postgres/tool-errors.ts';
import { AppError } from '../../../shared/errors.ts';

const place = { host: 'db.example.com', port: 5432, user: 'reader', database: 'shop' };
const ended = (stderr: string, exitCode: number | null = 1) => ({ exitCode, signalName: null, stderr });

describe('an error of a connection', () => {
  const withCode = (code: string, message: string): Error => Object.assign(new Error(message), { code });

  it.each([
    ['28P01', 'password authentication failed for user "reader"', 'pg/auth-failed', 'never'],
    ['28000', 'no pg_hba.conf entry for host "1.2.3.4"', 'pg/auth-failed', 'never'],
    ['3D000', 'database "shop" does not exist', 'pg/database-missing', 'never'],
    ['42501', 'permission denied for table t', 'pg/permission-denied', 'never'],
    ['53300', 'sorry, too many clients already', 'pg/too-many-connections', 'later'],
    ['57P03', 'the database system is starting up', 'pg/server-starting', 'later'],
    ['57P01', 'terminating connection due to administrator command', 'pg/server-gone', 'later'],
    ['08006', 'connection failure', 'pg/server-gone', 'later'],
    ['57014', 'canceling statement due to statement timeout', 'pg/timeout', 'later'],
    ['53100', 'could not extend file: No space left on device', 'pg/disk-full', 'never'],
    ['42P04', 'database "x" already exists', 'pg/database-exists', 'never'],
    ['55006', 'database "x" is being accessed by other users', 'pg/database-in-use', 'later'],
    ['42601', 'syntax error', 'pg/query-failed', 'never'],
    ['ENOTFOUND', 'getaddrinfo ENOTFOUND db', 'pg/host-not-found', 'later'],
    ['EAI_AGAIN', 'getaddrinfo EAI_AGAIN db', 'pg/host-not-found', 'later'],
    ['ECONNREFUSED', 'connect ECONNREFUSED', 'pg/connection-refused', 'later'],
    ['ETIMEDOUT', 'connect ETIMEDOUT', 'pg/timeout', 'later'],
    ['ECONNRESET', 'read ECONNRESET', 'pg/server-gone', 'later'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate', 'pg/ssl-failed', 'never'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'Hostname does not match', 'pg/ssl-failed', 'never'],
    ['', 'The server does not support SSL connections', 'pg/ssl-failed', 'never'],
    ['', 'timeout expired', 'pg/timeout', 'later'],
    ['', 'Connection terminated due to connection timeout', 'pg/timeout', 'later'],
    ['', 'Connection terminated unexpectedly', 'pg/server-gone', 'later'],
    ['', 'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', 'pg/auth-failed', 'never'],
  ])('%s %s', (code, message, expected, retry) => {
    const error = toPgError(withCode(code, message), place);
    expect([error.code, error.retry]).toEqual([expected, retry]);
    expect(error.context).toEqual({ ...place, detail: message });
  });

  it('of a host with several addresses is that of the first', () => {
    const all = new AggregateError([
      withCode('ECONNREFUSED', 'connect ECONNREFUSED ::1:5432'),
      withCode('ETIMEDOUT', 'x'),
    ]);
    expect(toPgError(all, place).code).toBe('pg/connection-refused');
  });

  it('takes no password along from the target', () => {
    const error = toPgError(withCode('28P01', 'no'), { ...place, password: 's3cret' } as typeof place);
    expect(JSON.stringify(error.context)).not.toContain('s3cret');
  });
});

describe('a program that failed', () => {
  const at = 'pg_dump: error: connection to server at "127.0.0.1", port 5432 failed:';
  const tables: readonly (readonly [PgProgram, string, string, Record<string, unknown>])[] = [
    [
      'pg_dump',
      `${at} FATAL:  password authentication failed for user "reader"\npassword retrieved from file "/tmp/x"`,
      'pg/auth-failed',
      {},
    ],
    ['pg_dump', `${at} fe_sendauth: no password supplied`, 'pg/auth-failed', {}],
    ['pg_dump', `${at} FATAL:  database "nodb" does not exist`, 'pg/database-missing', {}],
    [
      'pg_dump',
      'pg_dump: error: could not translate host name "nope" to address: Name or service not known',
      'pg/host-not-found',
      {},
    ],
    [
      'pg_dump',
      `${at} Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?`,
      'pg/connection-refused',
      {},
    ],
    [
      'pg_dump',
      'pg_dump: error: connection to server on socket "/nowhere/.s.PGSQL.5432" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?',
      'pg/connection-refused',
      {},
    ],
    ['pg_dump', `${at} server does not support SSL, but SSL was required`, 'pg/ssl-failed', {}],
    ['pg_dump', `${at} FATAL:  sorry, too many clients already`, 'pg/too-many-connections', {}],
    ['pg_dump', `${at} FATAL:  the database system is starting up`, 'pg/server-starting', {}],
    ['pg_dump', `${at} timeout expired`, 'pg/timeout', {}],
    [
      'pg_dump',
      'pg_dump: error: aborting because of server version mismatch\npg_dump: detail: server version: 18.4; pg_dump version: 15.18 (Debian 15.18-0+deb12u1)',
      'pg/tool-too-old',
      { serverVersion: '18.4', toolVersion: '15.18' },
    ],
    [
      'pg_dump',
      'pg_dump: error: query failed: ERROR:  permission denied for table Odd "T\npg_dump: detail: Query was: LOCK TABLE public.loose, public."Odd ""T" IN ACCESS SHARE MODE',
      'pg/permission-denied',
      { object: 'public."Odd ""T"', grant: 'GRANT SELECT ON TABLE public."Odd ""T" TO reader;' },
    ],
    [
      'pg_dump',
      'pg_dump: error: query failed: ERROR:  permission denied for schema hid\npg_dump: detail: Query was: LOCK TABLE hid.t IN ACCESS SHARE MODE',
      'pg/permission-denied',
      { object: 'hid', grant: 'GRANT USAGE ON SCHEMA hid TO reader;' },
    ],
    [
      'pg_dump',
      'pg_dump: error: query failed: ERROR:  permission denied for sequence sq\npg_dump: detail: Query was: SELECT last_value, is_called FROM public.sq',
      'pg/permission-denied',
      { object: 'public.sq', grant: 'GRANT SELECT ON SEQUENCE public.sq TO reader;' },
    ],
    [
      'pg_dump',
      'pg_dump: error: query failed: ERROR:  query would be affected by row-level security policy for table "rls"\npg_dump: detail: Query was: COPY public.rls (n) TO stdout;',
      'pg/permission-denied',
      { object: 'rls', grant: 'ALTER ROLE reader BYPASSRLS;' },
    ],
    [
      'pg_dump',
      'pg_dump: error: Dumping the contents of table "big" failed: PQgetCopyData() failed.\npg_dump: detail: Error message from server: server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally',
      'pg/server-gone',
      {},
    ],
    [
      'pg_dump',
      'pg_dump: error: query failed: ERROR:  canceling statement due to lock timeout\npg_dump: detail: Query was: LOCK TABLE public.a IN ACCESS SHARE MODE',
      'pg/lock-timeout',
      {},
    ],
    [
      'pg_restore',
      'pg_restore: error: could not execute query: ERROR:  role "Shop Keeper" does not exist\nCommand was: ALTER TABLE public.goods OWNER TO "Shop Keeper";',
      'pg/role-missing',
      { role: 'Shop Keeper' },
    ],
    [
      'pg_restore',
      'pg_restore: error: could not execute query: ERROR:  extension "postgis" is not available\nDETAIL:  Could not open extension control file.',
      'pg/extension-missing',
      { extension: 'postgis' },
    ],
    [
      'pg_restore',
      'pg_restore: error: could not execute query: ERROR:  could not open extension control file "/usr/share/postgresql/12/extension/vector.control": No such file or directory',
      'pg/extension-missing',
      { extension: 'vector' },
    ],
    [
      'pg_restore',
      'pg_restore: error: COPY failed for table "t": ERROR:  could not extend file "base/1/2": No space left on device',
      'pg/disk-full',
      {},
    ],
    ['pg_restore', 'pg_restore: error: unsupported version (1.16) in file header', 'pg/tool-too-old', {}],
    ['psql', 'psql:<stdin>:5: error: invalid command \\restrict', 'pg/tool-too-old', {}],
    ['psql', 'psql:<stdin>:25: ERROR:  role "Shop" does not exist', 'pg/role-missing', { role: 'Shop' }],
    [
      'psql',
      'psql:<stdin>:25: ERROR:  syntax error at "x"',
      'pg/restore-failed',
      { detail: 'ERROR:  syntax error at "x"' },
    ],
    ['pg_restore', 'pg_restore: error: could not read from input file: end of file', 'archive/damaged', {}],
    [
      'pg_restore',
      'pg_restore: error: could not execute query: ERROR:  relation "t" already exists\nCommand was: CREATE TABLE t ();',
      'pg/restore-failed',
      { detail: 'could not execute query: ERROR:  relation "t" already exists' },
    ],
    [
      'pg_dumpall',
      'pg_dumpall: error: something new',
      'pg/dump-failed',
      { detail: 'something new', tool: 'pg_dumpall' },
    ],
    ['pg_dump', '', 'pg/dump-failed', { detail: 'ended with exit code 1' }],
    [
      'pg_dump',
      'pg_dump: error: query failed: ERROR:  permission denied for large object 4711',
      'pg/permission-denied',
      { object: 'large object 4711', grant: 'GRANT SELECT ON LARGE OBJECT 4711 TO reader;' },
    ],
    [
      'pg_dump',
      'pg_dump: error: query failed: ERROR:  out of shared memory\nHINT:  You might need to increase max_locks_per_transaction.',
      'pg/too-many-locks',
      {},
    ],
    ['pg_dump', 'pg_dump: terminated by user', 'pg/tool-killed', { tool: 'pg_dump' }],
    [
      'pg_dump',
      'pg_dump: error: Dumping the contents of table "t" failed: PQgetResult() failed.\npg_dump: detail: Error message from server: ERROR:  canceling statement due to user request',
      'pg/cancelled-at-server',
      {},
    ],
    ['pg_dump', 'pg_dump: error: query failed: ERROR:  relation "s.t" does not exist', 'pg/structure-changed', {}],
    [
      'pg_dump',
      'pg_dump: error: query failed: ERROR:  could not open relation with OID 16385',
      'pg/structure-changed',
      {},
    ],
    ['pg_dump', 'pg_dump: error: query failed: ERROR:  cache lookup failed for type 16390', 'pg/structure-changed', {}],
    ['pg_dump', 'pg_dump: error: schema with OID 16384 does not exist', 'pg/structure-changed', {}],
    [
      'pg_restore',
      'pg_restore: error: could not execute query: ERROR:  relation "s.t" does not exist',
      'pg/restore-failed',
      {},
    ],
    ...[
      'ERROR:  invalid page in block 7 of relation base/16384/16385',
      'ERROR:  could not read block 7 in file "base/16384/16385": read only 0 of 8192 bytes',
      'ERROR:  could not read blocks 7..9 in file "base/16384/16385": Input/output error',
      'ERROR:  missing chunk number 0 for toast value 16399 in pg_toast_16385',
      'ERROR:  unexpected chunk size 1968 (expected 1996) in chunk 0 of 3 for toast value 16399 in pg_toast_16385',
      'ERROR:  compressed pglz data is corrupt',
      'ERROR:  invalid memory alloc request size 18446744073709551613',
      'ERROR:  could not access status of transaction 4294967290\nDETAIL:  Could not open file "pg_xact/0FFF": No such file or directory.',
      'ERROR:  could not open file "base/16384/16385": No such file or directory',
    ].map(
      (line) =>
        [
          'pg_dump',
          `pg_dump: error: Dumping the contents of table "t" failed: PQgetResult() failed.\npg_dump: detail: Error message from server: ${line}`,
          'pg/data-damaged',
          {},
        ] as const,
    ),
  ];

  it.each(tables)('%s: %s', (program, stderr, code, context) => {
    const error = classifyToolFailure(program, ended(stderr), place);
    expect(error.code).toBe(code);
    expect(error.context).toMatchObject({ ...place, ...context });
  });

  it('was ended by a signal', () => {
    const error = classifyToolFailure('pg_dump', { exitCode: null, signalName: 'SIGKILL', stderr: '' }, place);
    expect(error).toMatchObject({ code: 'pg/tool-killed', retry: 'later' });
    expect(error.context).toMatchObject({ detail: 'was ended by SIGKILL', signal: 'SIGKILL', tool: 'pg_dump' });
  });

  it('is gone since it was found', () => {
    const error = Object.assign(new Error('spawn /x/pg_dump ENOENT'), { code: 'ENOENT' });
    expect(toStartError('pg_dump', error).code).toBe('pg/tool-missing');
  });
});

describe('how pg_restore ended', () => {
  const comment = `pg_restore: while PROCESSING TOC:
pg_restore: from TOC entry 3; 3079 16385 COMMENT EXTENSION plpgsql
pg_restore: error: could not execute query: ERROR:  must be owner of extension plpgsql
Command was: COMMENT ON EXTENSION plpgsql IS 'PL/pgSQL procedural language';
`;
  const setting = `pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter "transaction_timeout"
Command was: SET transaction_timeout = 0;
`;
  const owner = `pg_restore: error: could not execute query: ERROR:  must be owner of extension plpgsql
Command was: ALTER EXTENSION plpgsql UPDATE;
`;
  const ignored = (count: number): string => `pg_restore: warning: errors ignored on restore: ${String(count)}\n`;
  const codeOf = (stderr: string, exitCode: number): unknown => {
    try {
      return judgeRestore(ended(stderr, exitCode), place).warnings;
    } catch (error) {
      return error instanceof AppError ? error.code : error;
    }
  };

  it.each([
    ['without a word', '', 0, []],
    ['with a warning', 'pg_restore: warning: no matching thing\n', 0, ['no matching thing']],
    [
      'with errors that do not matter',
      comment + setting + ignored(2),
      1,
      [
        'pg_restore: must be owner of extension plpgsql',
        'pg_restore: unrecognized configuration parameter "transaction_timeout"',
      ],
    ],
    ['with one that matters among them', comment + owner + ignored(2), 1, 'pg/permission-denied'],
    ['with more errors than are shown', comment + ignored(2), 1, 'pg/restore-failed'],
    ['with an exit code and no reason', '', 1, 'pg/restore-failed'],
    ['with an error and exit code 0', owner, 0, 'pg/permission-denied'],
  ])('%s', (_name, stderr, exitCode, expected) => {
    expect(codeOf(stderr, exitCode)).toEqual(expected);
  });
});

describe('words that hold a secret', () => {
  it.each([
    ["ALTER ROLE a PASSWORD 'it''s 5ecret';", "ALTER ROLE a PASSWORD '…';"],
    ['connect host=h password=5ecret dbname=d', 'connect host=h password=… dbname=d'],
    ['postgresql://u:5ecret@h/d', 'postgresql://u:…@h/d'],
    ['SCRAM-SHA-256$4096:abc$def:5ecret', '…'],
    ['md50123456789abcdef0123456789abcdef', '…'],
    ['password authentication failed for user "a"', 'password authentication failed for user "a"'],
  ])('lose it: %s', (text, expected) => {
    expect(redactSecrets(text)).toBe(expected);
  });
});
