import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../google/q-parser.ts';
import { openClient, openGoogle, reasonOf, type Answer, type Json, type TestClient } from './support.ts';

const folderType = 'application/vnd.google-apps.folder';

async function find(client: TestClient, query: string, more = ''): Promise<string[]> {
  const path = `/drive/v3/files?fields=files(name)&orderBy=name&q=${encodeURIComponent(query)}${more}`;
  const answer = await client.call('GET', path);
  if (answer.status !== 200) throw new Error(answer.text);
  return (answer.json['files'] as { name: string }[]).map((file) => file.name);
}

/** folder/ with `Hello World.age` and `it's \ here`, and `other` in the root, in the bin. */
async function openSample(): Promise<{ client: TestClient; folder: string }> {
  const google = await openGoogle({ now: () => new Date('2026-11-22T03:00:00Z') });
  const client = openClient(google);
  const make = async (metadata: Json): Promise<string> =>
    String((await client.call('POST', '/drive/v3/files', metadata)).json['id']);
  const folder = await make({ name: 'folder', mimeType: folderType, modifiedTime: '2026-11-01T00:00:00Z' });
  await make({
    ...{ name: 'Hello World.age', parents: [folder], appProperties: { set: 's1', kind: 'dump' } },
    properties: { public: 'yes' },
  });
  await make({ name: "it's \\ here", parents: [folder], starred: true, appProperties: { set: 's2' } });
  const other = await make({ name: 'other' });
  await client.call('PATCH', `/drive/v3/files/${other}`, { trashed: true });
  return { client, folder };
}

describe('the search of files.list', () => {
  it('finds what each term and operator says', async () => {
    const { client, folder } = await openSample();
    const hello = 'Hello World.age';
    const its = "it's \\ here";
    const all = ['folder', hello, its, 'other'];
    const table: [string, string[]][] = [
      ['', all],
      ["name = 'Hello World.age'", [hello]],
      ["name='Hello World.age'", [hello]],
      ["name != 'other'", ['folder', hello, its]],
      ["name = 'it\\'s \\\\ here'", [its]],
      ["name contains 'hello'", [hello]],
      ["name contains 'World'", [hello]],
      ["name contains 'orld'", []],
      ["not name contains 'hello'", ['folder', its, 'other']],
      [`mimeType = '${folderType}'`, ['folder']],
      [`mimeType!='${folderType}'`, [hello, its, 'other']],
      ["mimeType contains 'octet'", [hello, its, 'other']],
      [`'${folder}' in parents`, [hello, its]],
      ["'root' in parents", ['folder', 'other']],
      ["'nowhere' in parents", []],
      ["'me' in owners", all],
      ["'other@example.com' in owners", []],
      ['trashed = true', ['other']],
      ['trashed=false', ['folder', hello, its]],
      ['trashed != true', ['folder', hello, its]],
      ['starred = true', [its]],
      ['sharedWithMe = true', []],
      ["modifiedTime > '2026-11-10T12:00:00'", [hello, its, 'other']],
      ["modifiedTime <= '2026-11-01'", ['folder']],
      ["modifiedTime = '2026-11-01T01:00:00+01:00'", ['folder']],
      ["createdTime < '2026-11-22T03:00:00'", []],
      ["createdTime >= '2026-11-22T03:00:00'", all],
      ["appProperties has { key='set' and value='s1' }", [hello]],
      ["appProperties has {key='set'and value='s2'}", [its]],
      ["appProperties has { key='set' }", [hello, its]],
      ["properties has { key='public' and value='yes' }", [hello]],
      ["properties has { key='set' and value='s1' }", []],
      ["trashed = false and (name = 'folder' or starred = true)", ['folder', its]],
      // One rank, from left to right: (starred or name) and trashed.
      ["starred = true or name = 'folder' and trashed = true", []],
      ["not (trashed = true or starred = true) and name != 'folder'", [hello]],
      ["((name = 'folder'))", ['folder']],
    ];
    const found: [string, string[]][] = [];
    for (const [query] of table) found.push([query, await find(client, query)]);
    expect(found).toEqual(table);
  });

  it.each([
    'colour = "red"',
    "colour = 'red'",
    "name like 'x'",
    "name = 'x",
    'name = x',
    "name > 'x'",
    "'x' in names",
    "parents in 'x'",
    "parents = 'x'",
    'trashed',
    "trashed = 'true'",
    'trashed = yes',
    "modifiedTime > 'yesterday'",
    "appProperties has { value='v' }",
    "appProperties has { key='k' and value='v'",
    "appProperties = 'k'",
    "name = 'a' name = 'b'",
    "name = 'a' and",
    "(name = 'a'",
    "name = 'a')",
    'not',
    "name = 'a' && name = 'b'",
    "constructor = 'x'",
  ])('refuses %s', async (query) => {
    const client = openClient(await openGoogle());
    const answer = await client.call('GET', `/drive/v3/files?q=${encodeURIComponent(query)}`);
    expect([answer.status, reasonOf(answer)]).toEqual([400, 'invalid']);
  });

  it.each([
    "fullText contains 'x'",
    "visibility = 'limited'",
    "not ('x' in writers)",
    "trashed = false and 'x' in readers",
  ])('says that it does not have %s', async (query) => {
    const client = openClient(await openGoogle());
    const answer = await client.call('GET', `/drive/v3/files?q=${encodeURIComponent(query)}`);
    expect([answer.status, reasonOf(answer)]).toEqual([501, 'notImplemented']);
  });

  it('reads a query into a tree', () => {
    expect(parseQuery("not trashed=true and ('a' in parents)")).toEqual({
      kind: 'and',
      left: { kind: 'not', inner: { kind: 'compare', term: 'trashed', op: '=', value: true } },
      right: { kind: 'compare', term: 'parents', op: 'in', value: 'a' },
    });
  });
});

describe('pages', () => {
  it('give every file once, in order, also when files come meanwhile', async () => {
    const client = openClient(await openGoogle());
    const names = Array.from({ length: 7 }, (_, index) => `f${String(index)}`);
    for (const name of names) await client.call('POST', '/drive/v3/files', { name });
    const seen: string[] = [];
    let token: string | null = null;
    do {
      const page = token === null ? '' : `&pageToken=${encodeURIComponent(token)}`;
      const answer: Answer = await client.call('GET', `/drive/v3/files?pageSize=3&orderBy=name desc${page}`);
      seen.push(...(answer.json['files'] as { name: string }[]).map((file) => file.name));
      token = (answer.json['nextPageToken'] as string | undefined) ?? null;
      await client.call('POST', '/drive/v3/files', { name: 'zzz' });
    } while (token !== null);
    expect(seen).toEqual(names.toReversed());
  });

  it('refuse a page token of another question, and an unknown order', async () => {
    const client = openClient(await openGoogle());
    for (const name of ['a', 'b']) await client.call('POST', '/drive/v3/files', { name });
    const first = await client.call('GET', '/drive/v3/files?pageSize=1');
    const token = encodeURIComponent(String(first.json['nextPageToken']));
    const other = await client.call('GET', `/drive/v3/files?pageSize=1&orderBy=name&pageToken=${token}`);
    expect([other.status, reasonOf(other)]).toEqual([400, 'invalid']);
    expect(reasonOf(await client.call('GET', '/drive/v3/files?orderBy=colour'))).toBe('invalidParameter');
  });
});
