// A way to a server that can break: it lets a connection flow until a number of bytes has come back from the server, holds it
// there, and then goes on, is cut, or stays silent.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface TcpProxy {
  /** On 127.0.0.1. */
  readonly port: number;
  /** The next connection whose server has sent so many bytes stands still there. */
  readonly holdAfter: (bytes: number) => Hold;
  /** Ends every connection: `reset` as a firewall does, else as if the other side had closed. */
  readonly cut: (how?: 'close' | 'reset') => void;
  readonly stop: () => Promise<void>;
}

export interface Hold {
  readonly reached: Promise<void>;
  /** Lets it flow again. */
  readonly release: () => void;
}

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}

export async function startTcpProxy(server: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  let waiting: { readonly bytes: number; readonly take: (pair: Pair) => void } | null = null;
  const listener = createServer((near) => {
    const far = connect(server.port, server.host);
    const pair = { near, far };
    pairs.add(pair);
    let received = 0;
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => undefined);
      one.once('close', () => {
        pairs.delete(pair);
        other.destroy();
      });
      one.pipe(other);
    }
    far.on('data', (chunk: Buffer) => {
      received += chunk.byteLength;
      if (waiting === null || received < waiting.bytes) return;
      const { take } = waiting;
      waiting = null;
      far.unpipe(near);
      far.pause();
      take(pair);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    port: (listener.address() as AddressInfo).port,
    holdAfter: (bytes) => {
      let held: Pair | null = null;
      const reached = new Promise<void>((resolve) => {
        waiting = {
          bytes,
          take: (pair) => {
            held = pair;
            resolve();
          },
        };
      });
      return {
        reached,
        release: () => {
          held?.far.pipe(held.near);
        },
      };
    },
    cut: (how = 'close') => {
      for (const { near, far } of pairs) {
        if (how === 'reset') near.resetAndDestroy();
        else near.destroy();
        far.destroy();
      }
    },
    stop: async () => {
      for (const { near, far } of pairs) for (const socket of [near, far]) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
