import { describe, expect, it } from 'vitest';
import { applyMask, parseFields } from '../../google/fields-mask.ts';
import { fileListFields } from '../../google/field-schema.ts';
import { openClient, openGoogle, reasonOf } from './support.ts';

const list = {
  kind: 'list',
  files: [{ id: '1', name: 'a', owners: [{ me: true, kind: 'u' }], appProperties: { x: '1', y: '2' } }, { id: '2' }],
};

describe('the fields mask', () => {
  it.each([
    ['kind', { kind: 'list' }],
    ['*', list],
    ['files/id', { files: [{ id: '1' }, { id: '2' }] }],
    ['kind, files(id, name)', { kind: 'list', files: [{ id: '1', name: 'a' }, { id: '2' }] }],
    ['files(owners(me))', { files: [{ owners: [{ me: true }] }, {}] }],
    ['files/owners/me', { files: [{ owners: [{ me: true }] }, {}] }],
    ['files/appProperties/x', { files: [{ appProperties: { x: '1' } }, {}] }],
    ['files/id,files/name', { files: [{ id: '1', name: 'a' }, { id: '2' }] }],
    ['files(id),files', { files: list.files }],
    ['files(*)', { files: list.files }],
    ['files/thumbnailLink', { files: [{}, {}] }],
  ])('%s', (fields, expected) => {
    expect(applyMask(list, parseFields(fields, fileListFields))).toEqual(expected);
  });

  it.each([
    'colour',
    'files(colour)',
    'files(id',
    'files(id))',
    'id',
    'files.id',
    'files/',
    ',kind',
    'kind kind',
    'constructor',
  ])('refuses "%s"', async (fields) => {
    const client = openClient(await openGoogle());
    const answer = await client.call('GET', `/drive/v3/files?fields=${encodeURIComponent(fields)}`);
    expect([answer.status, reasonOf(answer)]).toEqual([400, 'invalidParameter']);
    expect(answer.text).toContain('Invalid field selection');
  });

  it('takes an empty mask for none', async () => {
    const client = openClient(await openGoogle());
    const answer = await client.call('GET', '/drive/v3/files/root?fields=');
    expect(Object.keys(answer.json)).toEqual(['kind', 'id', 'name', 'mimeType']);
  });

  it('says which of Google’s fields it does not have', async () => {
    const client = openClient(await openGoogle());
    const answer = await client.call('GET', '/drive/v3/files/root?fields=permissions');
    expect([answer.status, answer.text.includes('permissions')]).toEqual([501, true]);
  });
});
