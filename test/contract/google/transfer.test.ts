import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MultipartReader } from '../../google/multipart.ts';
import { hashOf, openClient, openGoogle, reasonOf, type Json, type TestClient } from './support.ts';

function toMultipart(metadata: Json, data: Buffer, boundary: string): Buffer {
  const head = `--${boundary}\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(metadata)}\r\n`;
  const media = `--${boundary}\r\nContent-Type: application/x-test\r\n\r\n`;
  return Buffer.concat([Buffer.from(head + media), data, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}

async function store(client: TestClient, data: Buffer): Promise<string> {
  const answer = await client.call('POST', '/upload/drive/v3/files?uploadType=media', data);
  return String(answer.json['id']);
}

describe('uploads in one request', () => {
  it('media keeps the bytes and their type', async () => {
    const client = openClient(await openGoogle());
    const data = randomBytes(300_000);
    const path = '/upload/drive/v3/files?uploadType=media&fields=name,mimeType,sha256Checksum';
    const answer = await client.call('POST', path, data, { 'Content-Type': 'application/x-test' });
    expect(answer.json).toEqual({ name: 'Untitled', mimeType: 'application/x-test', sha256Checksum: hashOf(data) });
  });

  it('multipart keeps any bytes, also those that look like a delimiter', async () => {
    const client = openClient(await openGoogle());
    const boundary = 'b0und';
    const data = Buffer.concat([randomBytes(100_000), Buffer.from(`\r\n--b0un\r\n\r\n--\0\xff`, 'latin1')]);
    const body = toMultipart({ name: 'x', appProperties: { a: '1' } }, data, boundary);
    const headers = { 'Content-Type': `multipart/related; boundary="${boundary}"` };
    const path = '/upload/drive/v3/files?uploadType=multipart&fields=name,mimeType,size,sha256Checksum,appProperties';
    const answer = await client.call('POST', path, body, headers);
    expect(answer.json).toEqual({
      ...{ name: 'x', mimeType: 'application/x-test', appProperties: { a: '1' } },
      ...{ size: String(data.length), sha256Checksum: hashOf(data) },
    });
  });

  it.each([
    ['\r\n', 'the rule'],
    ['\n', 'Google’s Python client'],
  ])('reads a multipart body however it is cut, with line ends %j as by %s', (lineEnd) => {
    const data = Buffer.from('\r\n--b\r\n-x-\r\n--', 'latin1');
    const pieces = [
      '--bound',
      'Content-Type: application/json',
      '',
      '{"name":"x"}',
      '--bound',
      'Content-Type: x/y',
      '',
    ];
    const ends = [Buffer.from([...pieces, ''].join(lineEnd)), Buffer.from(`${lineEnd}--bound--`)] as const;
    const body = Buffer.concat([ends[0], data, ends[1]]);
    for (let size = 1; size <= body.length; size += 1) {
      const reader = new MultipartReader('bound');
      const parts: Buffer[] = [];
      let metadata = '';
      for (let at = 0; at < body.length; at += size) {
        for (const event of reader.push(body.subarray(at, at + size))) {
          if (event.kind === 'data') parts.push(Buffer.from(event.data));
          if (event.kind === 'metadata') metadata = event.text;
        }
      }
      expect([size, reader.done, metadata, Buffer.concat(parts).toString()]).toEqual([
        ...[size, true, '{"name":"x"}', data.toString()],
      ]);
    }
  });

  it('leaves nothing behind when the multipart body is broken', async () => {
    const google = await openGoogle();
    const body = toMultipart({ name: 'x' }, Buffer.from('abc'), 'b').subarray(0, -6);
    const headers = { 'Content-Type': 'multipart/related; boundary=b' };
    const answer = await openClient(google).call('POST', '/upload/drive/v3/files?uploadType=multipart', body, headers);
    expect([answer.status, reasonOf(answer), google.files().length]).toEqual([400, 'badContent', 0]);
  });
});

describe('downloads', () => {
  const data = Buffer.from('0123456789');

  it.each([
    [null, 200, '0123456789', null],
    ['bytes=0-', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-99', 206, '789', 'bytes 7-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=5-2', 200, '0123456789', null],
    ['bytes=10-', 416, null, 'bytes */10'],
  ])('answer Range: %s with %i', async (range, status, text, contentRange) => {
    const client = openClient(await openGoogle());
    const id = await store(client, data);
    const headers: Record<string, string> = range === null ? {} : { Range: range };
    const answer = await client.call('GET', `/drive/v3/files/${id}?alt=media`, null, headers);
    expect([answer.status, answer.headers.get('content-range')]).toEqual([status, contentRange]);
    if (text !== null) expect(answer.text).toBe(text);
  });

  it('answer a range of an empty file with 416, and a folder with 403', async () => {
    const client = openClient(await openGoogle());
    const id = await store(client, Buffer.alloc(0));
    const range = await client.call('GET', `/drive/v3/files/${id}?alt=media`, null, { Range: 'bytes=0-' });
    expect([range.status, range.headers.get('content-range')]).toEqual([416, 'bytes */0']);
    expect((await client.call('GET', `/drive/v3/files/${id}?alt=media`)).status).toBe(200);
    const folder = await client.call('GET', '/drive/v3/files/root?alt=media');
    expect([folder.status, reasonOf(folder)]).toEqual([403, 'fileNotDownloadable']);
  });
});
