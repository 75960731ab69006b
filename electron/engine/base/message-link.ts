// The line between the shell and the engine's process: calls both ways, events, and the few messages that start and
// stop the engine. Knows no transport; each side brings a port and checks calls against the contract itself.
import { z } from 'zod';
import { AppError, toAppError, toWireError, wireErrorSchema } from '../../../shared/errors.ts';
import { replySchema, type Dispatch, type Reply } from '../../../shared/ipc/define.ts';

/** What the engine's process is told before anything else. */
export const engineStartOptionsSchema = z.object({
  dataDir: z.string().min(1),
  productVersion: z.string(),
  /** better-sqlite3's binary for this runtime; null: the one inside the package. */
  betterSqlite3Binding: z.string().nullable(),
});
export type EngineStartOptions = z.infer<typeof engineStartOptionsSchema>;

/** Shell to engine. After `stop` the engine drains and its process exits with 0. */
export const shellMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start'), options: engineStartOptionsSchema }),
  z.object({ kind: z.literal('stop') }),
]);
export type ShellMessage = z.infer<typeof shellMessageSchema>;

/** Engine to shell, once, as the answer to `start`. */
export const hostMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('failed'), error: wireErrorSchema }),
]);
export type HostMessage = z.infer<typeof hostMessageSchema>;

/** The reverse calls: the engine asks the shell, which alone can reach the system's key store. */
export const vaultInputSchemas = {
  'vault.read': z.object({ name: z.string().min(1) }),
  'vault.write': z.object({ name: z.string().min(1), value: z.string() }),
  'vault.remove': z.object({ name: z.string().min(1) }),
} as const;
export type VaultCall = keyof typeof vaultInputSchemas;

const linkMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('call'), id: z.number().int(), name: z.string(), input: z.unknown() }),
  z.object({ kind: z.literal('reply'), id: z.number().int(), reply: replySchema }),
  z.object({ kind: z.literal('event'), name: z.string(), payload: z.unknown() }),
]);
type LinkMessage = z.infer<typeof linkMessageSchema>;

/** One end of a two-way channel that keeps the order of messages. */
export interface LinkPort {
  readonly post: (message: unknown) => void;
  /** Called once by the link. Messages that are not its own (`start`, `ready`, …) may arrive too; it leaves them alone. */
  readonly onMessage: (listener: (message: unknown) => void) => void;
}

export interface LinkSide {
  /** Answers the other side's calls. */
  readonly answer: Dispatch;
  readonly onEvent: (name: string, payload: unknown) => void;
}

export interface MessageLink {
  /** Calls the other side. Never rejects: a closed link answers with the error it was closed with. */
  readonly invoke: Dispatch;
  readonly emit: (name: string, payload: unknown) => void;
  /** Ends all pending calls with `error` (mostly `engine/stopped`), and every later one. The first error stays. */
  readonly close: (error: AppError) => void;
}

export function engineStoppedError(why: string): AppError {
  return new AppError('engine/stopped', why, { retry: 'now' });
}

export function createLink(port: LinkPort, side: LinkSide): MessageLink {
  const pending = new Map<number, (reply: Reply) => void>();
  let lastId = 0;
  let closed: AppError | null = null;

  const post = (message: LinkMessage): void => {
    port.post(message);
  };

  const answer = async (id: number, name: string, input: unknown): Promise<void> => {
    const reply = await side.answer(name, input).catch(toFailure);
    if (closed) return;
    try {
      post({ kind: 'reply', id, reply });
    } catch (error) {
      // A value that cannot be copied must not leave the caller waiting for ever.
      post({ kind: 'reply', id, reply: toFailure(error) });
    }
  };

  port.onMessage((raw) => {
    const parsed = linkMessageSchema.safeParse(raw);
    if (closed || !parsed.success) return;
    const message = parsed.data;
    if (message.kind === 'event') {
      side.onEvent(message.name, message.payload);
    } else if (message.kind === 'reply') {
      const settle = pending.get(message.id);
      pending.delete(message.id);
      settle?.(message.reply);
    } else {
      // The channel may break between question and answer: then there is nobody left to tell.
      answer(message.id, message.name, message.input).catch(() => undefined);
    }
  });

  return {
    invoke: (name, input) =>
      new Promise((resolve) => {
        if (closed) {
          resolve(toFailure(closed));
          return;
        }
        lastId += 1;
        const id = lastId;
        pending.set(id, resolve);
        try {
          post({ kind: 'call', id, name, input });
        } catch (error) {
          pending.delete(id);
          resolve(toFailure(error));
        }
      }),
    emit: (name, payload) => {
      if (!closed) post({ kind: 'event', name, payload });
    },
    close: (error) => {
      if (closed) return;
      closed = error;
      const waiting = [...pending.values()];
      pending.clear();
      for (const settle of waiting) settle(toFailure(error));
    },
  };
}

function toFailure(error: unknown): Reply {
  return { ok: false, error: toWireError(toAppError(error)) };
}
