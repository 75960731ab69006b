import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createLink,
  engineStoppedError,
  type LinkPort,
  type LinkSide,
  type MessageLink,
} from '../../electron/engine/base/message-link.ts';
import { AppError } from '../../shared/errors.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const deaf: LinkSide = {
  answer: () => Promise.resolve({ ok: true, value: null }),
  onEvent: () => undefined,
};

/** Two links over a real message channel: values are copied as between two processes. */
function connect(
  left: Partial<LinkSide>,
  right: Partial<LinkSide>,
): { left: MessageLink; right: MessageLink; raw: LinkPort } {
  const channel = new MessageChannel();
  cleanups.push(() => {
    channel.port1.close();
  });
  const toPort = (port: typeof channel.port1): LinkPort => ({
    post: (message) => {
      port.postMessage(message);
    },
    onMessage: (listener) => {
      port.on('message', listener);
    },
  });
  const raw = toPort(channel.port1);
  return {
    left: createLink(raw, { ...deaf, ...left }),
    right: createLink(toPort(channel.port2), { ...deaf, ...right }),
    raw,
  };
}

describe('a message link', () => {
  it('carries calls both ways at the same time, each to its own answer', async () => {
    const { left, right } = connect(
      { answer: (name, input) => Promise.resolve({ ok: true, value: ['left', name, input] }) },
      { answer: (name, input) => Promise.resolve({ ok: true, value: ['right', name, input] }) },
    );
    const replies = await Promise.all([left.invoke('a.b', 1), right.invoke('c.d', 2), left.invoke('e.f', undefined)]);
    expect(replies).toEqual([
      { ok: true, value: ['right', 'a.b', 1] },
      { ok: true, value: ['left', 'c.d', 2] },
      { ok: true, value: ['right', 'e.f', undefined] },
    ]);
  });

  it('keeps code, retry and context of an error that the other side threw', async () => {
    const error = new AppError('drive/offline', 'no route', { retry: 'later', context: { host: 'example' } });
    const { left } = connect({}, { answer: () => Promise.reject(error) });
    expect(await left.invoke('x.y', null)).toEqual({
      ok: false,
      error: { code: 'drive/offline', message: 'no route', retry: 'later', context: { host: 'example' } },
    });
  });

  it('delivers events in order, and before the answer of a call that was sent after them', async () => {
    const seen: unknown[] = [];
    const { left } = connect({}, { onEvent: (name, payload) => seen.push([name, payload]) });
    left.emit('runs.changed', 1);
    left.emit('runs.changed', 2);
    await left.invoke('x.y', null);
    expect(seen).toEqual([
      ['runs.changed', 1],
      ['runs.changed', 2],
    ]);
  });

  it('ends pending and later calls with the first error it was closed with', async () => {
    const { left } = connect({}, { answer: () => new Promise(() => undefined) });
    const pending = [left.invoke('x.y', 1), left.invoke('x.y', 2)];
    left.close(engineStoppedError('the engine ended'));
    left.close(new AppError('internal/unexpected', 'second'));
    const replies = await Promise.all([...pending, left.invoke('x.y', 3)]);
    expect(replies.map((reply) => (reply.ok ? 'ok' : reply.error.code))).toEqual(Array(3).fill('engine/stopped'));
  });

  it('answers with an error when a value cannot be copied, in either direction', async () => {
    const { left } = connect({}, { answer: () => Promise.resolve({ ok: true, value: () => 'a function' }) });
    for (const input of [null, () => 'a function']) {
      expect(await left.invoke('x.y', input)).toMatchObject({ ok: false, error: { code: 'internal/unexpected' } });
    }
  });

  it('leaves messages alone that are not its own', async () => {
    const { left, raw } = connect({}, {});
    for (const stray of [
      { kind: 'start', options: {} },
      { kind: 'reply', id: 99, reply: { ok: true } },
      'text',
      null,
    ]) {
      raw.post(stray);
    }
    expect(await left.invoke('x.y', null)).toEqual({ ok: true, value: null });
  });
});
