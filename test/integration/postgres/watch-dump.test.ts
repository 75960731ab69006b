// A pg_dump that stands still is seen from beside it: a lock that it waits for, with its holder, a statement that takes too
// long, and a standby that ends it.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../../../electron/engine/base/log.ts';
import { withPassfile } from '../../../electron/engine/postgres/connection.ts';
import { startDump } from '../../../electron/engine/postgres/dump.ts';
import type { ToolSet } from '../../../electron/engine/postgres/find-tools.ts';
import { watchDump } from '../../../electron/engine/postgres/watch-dump.ts';
import type { PgTarget } from '../../../electron/engine/postgres/target.ts';
import { createHurriedClock } from '../../support/hurried-clock.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { startStandby } from '../../support/standby-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { firstTools, targetOf, withTempDir } from './dump-to-buffer.ts';

let server: TestServer;
let tools: ToolSet;

beforeAll(async () => {
  server = await startTestServer();
  tools = await firstTools(server);
  await server.createDatabase('shop');
  await server.query(
    `create schema shop; create table shop."Big one" as select n, repeat(md5(n::text), 40) as text from generate_series(1, 20000) n;
     create table shop.orders (id int); create sequence shop.numbers`,
    'shop',
  );
});

afterAll(async () => {
  await server.stop();
});

interface Watched {
  /** Lets the dump flow, and answers what it ended with. */
  readonly finish: () => Promise<unknown>;
  readonly log: readonly string[];
  readonly waits: readonly (string | null)[];
}

interface Limits {
  readonly lockTimeoutSeconds?: number;
  readonly statementTimeoutSeconds?: number;
}

/** A dump whose output nobody takes before `finish`: its first big COPY stands still. */
function watched<T>(target: PgTarget, limits: Limits, fn: (watched: Watched) => Promise<T>): Promise<T> {
  const { lockTimeoutSeconds = 60, statementTimeoutSeconds = 0 } = limits;
  return withTempDir((dir) =>
    withPassfile(target, dir, async (env) => {
      const log: string[] = [];
      const waits: (string | null)[] = [];
      const applicationName = `pgkeep test ${String(performance.now())}`;
      const dump = startDump({ tools, target, env, applicationName, lockTimeoutSeconds });
      const watch = watchDump({
        ...{ target, applicationName, lockTimeoutSeconds, statementTimeoutSeconds, clock: createHurriedClock(30) },
        log: createLog((level, message) => log.push(`${level} ${message}`)),
        onWait: (waitsFor) => waits.push(waitsFor),
      });
      const finish = async (): Promise<unknown> => {
        dump.stdout.resume();
        return dump.done.then(() => null, watch.explain);
      };
      try {
        return await fn({ finish, log, waits });
      } finally {
        await finish();
        await watch.stop();
      }
    }),
  );
}

async function holding<T>(sql: string, fn: (release: () => Promise<void>) => Promise<T>): Promise<T> {
  const { host, port, user, password } = server;
  const client = new pg.Client({ host, port, user, password, database: 'shop', application_name: 'migrate 2' });
  await client.connect();
  try {
    await client.query(`begin; ${sql}`);
    return await fn(async () => {
      await client.query('rollback');
    });
  } finally {
    await client.end();
  }
}

const held = /^a lock on shop\.(orders|numbers) held by migrate 2 of postgres \(process \d+\)$/;

describe('a dump that waits for a lock', () => {
  it('says for which and who holds it, and goes on when it is free', async () => {
    await holding('lock table shop.orders in access exclusive mode', (release) =>
      watched(targetOf(server, 'shop'), {}, async ({ finish, log, waits }) => {
        await waitFor('the wait is told', () => waits.length > 0);
        expect(waits).toEqual([expect.stringMatching(held)]);
        expect(log.at(-1)).toMatch(/^warn pg_dump waits for a lock on shop\.orders held by migrate 2/);
        await release();
        expect(await finish()).toBeNull();
        expect(waits.filter(Boolean)).toHaveLength(1);
        expect(waits.at(-1)).toBeNull();
      }),
    );
  });

  it('ends with the table and the holder when that takes longer than it may', async () => {
    await holding('lock table shop.orders in access exclusive mode', () =>
      watched(targetOf(server, 'shop'), { lockTimeoutSeconds: 3 }, async ({ finish }) => {
        expect(await finish()).toMatchObject({
          code: 'pg/lock-timeout',
          retry: 'later',
          context: {
            table: 'shop.orders',
            seconds: 3,
            holder: expect.stringMatching(/^migrate 2 of postgres/) as string,
          },
        });
      }),
    );
  });

  it('ends where pg_dump itself would wait for ever, as at a sequence', async () => {
    await holding('drop sequence shop.numbers', () =>
      watched(targetOf(server, 'shop'), { lockTimeoutSeconds: 1 }, async ({ finish, waits }) => {
        expect(await finish()).toMatchObject({ code: 'pg/lock-timeout', context: { table: 'shop.numbers' } });
        expect(waits[0]).toMatch(held);
      }),
    );
  });
});

describe('a statement that takes longer than it may', () => {
  it('is ended, and its table named', async () => {
    await watched(targetOf(server, 'shop'), { statementTimeoutSeconds: 1 }, async ({ finish, log }) => {
      await waitFor('the statement is ended', () => log.some((line) => line.includes('took longer')));
      expect(await finish()).toMatchObject({
        code: 'pg/statement-timeout',
        retry: 'later',
        context: { table: 'shop."Big one"', seconds: 1 },
      });
    });
  });

  it('is left alone without a limit', async () => {
    await watched(targetOf(server, 'shop'), {}, async ({ finish }) => {
      expect(await finish()).toBeNull();
    });
  });
});

describe('a standby', () => {
  it('that must apply what stands in the way of the dump ends it, with words of its own', async () => {
    const standby = await startStandby(server, ['max_standby_streaming_delay = 100ms']);
    try {
      const target = targetOf({ ...server, port: standby.port }, 'shop');
      await watched(target, {}, async ({ finish }) => {
        await waitFor('pg_dump reads the big table', async () => {
          const rows = await standby.query(
            `select from pg_stat_activity where query like 'COPY shop."Big one"%'`,
            'shop',
          );
          return rows.length > 0;
        });
        await server.query('drop table shop."Big one"', 'shop');
        const [{ lsn } = {}] = await server.query('select pg_current_wal_lsn()::text as lsn');
        let heldSince: number | null = null;
        await waitFor('the standby has waited longer than it may', async () => {
          const [row] = await standby.query(
            `select pg_last_wal_receive_lsn() >= '${String(lsn)}' and pg_last_wal_replay_lsn() < '${String(lsn)}' as held`,
          );
          // Either its backend has heard of it already, or it will when somebody takes the rows that it holds out.
          const ended = await standby.query(`select from pg_stat_activity where state like '%(aborted)'`, 'shop');
          if (ended.length > 0) return true;
          heldSince = row?.['held'] === true ? (heldSince ?? performance.now()) : null;
          return heldSince !== null && performance.now() - heldSince > 500;
        });
        expect(await finish()).toMatchObject({ code: 'pg/recovery-conflict', retry: 'later' });
      });
    } finally {
      await standby.stop();
    }
  });
});
