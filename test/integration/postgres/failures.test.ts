// What goes wrong at a real server, and the code, the retry and the facts that come of it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findMissingRights } from '../../../electron/engine/postgres/check-server.ts';
import type { PgTarget } from '../../../electron/engine/postgres/target.ts';
import { withPassfile } from '../../../electron/engine/postgres/connection.ts';
import { startDump } from '../../../electron/engine/postgres/dump.ts';
import type { ToolSet } from '../../../electron/engine/postgres/find-tools.ts';
import { withSession } from '../../../electron/engine/postgres/session.ts';
import { findFreePort, startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { dumpToBuffer, firstTools, targetOf, withTempDir } from './dump-to-buffer.ts';

let server: TestServer;
let tools: ToolSet;

beforeAll(async () => {
  server = await startTestServer({ settings: ['max_connections = 12', 'superuser_reserved_connections = 3'] });
  tools = await firstTools(server);
  await server.createDatabase('shop');
  await server.query(
    `create schema "Back Office"; create table "Back Office"."Sal aries" (n int); create table public.orders (n int);
     create sequence "Back Office".counter; create table guarded (n int); alter table guarded enable row level security`,
    'shop',
  );
  await server.query(`create role reader login password 'reader-pw'`);
});

afterAll(async () => {
  await server.stop();
});

const ask = (target: PgTarget): Promise<unknown> => withSession(target, (query) => query('select 1'));
const dump = (target: PgTarget): Promise<unknown> => dumpToBuffer(tools, target);

describe.each([
  ['a session', ask],
  ['pg_dump', dump],
])('%s', (_name, work) => {
  it('says that the password is wrong', async () => {
    const secret = 'not-the-password';
    const error: unknown = await work(targetOf(server, 'shop', { password: secret })).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({
      code: 'pg/auth-failed',
      retry: 'never',
      context: { user: 'postgres', port: server.port },
    });
    expect(JSON.stringify(error) + String(error)).not.toContain(secret);
  });

  it('says that there is no such user', async () => {
    await expect(work(targetOf(server, 'shop', { user: 'nobody-here' }))).rejects.toMatchObject({
      code: 'pg/auth-failed',
    });
  });

  it('says that there is no such database', async () => {
    await expect(work(targetOf(server, 'shops'))).rejects.toMatchObject({
      code: 'pg/database-missing',
      context: { database: 'shops' },
    });
  });

  it('says that the host has no address', async () => {
    await expect(work(targetOf(server, 'shop', { host: 'no-such-host.invalid' }))).rejects.toMatchObject({
      code: 'pg/host-not-found',
      retry: 'later',
    });
  });

  it('says that nobody listens', async () => {
    const port = await findFreePort();
    await expect(work(targetOf(server, 'shop', { port }))).rejects.toMatchObject({
      code: 'pg/connection-refused',
      retry: 'later',
    });
  });

  it('says that the server has no TLS when it is required', async () => {
    await expect(work(targetOf(server, 'shop', { sslMode: 'require' }))).rejects.toMatchObject({
      code: 'pg/ssl-failed',
    });
  });

  it('says that a socket is not there', async () => {
    await expect(work(targetOf(server, 'shop', { host: '/nowhere/at/all' }))).rejects.toMatchObject({
      code: 'pg/connection-refused',
    });
  });

  it('says that the server has no free connection', async () => {
    const reader = targetOf(server, 'shop', { user: 'reader', password: 'reader-pw' });
    const fill = async (left: number): Promise<void> => {
      if (left > 0) return withSession(reader, () => fill(left - 1));
      await expect(work(reader)).rejects.toMatchObject({ code: 'pg/too-many-connections', retry: 'later' });
    };
    await fill(9);
  });
});

describe('a missing right', () => {
  const reader = (): PgTarget => targetOf(server, 'shop', { user: 'reader', password: 'reader-pw' });

  it('is named by pg_dump with the GRANT that helps', async () => {
    await server.query(
      'grant usage on schema "Back Office" to reader; grant select on public.orders to reader',
      'shop',
    );
    await server.query('grant select on guarded to reader', 'shop');
    await expect(dump(reader())).rejects.toMatchObject({
      code: 'pg/permission-denied',
      context: {
        object: '"Back Office"."Sal aries"',
        grant: 'GRANT SELECT ON TABLE "Back Office"."Sal aries" TO reader;',
      },
    });
  });

  it('is found before the dump, all of them at once, and the grants are all that is needed', async () => {
    await server.query(
      'revoke all on schema "Back Office" from reader; revoke all on public.orders from reader',
      'shop',
    );
    const missing = await findMissingRights(reader());
    expect(missing.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'row-security public.guarded',
      'schema "Back Office"',
      'sequence "Back Office".counter',
      'table "Back Office"."Sal aries"',
      'table public.orders',
    ]);
    await expect(dump(reader())).rejects.toMatchObject({ code: 'pg/permission-denied' });
    await server.query(missing.map((right) => right.grant).join('\n'), 'shop');
    expect(await findMissingRights(reader())).toEqual([]);
    await dump(reader());
    expect(await findMissingRights(targetOf(server, 'shop'))).toEqual([]);
  });
});

describe('a dump that is interrupted', () => {
  /** More than every pipe and buffer on the way holds, so that pg_dump is still at work when the first bytes arrive. */
  const fill = async (): Promise<void> => {
    await server.query(
      `create table if not exists big as select repeat('x', 1000) from generate_series(1, 30000)`,
      'shop',
    );
  };

  const dumpUntilFirstBytes = (signal: AbortSignal | undefined, then: () => Promise<void> | void): Promise<void> =>
    withTempDir((dir) =>
      withPassfile(targetOf(server, 'shop'), dir, async (env) => {
        const running = startDump({ tools, target: targetOf(server, 'shop'), env, signal });
        await new Promise((resolve) => running.stdout.once('readable', resolve));
        await then();
        running.stdout.resume();
        await running.done;
      }),
    );

  it('ends as cancelled when the signal says so', async () => {
    await fill();
    const controller = new AbortController();
    await expect(
      dumpUntilFirstBytes(controller.signal, () => {
        controller.abort();
      }),
    ).rejects.toMatchObject({ code: 'run/cancelled' });
  });

  it('fails, to be tried again later, when the server crashes', async () => {
    await fill();
    await expect(dumpUntilFirstBytes(undefined, () => server.crash())).rejects.toMatchObject({
      code: 'pg/server-gone',
      retry: 'later',
    });
    await server.start();
  });
});

describe('a session', () => {
  it('ends a running statement when the signal says so', async () => {
    const controller = new AbortController();
    const session = withSession(
      targetOf(server, 'shop'),
      async (query) => {
        const sleeping = query('select pg_sleep(60)');
        await Promise.resolve();
        controller.abort();
        return sleeping;
      },
      { signal: controller.signal },
    );
    await expect(session).rejects.toMatchObject({ code: 'run/cancelled' });
  });

  it('gives up on a statement after its time', async () => {
    const session = withSession(targetOf(server, 'shop'), (query) => query('select pg_sleep(60)'), {
      statementTimeoutMs: 50,
    });
    await expect(session).rejects.toMatchObject({ code: 'pg/timeout', retry: 'later' });
  });
});
