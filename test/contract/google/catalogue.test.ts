import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { faultCatalogue, type CataloguedFault } from '../../google/fault-catalogue.ts';
import { answerNames, answerWords, type AnswerWords } from '../../google/fault-words.ts';
import { testClientId, testClientSecret } from '../../google/options.ts';
import { driveFileScope, type LocalGoogle } from '../../google/start-google.ts';
import {
  askSession,
  chunkBytes,
  openClient,
  openGoogle,
  putChunk,
  send,
  startSession,
  type TestClient,
} from './support.ts';

const data = Buffer.alloc(3 * chunkBytes, 'x');

type Quietly = (work: Promise<unknown>) => Promise<unknown>;

/** A rule may send the client to another host, or nowhere. */
async function openSession(google: LocalGoogle, quietly: Quietly): Promise<string> {
  const uri = await quietly(startSession(openClient(google), {}, data.length));
  const isHere = typeof uri === 'string' && uri.startsWith(google.origin);
  return isHere ? uri : await startSession(openClient(google), {}, data.length);
}

/** Requests as a client of each area sends them. What fails, or is never answered, is passed over. */
const days: Readonly<Record<CataloguedFault['area'], (google: LocalGoogle, quietly: Quietly) => Promise<void>>> = {
  upload: async (google, quietly) => {
    const uri = await openSession(google, quietly);
    for (let at = 0; at < data.length; at += chunkBytes) {
      await quietly(putChunk(uri, data.subarray(at, at + chunkBytes), at, data.length));
    }
    await quietly(askSession(uri, data.length));
  },
  list: async (google, quietly) => {
    const client = openClient(google);
    await quietly(client.call('POST', '/drive/v3/files', { name: 'folder' }));
    for (const token of ['', '?pageToken=none']) await quietly(client.call('GET', `/drive/v3/files${token}`));
  },
  'sign-in': async (google, quietly) => {
    const secret = { client_id: testClientId, client_secret: testClientSecret };
    const form = { grant_type: 'refresh_token', refresh_token: google.issueTokens().refreshToken, ...secret };
    await quietly(send(google.endpoints.tokenUrl, { method: 'POST', body: new URLSearchParams(form) }));
    const query = new URLSearchParams({
      ...{ client_id: testClientId, redirect_uri: 'http://127.0.0.1:5000', response_type: 'code', state: 's' },
      ...{ scope: driveFileScope, code_challenge_method: 'S256' },
      code_challenge: createHash('sha256').update('v').digest('base64url'),
    });
    await quietly(send(`${google.endpoints.authUrl}?${query.toString()}`));
  },
  delete: async (google, quietly) => {
    const client = openClient(google);
    const path = await createFile(client);
    await quietly(client.call('PATCH', path, { trashed: true }));
    await quietly(client.call('DELETE', path));
  },
  download: async (google, quietly) => {
    const client = openClient(google);
    const path = `${await createFile(client)}?alt=media`;
    await quietly(client.call('GET', path, null, { Range: `bytes=0-${String(data.length - 1)}` }));
  },
};

async function createFile(client: TestClient): Promise<string> {
  const made = await client.call('POST', '/upload/drive/v3/files?uploadType=media', data);
  return `/drive/v3/files/${String(made.json['id'])}`;
}

describe('the catalogue of faults', () => {
  it('has names of its own, and every refusal that is known', () => {
    const names = faultCatalogue.map(({ area, name }) => `${area}: ${name}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(150);
  });

  // A rule that no request ever meets would make a client's test pass for nothing.
  it.each(faultCatalogue.map((fault): [string, CataloguedFault] => [`${fault.area}: ${fault.name}`, fault]))(
    'reaches by HTTP: %s',
    async (_, { area, rules }) => {
      const google = await openGoogle({ switches: { consent: 'allow' } });
      for (const rule of rules) {
        await send(`${google.origin}/_ctl/faults`, { method: 'POST', body: JSON.stringify(rule) });
      }
      const cut = google.waitFor((entry) => entry.fault === 'hang');
      cut.catch(() => null);
      await days[area](google, (work) => Promise.race([work.catch(() => null), cut.then(() => null)]));
      const met = new Set(google.journal().map((entry) => entry.fault));
      for (const { action } of rules) expect(met).toContain(action.do);
    },
  );
});

describe('refusals by name', () => {
  it.each(answerNames)('%s', async (like) => {
    const google = await openGoogle();
    const words: AnswerWords = answerWords[like];
    await send(`${google.origin}/_ctl/faults`, {
      ...{ method: 'POST', body: JSON.stringify({ match: { kind: 'get' }, action: { do: 'respond', like } }) },
    });
    const answer = await openClient(google).call('GET', '/drive/v3/files/root');
    expect(answer.status).toBe(words.status);
    if (typeof words.body === 'string') expect(answer.text).toBe(words.body);
    else if (words.body !== undefined) expect(answer.json).toEqual(words.body);
    else expect(answer.json).toMatchObject({ error: { message: words.message, errors: [{ reason: words.reason }] } });
    expect(answer.headers.get('retry-after')).toBeNull();
  });

  it('carry Retry-After when switched so, where Google may send it', async () => {
    const google = await openGoogle({ switches: { retryAfterSeconds: 7 } });
    const told = async (like: (typeof answerNames)[number]): Promise<string | null> => {
      google.failNext({}, { do: 'respond', like });
      return (await openClient(google).call('GET', '/drive/v3/files/root')).headers.get('retry-after');
    };
    for (const like of ['user-rate', 'queries-without-reason', 'too-many', 'backend'] as const) {
      expect([like, await told(like)]).toEqual([like, '7']);
    }
    for (const like of ['storage-full', 'file-gone', 'bad-token'] as const) {
      expect([like, await told(like)]).toEqual([like, null]);
    }
  });
});
