import { describe, expect, it } from 'vitest';
import { createLog, redact } from '../../electron/engine/base/log.ts';

describe('a line of a log hides', () => {
  it.each([
    ['the key AGE-SECRET-KEY-1QQPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L-X is made', 'the key [hidden] is made'],
    ['age-secret-key-1abc', '[hidden]'],
    ['postgres://me:pass@host:5432/db', 'postgres://me:[hidden]@host:5432/db'],
    ['postgres://me:p@ss@host/db', 'postgres://me:[hidden]@host/db'],
    ['postgresql://:pa%20ss@host/db', 'postgresql://:[hidden]@host/db'],
    ['Authorization: Bearer ya29.a0Af_x-y.z', 'Authorization: Bearer [hidden]'],
    ['token ya29.A0AfH6SMB-x_y is good', 'token [hidden] is good'],
    ['1//0gabcdefghij-klmnopqrstuv_w', '[hidden]'],
    ['{"refresh_token":"abc","scope":"s"}', '{"refresh_token":"[hidden]","scope":"s"}'],
    [
      'client_secret=GOCSPX-1&code_verifier=xyz&grant_type=a',
      'client_secret=[hidden]&code_verifier=[hidden]&grant_type=a',
    ],
    ['PUT /upload?uploadType=resumable&upload_id=AAA_b-c', 'PUT /upload?uploadType=resumable&upload_id=[hidden]'],
    ["password='hunter2' host=x", "password='[hidden]' host=x"],
    ['password: hunter2', 'password: [hidden]'],
    ['key -----BEGIN PRIVATE KEY-----\nMIIEv\n-----END PRIVATE KEY----- read', 'key [hidden] read'],
    ['{"private_key":"-----BEGIN RSA PRIVATE KEY-----\\nMIIEv', '{"private_key":"[hidden]'],
    ['signed eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJyb2JvdCJ9.c2ln-bmF0dXJl for it', 'signed [hidden] for it'],
  ])('%s', (line, hidden) => {
    expect(redact(line)).toBe(hidden);
  });
});

describe('a line of a log keeps', () => {
  it.each([
    'http://127.0.0.1:8080/drive/v3/files',
    'server 15.18, pg_dump 15.18 in /usr/lib/postgresql/15/bin',
    'run a1b2: waiting after drive/offline: upload chunk: no answer from Google (ECONNRESET)',
    'mail to me@example.com, done at 03:00',
  ])('%s', (line) => {
    expect(redact(line)).toBe(line);
  });
});

describe('a log', () => {
  it('hands on each line with its level, without what it hides', () => {
    const lines: string[] = [];
    const log = createLog((level, message) => lines.push(`${level} ${message}`));
    log.debug('a');
    log.info('b');
    log.warn('password=x');
    log.error('d');
    expect(lines).toEqual(['debug a', 'info b', 'warn password=[hidden]', 'error d']);
  });
});
