import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import {
  call,
  createClient,
  createDispatch,
  createEmit,
  event,
  findMember,
  fromReply,
  type Dispatch,
} from '../../shared/ipc/define.ts';

const contract = {
  things: {
    get: call('engine', z.object({ id: z.string().min(1) }), z.object({ size: z.number() })),
    paint: call('shell', z.object({ color: z.enum(['red']).default('red') }), z.void()),
    changed: event('engine', z.object({ id: z.string() })),
  },
} as const;

const engine = createDispatch(contract, 'engine', {
  things: {
    get: ({ id }) => {
      if (id === 'refused') throw new AppError('input/in-use', 'x', { context: { by: 'y' } });
      if (id === 'broken') throw new RangeError('too far');
      return id === 'wrong' ? ({ size: 'big' } as unknown as { size: number }) : { size: id.length };
    },
  },
});

describe('a call that arrives', () => {
  it.each<[string, unknown, unknown]>([
    ['things.get', { id: 'abc' }, { ok: true, value: { size: 3 } }],
    ['things.get', { id: 'abc', extra: 1 }, { ok: true, value: { size: 3 } }],
    ['things.get', { id: '' }, { ok: false, error: { code: 'input/invalid', context: { field: 'id' } } }],
    ['things.get', null, { ok: false, error: { code: 'input/invalid' } }],
    ['things.get', { id: 'refused' }, { ok: false, error: { code: 'input/in-use', context: { by: 'y' } } }],
    ['things.get', { id: 'broken' }, { ok: false, error: { code: 'internal/unexpected' } }],
    ['things.get', { id: 'wrong' }, { ok: false, error: { code: 'internal/unexpected' } }],
    ['things.paint', {}, { ok: false, error: { code: 'internal/unexpected' } }],
    ['things.changed', {}, { ok: false, error: { code: 'internal/unexpected' } }],
    ['things.constructor', {}, { ok: false, error: { code: 'internal/unexpected' } }],
    ['constructor.name', {}, { ok: false, error: { code: 'internal/unexpected' } }],
    ['__proto__.toString', {}, { ok: false, error: { code: 'internal/unexpected' } }],
    ['', {}, { ok: false, error: { code: 'internal/unexpected' } }],
  ])('%s with %j is answered and never thrown', async (name, input, reply) => {
    expect(await engine(name, input)).toMatchObject(reply as object);
  });
});

describe('the client', () => {
  const silent = (): (() => void) => () => undefined;

  it('answers values, and rejects with the error that the other side threw', async () => {
    const client = createClient(contract, { invoke: engine, subscribe: silent });
    expect(await client.things.get({ id: 'four' })).toEqual({ size: 4 });
    const refused = client.things.get({ id: 'refused' });
    await expect(refused).rejects.toBeInstanceOf(AppError);
    await expect(refused).rejects.toMatchObject({ code: 'input/in-use', context: { by: 'y' } });
  });

  it('does not believe an answer of the wrong shape', async () => {
    const invoke: Dispatch = () => Promise.resolve({ ok: true, value: { size: 'big' } });
    await expect(createClient(contract, { invoke, subscribe: silent }).things.get({ id: 'x' })).rejects.toThrow();
  });

  it('hands on events until they are undone', () => {
    const listeners = new Set<(payload: unknown) => void>();
    const client = createClient(contract, {
      invoke: engine,
      subscribe: (name, listener) => {
        expect(name).toBe('things.changed');
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    });
    const heard: string[] = [];
    const undo = client.things.onChanged(({ id }) => heard.push(id));
    const send = (payload: unknown): void => {
      for (const listener of listeners) listener(payload);
    };
    send({ id: 'a' });
    expect(() => {
      send({ id: 7 });
    }).toThrow();
    undo();
    undo();
    send({ id: 'b' });
    expect(heard).toEqual(['a']);
  });
});

describe('an event that is sent', () => {
  it('is checked before it leaves, and nothing but events are', () => {
    const sent: unknown[] = [];
    const emit = createEmit(contract, (name, payload) => sent.push([name, payload]));
    emit('things.changed', { id: 'a' });
    expect(() => {
      emit('things.changed', { id: 1 } as unknown as { id: string });
    }).toThrow();
    expect(() => {
      emit('things.get' as 'things.changed', { id: 'a' });
    }).toThrow(AppError);
    expect(sent).toEqual([['things.changed', { id: 'a' }]]);
  });
});

describe('a member of the contract', () => {
  it('is found by its name, and nothing else is', () => {
    expect(findMember(contract, 'things.get')?.kind).toBe('call');
    expect(findMember(contract, 'things.changed')?.kind).toBe('event');
    for (const name of ['things', 'things.', '.get', 'things.get.x', 'toString.call', 'things.hasOwnProperty']) {
      expect(findMember(contract, name)).toBeNull();
    }
  });
});

describe('a reply', () => {
  it('is its value or throws its error', () => {
    expect(fromReply({ ok: true, value: 5 })).toBe(5);
    const error = { code: 'run/cancelled', message: 'x', retry: 'never', context: {} } as const;
    expect(() => fromReply({ ok: false, error })).toThrow(AppError);
  });
});
