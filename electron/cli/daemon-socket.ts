// How commands reach a daemon that has the data folder: the contract's calls and events as JSON lines over a socket that only
// the folder's owner can open.
import { chmodSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import type { Dispatch, Transport } from '../../shared/ipc/define.ts';
import { createLink, engineStoppedError, type LinkPort, type MessageLink } from '../engine/base/message-link.ts';

/** A socket's path is a fixed field of the kernel: 108 bytes on Linux, 104 on macOS, the last one zero. */
const longestPath = 103;

const helloSchema = z.object({ pgkeep: z.string() });

/** Null where the folder's path is too long for a socket: then commands cannot reach the daemon. */
export function toSocketPath(dataDir: string): string | null {
  if (process.platform === 'win32') return `\\\\.\\pipe\\pgkeep-${Buffer.from(dataDir).toString('base64url')}`;
  const file = path.join(dataDir, 'daemon.sock');
  return Buffer.byteLength(file) > longestPath ? null : file;
}

export interface DaemonSocket {
  /** Hands an event of the engine on to every command that listens. */
  readonly emit: (name: string, payload: unknown) => void;
  readonly close: () => Promise<void>;
}

/** Only for the process that has the folder's lock: a socket that is there was left by one that crashed. */
export async function listenForCommands(
  dataDir: string,
  options: { readonly version: string; readonly answer: Dispatch },
): Promise<DaemonSocket | null> {
  const socketPath = toSocketPath(dataDir);
  if (socketPath === null) return null;
  if (process.platform !== 'win32') rmSync(socketPath, { force: true });
  const open = new Map<Socket, MessageLink>();
  const server = createServer((socket) => {
    socket.write(`${JSON.stringify({ pgkeep: options.version })}\n`);
    const link = createLink(toLinePort(socket), { answer: options.answer, onEvent: () => undefined });
    open.set(socket, link);
    socket.on('close', () => {
      open.delete(socket);
      link.close(engineStoppedError('the command has ended'));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  if (process.platform !== 'win32') chmodSync(socketPath, 0o600);
  return {
    emit: (name, payload) => {
      for (const link of open.values()) link.emit(name, payload);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of open.keys()) socket.destroy();
      }),
  };
}

export interface DaemonLink extends Transport {
  /** Rejects with `engine/stopped` when the daemon ends before `close`. */
  readonly lost: Promise<never>;
  readonly close: () => void;
}

/**
 * Null when no daemon listens for this folder. Throws `store/in-use` when one of another version does: what it means by a call
 * may differ.
 */
export async function connectToDaemon(dataDir: string, version: string): Promise<DaemonLink | null> {
  const socketPath = toSocketPath(dataDir);
  const socket = socketPath === null ? null : await connect(socketPath);
  if (!socket) return null;
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  const port = toLinePort(socket);
  const greeted = new Promise<string>((resolve, reject) => {
    port.onFirst((message) => {
      const hello = helloSchema.safeParse(message);
      if (hello.success) resolve(hello.data.pgkeep);
      else reject(new AppError('store/in-use', 'something else than a daemon answers'));
    });
    socket.once('close', () => {
      reject(engineStoppedError('the daemon has ended'));
    });
  });
  const link = createLink(port, {
    answer: () => Promise.reject(new AppError('internal/unexpected', 'a command answers no calls')),
    onEvent: (name, payload) => {
      for (const listener of listeners.get(name) ?? []) listener(payload);
    },
  });
  let closed = false;
  const lost = new Promise<never>((_, reject) => {
    socket.on('close', () => {
      const error = engineStoppedError('the daemon has ended');
      link.close(error);
      if (!closed) reject(error);
    });
  });
  // Whoever only asks hears of it by the answer.
  lost.catch(() => undefined);
  try {
    const found = await greeted;
    if (found !== version) {
      throw new AppError('store/in-use', `the daemon has version ${found}, this is ${version}: start it anew`);
    }
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return {
    lost,
    invoke: link.invoke,
    subscribe: (name, listener) => {
      const group = listeners.get(name) ?? new Set();
      listeners.set(name, group.add(listener));
      return () => group.delete(listener);
    },
    close: () => {
      closed = true;
      socket.destroy();
    },
  };
}

/** Null: nobody is there (ENOENT), or nobody any more (ECONNREFUSED). */
function connect(socketPath: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = createConnection(socketPath);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      socket.on('error', () => undefined);
      resolve(socket);
    });
    socket.once('error', () => {
      resolve(null);
    });
  });
}

/** JSON has no `undefined`: a call without input and an answer without value get theirs back. */
function restoreAbsent(message: unknown): unknown {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return message;
  const { reply } = message as { readonly reply?: object };
  const whole = { input: undefined, payload: undefined, ...message };
  return reply === undefined ? whole : { ...whole, reply: { value: undefined, ...reply } };
}

interface LinePort extends LinkPort {
  /** The first message goes here and to nobody else. */
  readonly onFirst: (listener: (message: unknown) => void) => void;
}

/** One JSON value a line. A line that is none ends the connection. */
function toLinePort(socket: Socket): LinePort {
  let first: ((message: unknown) => void) | null = null;
  let listener: (message: unknown) => void = () => undefined;
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('error', () => undefined);
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      let message: unknown;
      try {
        message = restoreAbsent(JSON.parse(line));
      } catch {
        socket.destroy();
        return;
      }
      if (first) {
        const take = first;
        first = null;
        take(message);
      } else listener(message);
    }
  });
  return {
    post: (message) => {
      if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
    },
    onMessage: (take) => {
      listener = take;
    },
    onFirst: (take) => {
      first = take;
    },
  };
}
