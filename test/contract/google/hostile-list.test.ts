import { describe, expect, it } from 'vitest';
import { openClient, openGoogle, type Json, type TestClient } from './support.ts';

async function names(client: TestClient, query = ''): Promise<unknown[]> {
  const { json } = await client.call('GET', `/drive/v3/files?orderBy=name&${query}`);
  return (json['files'] as Json[]).map((file) => file['name']);
}

const create = (client: TestClient, name: string): Promise<unknown> => client.call('POST', '/drive/v3/files', { name });

describe('a hostile list', () => {
  it('misses new files for a while, and by name for longer', async () => {
    const google = await openGoogle({ switches: { listLagMs: 60_000, nameLagMs: 120_000 } });
    const client = openClient(google);
    await create(client, 'a');
    const byName = "q=trashed = false and (name = 'a' or name = 'b')";
    expect([await names(client), await names(client, byName)]).toEqual([[], []]);
    google.advanceClock(60_000);
    expect([await names(client), await names(client, byName)]).toEqual([['a'], []]);
    google.advanceClock(60_000);
    expect(await names(client, byName)).toEqual(['a']);
    const [file] = google.files();
    await client.call('PATCH', `/drive/v3/files/${file?.id ?? ''}`, { name: 'b' });
    expect([await names(client), await names(client, byName)]).toEqual([['b'], []]);
  });

  it('hides files from one answer, by age or by name', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    await create(client, 'old');
    google.advanceClock(3_600_000);
    await create(openClient(google), 'new');
    const later = openClient(google);
    google.failNext({ kind: 'list' }, { do: 'hide-files', newerThanMs: 60_000 });
    expect(await names(later)).toEqual(['old']);
    google.failNext({ kind: 'list' }, { do: 'hide-files', names: '^o' });
    expect([await names(later), await names(later)]).toEqual([['new'], ['new', 'old']]);
  });

  it('shows what the app was never given', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    await create(client, 'own');
    google.makeByHand({ name: 'by hand', content: 'x' });
    google.failNext({ kind: 'list' }, { do: 'list-foreign' });
    expect([await names(client), await names(client)]).toEqual([['by hand', 'own'], ['own']]);
  });

  it('has short and empty pages that are not the last, and refuses page tokens', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    for (const name of ['a', 'b', 'c']) await create(client, name);
    const page = async (token?: string): Promise<[number, number | undefined, string]> => {
      const query = token === undefined ? '' : `&pageToken=${encodeURIComponent(token)}`;
      const { status, json } = await client.call('GET', `/drive/v3/files?orderBy=name${query}`);
      return [status, (json['files'] as Json[] | undefined)?.length, String(json['nextPageToken'])];
    };
    google.failNext({ kind: 'list' }, { do: 'short-pages', size: 0 });
    google.failNext({ kind: 'list', nth: 2 }, { do: 'short-pages', size: 1 });
    const [, empty, first] = await page();
    const [, short, second] = await page(first);
    expect([empty, short]).toEqual([0, 1]);
    google.failNext({ kind: 'list', query: { pageToken: '.' } }, { do: 'respond', like: 'page-token' });
    expect((await page(second))[0]).toBe(400);
    expect(await page(second)).toEqual([200, 2, 'undefined']);
  });

  it('says that the search was not complete', async () => {
    const google = await openGoogle();
    const client = openClient(google);
    google.failNext({ kind: 'list' }, { do: 'change-body', set: { incompleteSearch: true } });
    const { json } = await client.call('GET', '/drive/v3/files?fields=files(id)');
    expect(json).toEqual({ files: [], incompleteSearch: true });
  });

  it('refuses a rule whose query pattern cannot be read', async () => {
    const google = await openGoogle();
    const match = { query: { pageToken: '(' } };
    expect(() => google.failNext(match, { do: 'respond', like: 'backend' })).toThrow(SyntaxError);
  });
});
