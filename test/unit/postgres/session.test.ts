// A session that is broken off ends at once, whatever the server does or does not do.
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { withSession } from '../../../electron/engine/postgres/session.ts';
import { noTlsFiles, type PgTarget } from '../../../electron/engine/postgres/target.ts';
import { AppError } from '../../../shared/errors.ts';

const sockets = new Set<Socket>();
let server: Server | null = null;

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server?.close();
});

/** A server that takes connections, answers `greeting` to the first bytes, and is silent from then on. */
async function listen(greeting: string): Promise<{ readonly target: PgTarget; readonly asked: Promise<unknown> }> {
  const made = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(greeting);
      made.emit('asked');
    });
  });
  server = made;
  const asked = once(made, 'asked');
  made.listen(0, '127.0.0.1');
  await once(made, 'listening');
  const { port } = made.address() as AddressInfo;
  const target: PgTarget = {
    ...{ host: '127.0.0.1', port, user: 'u', database: 'd', password: 'p', tls: noTlsFiles, via: null },
    ...{ sslMode: 'prefer', connectTimeoutSeconds: 60 },
  };
  return { target, asked };
}

describe('a session that is broken off', () => {
  it.each([
    ['before the server has answered', ''],
    ['after the server has refused TLS', 'N'],
    ['while TLS is agreed on', 'S'],
  ])('%s ends at once', async (_when, greeting) => {
    const { target, asked } = await listen(greeting);
    const ending = new AbortController();
    const session = withSession(target, () => Promise.resolve('done'), { signal: ending.signal });
    const outcome = expect(session).rejects.toMatchObject({ code: 'engine/stopped' });
    await asked;
    ending.abort(new AppError('engine/stopped', 'the program is quitting'));
    await outcome;
  });
});
