import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  judgeHostKey,
  matchesHost,
  orderKeyTypes,
  parseKnownHosts,
  readKeyType,
  toFingerprint,
} from '../../../electron/engine/ssh/known-hosts.ts';

function createKey(type: string, fill: number): Buffer {
  const name = Buffer.from(type);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(name.length);
  return Buffer.concat([length, name, Buffer.alloc(32, fill)]);
}

const key = createKey('ssh-ed25519', 1);
const otherKey = createKey('ssh-ed25519', 2);
const gate = { host: 'gate.example.com', port: 22 };
const lineOf = (hosts: string, lineKey = key, marker = ''): string =>
  `${marker}${hosts} ${readKeyType(lineKey)} ${lineKey.toString('base64')} a comment`;
const salt = Buffer.alloc(20, 7);
const hashed = (name: string): string =>
  `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;

it('a fingerprint is written as ssh-keygen writes it', () => {
  expect(toFingerprint(key)).toBe(`SHA256:${createHash('sha256').update(key).digest('base64').slice(0, 43)}`);
});

describe('a line of known_hosts', () => {
  it.each([
    ['gate.example.com', gate, true],
    ['GATE.example.com,10.0.0.1', gate, true],
    ['10.0.0.1', gate, false],
    ['*.example.com', gate, true],
    ['gate.example.co?', gate, true],
    ['*.example.com,!gate.example.com', gate, false],
    ['gate.example.com', { ...gate, port: 2222 }, false],
    ['[gate.example.com]:2222', { ...gate, port: 2222 }, true],
    ['[gate.example.com]:2222', gate, false],
    [hashed('gate.example.com'), gate, true],
    [hashed('other.example.com'), gate, false],
    [hashed('[gate.example.com]:2222'), { ...gate, port: 2222 }, true],
    ['gateXexample.com', gate, false],
  ])('%s, asked for %j: %s', (hosts, place, fits) => {
    expect(matchesHost(hosts, place)).toBe(fits);
  });

  it('is passed over when it is empty, a comment, short or of an unknown mark', () => {
    expect(
      parseKnownHosts(`\n# x\nshort ssh-rsa\n@odd ${lineOf('h')}\n${lineOf('h')}`, 'f').map(({ at }) => at),
    ).toEqual(['f:5']);
  });
});

describe('a host key', () => {
  const judge = (text: string, shown = key, trusted: Parameters<typeof judgeHostKey>[3] = []) =>
    judgeHostKey(shown, gate, parseKnownHosts(text, 'f'), trusted);
  const pin = { ...gate, fingerprint: toFingerprint(key) };

  it('is known by one line, whatever other lines say', () => {
    expect(judge(lineOf('gate.example.com'))).toEqual({ state: 'known' });
    expect(judge(`${lineOf('*', otherKey)}\n${lineOf('gate.example.com')}`)).toEqual({ state: 'known' });
  });

  it('is unknown without a line for the host', () => {
    expect(judge('')).toEqual({ state: 'unknown' });
    expect(judge(lineOf('other.example.com'))).toEqual({ state: 'unknown' });
    expect(judge(lineOf('gate.example.com', key, '@cert-authority '))).toEqual({ state: 'unknown' });
  });

  it('has changed when only other keys are known, and says where', () => {
    expect(judge(`\n${lineOf('gate.example.com', otherKey)}`)).toEqual({ state: 'changed', at: 'f:2' });
  });

  it('is refused when it is revoked, even if it is known or trusted', () => {
    const text = `${lineOf('gate.example.com')}\n${lineOf('*', key, '@revoked ')}`;
    expect(judge(text, key, [pin])).toEqual({ state: 'revoked', at: 'f:2' });
  });

  it('that a person trusted counts alone, for its own host and port', () => {
    expect(judge('', key, [pin])).toEqual({ state: 'known' });
    expect(judge(lineOf('gate.example.com', otherKey), otherKey, [pin])).toEqual({ state: 'changed', at: null });
    expect(judge('', key, [{ ...pin, port: 2222 }])).toEqual({ state: 'unknown' });
  });

  it('is asked for in the kinds that are known first', () => {
    const lines = parseKnownHosts(lineOf('gate.example.com', createKey('ssh-rsa', 3)), 'f');
    expect(orderKeyTypes(['ssh-ed25519', 'rsa-sha2-512', 'rsa-sha2-256'], gate, lines)).toEqual([
      ...['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519'],
    ]);
  });
});
