// How the contract between the window, the shell and the engine is declared, and what is derived from it:
// the typed client, the typed handlers and the checks at the border. Knows no process and no transport.
import { z } from 'zod';
import { AppError, fromWireError, toWireError, wireErrorSchema } from '../errors.ts';

/** Who answers a call or sends an event: the engine process, or the shell (Electron's main process). */
export type Owner = 'engine' | 'shell';

/** `window`: the page may call it. `shell`: for the shell alone; the router refuses it from a page. */
export type Access = 'window' | 'shell';

export interface CallDef<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType, W extends Owner = Owner> {
  readonly kind: 'call';
  readonly owner: W;
  readonly access: Access;
  readonly input: I;
  readonly output: O;
}

export interface EventDef<P extends z.ZodType = z.ZodType> {
  readonly kind: 'event';
  readonly owner: Owner;
  readonly payload: P;
}

export type Contract = Readonly<Record<string, Readonly<Record<string, CallDef | EventDef>>>>;

export function call<W extends Owner, I extends z.ZodType, O extends z.ZodType>(
  owner: W,
  input: I,
  output: O,
  access: Access = 'window',
): CallDef<I, O, W> {
  return { kind: 'call', owner, access, input, output };
}

export function event<P extends z.ZodType>(owner: Owner, payload: P): EventDef<P> {
  return { kind: 'event', owner, payload };
}

/** The answer to a call as it travels. */
export const replySchema = z.union([
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: wireErrorSchema }),
]);
export type Reply = z.infer<typeof replySchema>;

/** The value of an answer. Throws the AppError that the other side threw. */
export function fromReply(reply: Reply): unknown {
  if (!reply.ok) throw fromWireError(reply.error);
  return reply.value;
}

/** Ends a subscription. Calling it twice does nothing more. */
export type Undo = () => void;

/** What a process offers the client: one way to ask and one to listen. */
export interface Transport {
  readonly invoke: (name: string, input: unknown) => Promise<Reply>;
  readonly subscribe: (name: string, listener: (payload: unknown) => void) => Undo;
}

type ClientMember<D, K extends string> =
  D extends CallDef<infer I, infer O>
    ? Record<K, (input: z.input<I>) => Promise<z.output<O>>>
    : D extends EventDef<infer P>
      ? Record<`on${Capitalize<K>}`, (listener: (payload: z.output<P>) => void) => Undo>
      : never;

type Intersect<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void ? I : never;

/** `client.runs.start({…})` for a call, `client.runs.onChanged(listener)` for an event. */
export type Client<C extends Contract> = {
  readonly [G in keyof C]: Intersect<{ [K in keyof C[G] & string]: ClientMember<C[G][K], K> }[keyof C[G] & string]>;
};

type CallsOf<Group, O extends Owner> = {
  [
    K in keyof Group as Group[K] extends CallDef ? (Group[K]['owner'] extends O ? K : never) : never
  ]: Group[K] extends CallDef<infer I, infer R> ? (input: z.output<I>) => Promise<z.input<R>> | z.input<R> : never;
};

/** One function for each call that `O` owns, and no other. */
export type Handlers<C extends Contract, O extends Owner> = {
  readonly [G in keyof C as keyof CallsOf<C[G], O> extends never ? never : G]: CallsOf<C[G], O>;
};

export type EventName<C extends Contract> = {
  [G in keyof C & string]: {
    [K in keyof C[G] & string]: C[G][K] extends EventDef ? `${G}.${K}` : never;
  }[keyof C[G] & string];
}[keyof C & string];

export type EventPayload<C extends Contract, N extends EventName<C>> = N extends `${infer G}.${infer K}`
  ? C[G][K] extends EventDef<infer P>
    ? z.input<P>
    : never
  : never;

/** Sends an event; its payload is checked before it leaves. */
export type Emit<C extends Contract> = <N extends EventName<C>>(name: N, payload: EventPayload<C, N>) => void;

/** The definition behind `group.name`; null when the contract has no such member. */
export function findMember(contract: Contract, name: string): CallDef | EventDef | null {
  const dot = name.indexOf('.');
  const group = Object.hasOwn(contract, name.slice(0, dot)) ? contract[name.slice(0, dot)] : undefined;
  if (!group || !Object.hasOwn(group, name.slice(dot + 1))) return null;
  return group[name.slice(dot + 1)] ?? null;
}

/** The client for a transport. A failed call rejects with the AppError that the other side threw. */
export function createClient<C extends Contract>(contract: C, transport: Transport): Client<C> {
  const client: Record<string, Record<string, unknown>> = {};
  for (const [group, members] of Object.entries(contract)) {
    const side: Record<string, unknown> = {};
    for (const [key, def] of Object.entries(members)) {
      const name = `${group}.${key}`;
      if (def.kind === 'call') {
        side[key] = async (input: unknown) => {
          return def.output.parse(fromReply(await transport.invoke(name, input)));
        };
      } else {
        side[`on${key.charAt(0).toUpperCase()}${key.slice(1)}`] = (listener: (payload: unknown) => void) =>
          transport.subscribe(name, (payload) => {
            listener(def.payload.parse(payload));
          });
      }
    }
    client[group] = side;
  }
  return client as Client<C>;
}

/** Answers calls by name: checks the input, runs the handler, checks the output. Never throws. */
export type Dispatch = (name: string, input: unknown) => Promise<Reply>;

export function createDispatch<C extends Contract, O extends Owner>(
  contract: C,
  owner: O,
  handlers: Handlers<C, O>,
): Dispatch {
  const table = handlers as unknown as Record<string, Record<string, (input: unknown) => unknown> | undefined>;
  return async (name, input) => {
    try {
      const def = findMember(contract, name);
      const [group = '', key = ''] = name.split('.');
      const handler = table[group]?.[key];
      if (def?.kind !== 'call' || def.owner !== owner || !handler) {
        throw new AppError('internal/unexpected', `no call ${name} at the ${owner}`);
      }
      const value = await handler(parseInput(def, name, input));
      const checked = def.output.safeParse(value);
      if (!checked.success) {
        throw new AppError(
          'internal/unexpected',
          `${name} answered in a wrong shape: ${z.prettifyError(checked.error)}`,
        );
      }
      return { ok: true, value: checked.data };
    } catch (error) {
      return { ok: false, error: toWireError(error) };
    }
  };
}

function parseInput(def: CallDef, name: string, input: unknown): unknown {
  const parsed = def.input.safeParse(input);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  const field = first?.path.join('.') ?? '';
  throw new AppError('input/invalid', `${name}: ${field || 'input'}: ${first?.message ?? 'invalid'}`, {
    context: { field, problem: first?.message ?? 'invalid' },
  });
}

export function createEmit<C extends Contract>(contract: C, post: (name: string, payload: unknown) => void): Emit<C> {
  return (name, payload) => {
    const def = findMember(contract, name);
    if (def?.kind !== 'event') throw new AppError('internal/unexpected', `no event ${name}`);
    post(name, def.payload.parse(payload));
  };
}
