// A tunnel through an SSH server (and one before it): a port of 127.0.0.1 whose connections come out at the database's host.
// Built on the npm package ssh2, which is the same on every system and needs no program, no terminal and no askpass.
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { AppError } from '../../../shared/errors.ts';
import { abortReason, whenAborted } from '../base/abort.ts';
import { openSshClient, type SshLogin } from './client.ts';

export interface SshWay {
  readonly login: SshLogin;
  /** Passed through first, with the same credentials. */
  readonly jump: SshLogin | null;
}

/** What the far end connects to: a port, or the file of a Unix socket. */
export type FarEnd = { readonly host: string; readonly port: number } | { readonly socketPath: string };

export interface Tunnel {
  /** On 127.0.0.1. */
  readonly port: number;
  /** Why connections through it fail, once something has gone wrong; else null. */
  readonly findProblem: () => AppError | null;
  readonly close: () => Promise<void>;
}

/** Throws `ssh/*` errors; then nothing is left open. */
export async function openTunnel(way: SshWay, farEnd: FarEnd, signal?: AbortSignal): Promise<Tunnel> {
  const clients: Client[] = [];
  const end = (): void => {
    for (const client of clients.toReversed()) client.end();
  };
  try {
    if (way.jump) {
      const jump = await openSshClient(way.jump, null, signal);
      clients.push(jump);
      const through = await forward(jump, way.jump, { host: way.login.host, port: way.login.port });
      clients.push(await openSshClient(way.login, through, signal));
    } else {
      clients.push(await openSshClient(way.login, null, signal));
    }
    return await listen(clients, way.login, farEnd, end, signal);
  } catch (error) {
    end();
    throw error;
  }
}

async function listen(
  clients: readonly Client[],
  login: SshLogin,
  farEnd: FarEnd,
  end: () => void,
  signal: AbortSignal | undefined,
): Promise<Tunnel> {
  let problem: AppError | null = null;
  let closing = false;
  const sockets = new Set<Socket>();
  const client = clients.at(-1);
  if (!client) throw new AppError('internal/unexpected', 'a tunnel without a client');
  const lose = (detail: string): void => {
    if (closing) return;
    problem ??= new AppError('ssh/tunnel-lost', `the tunnel through ${login.host} ended: ${detail}`, {
      retry: 'later',
      context: { ...toSshContext(login), detail },
    });
    for (const socket of sockets) socket.destroy();
  };
  for (const each of clients) {
    each.on('error', (error) => {
      lose(error.message);
    });
    each.on('close', () => {
      lose('the connection was closed');
    });
  }
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    forward(client, login, farEnd).then(
      (stream) => {
        // Each way ends by itself: a broken pipe on either side closes both.
        pipeline(socket, stream, socket, () => {
          socket.destroy();
          stream.destroy();
        });
      },
      (error: unknown) => {
        if (error instanceof AppError) problem ??= error;
        socket.destroy();
      },
    );
  });
  await startListening(server);
  const close = async (): Promise<void> => {
    closing = true;
    undo();
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
    end();
  };
  const undo = whenAborted(signal, () => {
    for (const socket of sockets) socket.destroy();
  });
  if (signal?.aborted) {
    await close();
    throw abortReason(signal);
  }
  return { port: (server.address() as AddressInfo).port, findProblem: () => problem, close };
}

function startListening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
}

/** Throws `ssh/forward-refused`: the server may not, or cannot, connect to there. */
function forward(client: Client, login: SshLogin, farEnd: FarEnd): Promise<ClientChannel> {
  const name = 'socketPath' in farEnd ? farEnd.socketPath : `${farEnd.host}:${String(farEnd.port)}`;
  return new Promise((resolve, reject) => {
    const done = (error: Error | undefined, stream: ClientChannel): void => {
      if (!error) {
        resolve(stream);
        return;
      }
      reject(
        new AppError('ssh/forward-refused', `${login.host} does not connect to ${name}: ${error.message}`, {
          retry: 'later',
          context: { ...toSshContext(login), farEnd: name, detail: error.message },
        }),
      );
    };
    try {
      if ('socketPath' in farEnd) client.openssh_forwardOutStreamLocal(farEnd.socketPath, done);
      else client.forwardOut('127.0.0.1', 0, farEnd.host, farEnd.port, done);
    } catch (error) {
      // It is not connected any more.
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

export function toSshContext({ host, port, user }: Pick<SshLogin, 'host' | 'port' | 'user'>) {
  return { sshHost: host, sshPort: port, sshUser: user };
}
