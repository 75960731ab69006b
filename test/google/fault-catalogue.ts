// Every way in which Google, the network or a person's account is known or believed to fail, as rules by name. Client tests
// can loop over them; each is also reachable over HTTP by POST /_ctl/faults.
import type { Action, Match } from './faults.ts';
import { answerNames } from './fault-words.ts';
import type { RequestKind } from './request-kind.ts';

export interface CataloguedFault {
  readonly name: string;
  readonly area: 'upload' | 'list' | 'sign-in' | 'delete' | 'download';
  /** Set together. */
  readonly rules: readonly { readonly match: Match; readonly action: Action }[];
}

type Rule = readonly [Match | RequestKind, Action];

const toFault = (area: CataloguedFault['area'], name: string, ...rules: Rule[]): CataloguedFault => ({
  ...{ area, name },
  rules: rules.map(([match, action]) => ({ match: typeof match === 'string' ? { kind: match } : match, action })),
});

const lastChunk: Match = { kind: 'chunk', final: true };
const afterFirst: Match = { kind: 'chunk', offsetFrom: 1 };
const stages: readonly (readonly [string, Match])[] = [
  ['the start', { kind: 'session-start' }],
  ['a chunk', { kind: 'chunk' }],
  ['the last chunk', lastChunk],
  ['a status query', { kind: 'status' }],
];

/** Refusals that a request of an upload may meet at any stage. */
const uploadAnswers = answerNames.filter(
  (name) =>
    !/token$|client$|^invalid-grant|^admin|abusive|download|^page|^id-in-use/.test(name) || name === 'bad-token',
);

const uploadFaults: readonly CataloguedFault[] = [
  toFault('upload', 'half of a chunk is kept', ['chunk', { do: 'accept-only', bytes: 'half' }]),
  toFault('upload', '256 KiB of a chunk are kept', ['chunk', { do: 'accept-only', bytes: 262_144 }]),
  toFault('upload', 'nothing of a chunk is kept', ['chunk', { do: 'accept-only', bytes: 0 }]),
  toFault('upload', 'a 308 without Range', ['chunk', { do: 'accept-only', bytes: 0, omitRange: true }]),
  toFault('upload', 'a Range that goes back', [afterFirst, { do: 'claim-range', bytes: 1 }]),
  toFault('upload', 'bytes that were acknowledged are lost', [afterFirst, { do: 'lose-bytes', keep: 1000 }]),
  ...stages.flatMap(([stage, match]): CataloguedFault[] => [
    toFault('upload', `reset before ${stage}`, [match, { do: 'reset', at: 'arrived' }]),
    toFault('upload', `reset after ${stage} took effect`, [match, { do: 'reset', at: 'done' }]),
    toFault('upload', `no answer to ${stage}`, [match, { do: 'hang', at: 'done' }]),
    toFault('upload', `a late answer to ${stage}`, [match, { do: 'delay', at: 'arrived', ms: 50 }]),
    ...uploadAnswers.map((like) => toFault('upload', `${like} at ${stage}`, [match, { do: 'respond', like }])),
  ]),
  toFault('upload', 'reset in the middle of a chunk', ['chunk', { do: 'reset', at: 'body' }]),
  toFault('upload', 'no answer in the middle of a chunk', ['chunk', { do: 'hang', at: 'body' }]),
  toFault('upload', 'reset in the middle of the last answer', [lastChunk, { do: 'reset', at: 'sending' }]),
  toFault('upload', 'five refusals in a row', [
    { kind: 'chunk', times: 5 },
    { do: 'respond', like: 'backend' },
  ]),
  toFault('upload', '429 with Retry-After', [
    'chunk',
    { do: 'respond', like: 'too-many', headers: { 'Retry-After': '1' } },
  ]),
  toFault('upload', 'the token ends in the middle', [afterFirst, { do: 'expire-tokens' }]),
  toFault('upload', 'the session is forgotten (404)', [afterFirst, { do: 'forget-session', status: 404 }]),
  toFault('upload', 'the session is forgotten (410)', [afterFirst, { do: 'forget-session', status: 410 }]),
  toFault(
    'upload',
    'the last answer is lost and the session forgotten',
    [lastChunk, { do: 'reset', at: 'done' }],
    ['status', { do: 'forget-session' }],
  ),
  toFault('upload', 'the file is there and the session says 404', [lastChunk, { do: 'forget-session', at: 'done' }]),
  toFault('upload', 'a slow line', ['chunk', { do: 'throttle', at: 'body', bytesPerSecond: 1_000_000 }]),
  toFault('upload', 'no Location', ['session-start', { do: 'change-headers', set: { Location: null } }]),
  toFault('upload', 'a Location without a host', ['session-start', { do: 'change-location', relative: true }]),
  toFault('upload', 'a Location on another host', [
    'session-start',
    { do: 'change-location', origin: 'http://127.0.0.1:9' },
  ]),
  toFault('upload', 'the session moves', ['chunk', { do: 'move-session' }]),
  toFault('upload', 'a wrong MD5', [lastChunk, { do: 'change-body', set: { md5Checksum: '0'.repeat(32) } }]),
  toFault('upload', 'a wrong SHA-256', [lastChunk, { do: 'change-body', set: { sha256Checksum: '0'.repeat(64) } }]),
  toFault('upload', 'no SHA hashes', [
    lastChunk,
    { do: 'change-body', set: { sha1Checksum: null, sha256Checksum: null } },
  ]),
  toFault('upload', 'no size', [lastChunk, { do: 'change-body', set: { size: null } }]),
  toFault('upload', 'SHA hashes come late', [lastChunk, { do: 'late-hashes', ms: 2000 }]),
  toFault('upload', 'all hashes come late', [lastChunk, { do: 'late-hashes', ms: 2000, which: 'all' }]),
  toFault('upload', 'a byte is damaged, the hashes show it', [lastChunk, { do: 'corrupt', when: 'before-hash' }]),
  toFault('upload', 'a byte is damaged, the hashes do not', [lastChunk, { do: 'corrupt', when: 'after-hash' }]),
  toFault('upload', 'the id is said to be in use', ['session-start', { do: 'respond', like: 'id-in-use' }]),
  toFault('upload', 'the id is said to be in use at the end', [lastChunk, { do: 'respond', like: 'id-in-use' }]),
  toFault('upload', 'the file comes twice', [lastChunk, { do: 'duplicate' }]),
];

const listFaults: readonly CataloguedFault[] = [
  toFault('list', 'new files are missing', ['list', { do: 'hide-files', newerThanMs: 3_600_000 }]),
  toFault('list', 'some files are missing', ['list', { do: 'hide-files', names: '.' }]),
  toFault('list', 'the search was not complete', [
    'list',
    { do: 'change-body', set: { incompleteSearch: true, files: [] } },
  ]),
  toFault('list', 'a page token is refused', [
    { kind: 'list', query: { pageToken: '.' } },
    { do: 'respond', like: 'page-token' },
  ]),
  toFault('list', 'pages of one', [
    { kind: 'list', times: null },
    { do: 'short-pages', size: 1 },
  ]),
  toFault('list', 'an empty page that is not the last', ['list', { do: 'short-pages', size: 0 }]),
  toFault('list', 'files of others', ['list', { do: 'list-foreign' }]),
  toFault('list', 'a folder comes twice', ['create', { do: 'duplicate' }]),
];

const signInFaults: readonly CataloguedFault[] = [
  ...(['invalid-grant', 'invalid-client', 'deleted-client', 'disabled-client', 'unauthorized-client'] as const).map(
    (like) => toFault('sign-in', like, ['token', { do: 'respond', like }]),
  ),
  ...(['backend', 'internal', 'bad-gateway', 'too-many'] as const).map((like) =>
    toFault('sign-in', `${like} at the token address`, ['token', { do: 'respond', like }]),
  ),
  toFault('sign-in', 'a slow token address', ['token', { do: 'delay', at: 'done', ms: 100 }]),
  toFault('sign-in', 'no answer of the token address', ['token', { do: 'hang', at: 'arrived' }]),
  toFault('sign-in', 'a reset of the token address', ['token', { do: 'reset', at: 'done' }]),
  toFault('sign-in', 'a token for seconds', ['token', { do: 'change-body', set: { expires_in: 1 } }]),
  toFault('sign-in', 'another state comes back', ['auth', { do: 'change-location', query: { state: 'another' } }]),
  toFault('sign-in', 'no state comes back', ['auth', { do: 'change-location', query: { state: null } }]),
  toFault('sign-in', 'the administrator forbids', [
    'auth',
    { do: 'change-location', query: { code: null, scope: null, error: 'admin_policy_enforced' } },
  ]),
];

const otherFaults: readonly CataloguedFault[] = [
  toFault('delete', 'no right to delete', ['delete', { do: 'respond', like: 'file-rights' }]),
  toFault('delete', 'gone already', ['delete', { do: 'respond', like: 'file-gone' }]),
  toFault('delete', 'no right to trash', ['update', { do: 'respond', like: 'file-rights' }]),
  toFault('delete', 'the answer is lost', ['delete', { do: 'reset', at: 'done' }]),
  toFault('download', 'fewer bytes than asked for', ['download', { do: 'short-range', bytes: 1000 }]),
  toFault('download', 'a reset in the middle', ['download', { do: 'reset', at: 'sending' }]),
  toFault('download', 'a stop in the middle', ['download', { do: 'hang', at: 'sending' }]),
  toFault('download', 'the range is ignored', ['download', { do: 'ignore-range' }]),
  toFault('download', 'a slow line', ['download', { do: 'throttle', at: 'sending', bytesPerSecond: 1_000_000 }]),
  toFault('download', 'malware', ['download', { do: 'respond', like: 'abusive' }]),
  toFault('download', 'too many downloads', ['download', { do: 'respond', like: 'download-quota' }]),
  toFault('download', 'a range that is refused', [
    'download',
    { do: 'respond', status: 416, body: 'Request range not satisfiable', headers: { 'Content-Range': 'bytes */0' } },
  ]),
];

export const faultCatalogue: readonly CataloguedFault[] = [
  ...uploadFaults,
  ...listFaults,
  ...signInFaults,
  ...otherFaults,
];
