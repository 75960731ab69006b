// Every fault at every stage of an upload, generated: a list of stages, a list of faults, and which of them go together.
import type { Action, Match } from '../../google/faults.ts';
import { MiB } from './drive-world.ts';

/**
 * `passing`: goes away by itself, so the upload must end well. `lasting`: goes away only when the run waits. `refusal`: Google
 * says no, which may end the run, but never with a file. `damage`: Drive has other bytes, or says so.
 */
export type FaultNature = 'passing' | 'lasting' | 'refusal' | 'damage';

export interface Row {
  readonly stage: string;
  readonly fault: string;
  readonly nature: FaultNature;
  readonly match: Match;
  readonly action: Action;
  /** Something to go wrong before, so that the stage is reached at all. */
  readonly before: readonly [Match, Action] | null;
}

type StageKind = 'token' | 'api' | 'start' | 'chunk' | 'last-chunk' | 'query' | 'verify' | 'multipart';

interface Stage {
  readonly name: string;
  readonly kind: StageKind;
  readonly match: Match;
  readonly before?: readonly [Match, Action];
}

interface Fault {
  readonly name: string;
  readonly nature: FaultNature;
  readonly action: Action;
  /** Absent: everywhere. */
  readonly at?: readonly StageKind[];
  readonly times?: number | null;
}

/** Leaves a doubt behind, so that the next request is a question. */
export const brokenChunk: readonly [Match, Action] = [
  { kind: 'chunk', nth: 2 },
  { do: 'reset', at: 'body' },
];

const stages: readonly Stage[] = [
  { name: 'token', kind: 'token', match: { kind: 'token' } },
  { name: 'find folder', kind: 'api', match: { kind: 'list' } },
  { name: 'make folder', kind: 'api', match: { kind: 'create' } },
  { name: 'file id', kind: 'api', match: { kind: 'generate-ids', nth: 2 } },
  { name: 'start', kind: 'start', match: { kind: 'session-start' } },
  { name: 'first chunk', kind: 'chunk', match: { kind: 'chunk' } },
  { name: 'middle chunk', kind: 'chunk', match: { kind: 'chunk', nth: 3 } },
  { name: 'last chunk', kind: 'last-chunk', match: { kind: 'chunk', final: true } },
  { name: 'status query', kind: 'query', match: { kind: 'status' }, before: brokenChunk },
  { name: 'small file', kind: 'multipart', match: { kind: 'upload-multipart' } },
  { name: 'verify', kind: 'verify', match: { kind: 'get' } },
];

const session: readonly StageKind[] = ['chunk', 'last-chunk', 'query'];
const chunks: readonly StageKind[] = ['chunk', 'last-chunk'];
/** Where a silent server is left by the stall timer that the test sets. */
const watched: readonly StageKind[] = ['start', ...session];
const drive: readonly StageKind[] = ['api', 'start', ...session, 'verify', 'multipart'];

const answers = (status: number, reason?: string, more: Partial<Extract<Action, { do: 'respond' }>> = {}): Action => ({
  ...{ do: 'respond', status },
  ...(reason === undefined ? {} : { reason }),
  ...more,
});

const queriesPerMinute =
  "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service 'drive.googleapis.com'";

const faults: readonly Fault[] = [
  { name: 'reset before', nature: 'passing', action: { do: 'reset', at: 'arrived' } },
  {
    name: 'reset in the body',
    nature: 'passing',
    action: { do: 'reset', at: 'body' },
    at: ['start', 'multipart', ...chunks],
  },
  { name: 'answer lost', nature: 'passing', action: { do: 'reset', at: 'done' } },
  { name: 'answer cut short', nature: 'passing', action: { do: 'reset', at: 'sending' } },
  { name: 'reset four times', nature: 'passing', action: { do: 'reset', at: 'arrived' }, times: 4 },
  { name: 'hangs', nature: 'passing', action: { do: 'hang', at: 'arrived' }, at: watched },
  { name: 'hangs in the body', nature: 'passing', action: { do: 'hang', at: 'body' }, at: chunks },
  { name: 'hangs when done', nature: 'passing', action: { do: 'hang', at: 'done' }, at: watched },
  { name: 'slow', nature: 'passing', action: { do: 'delay', at: 'arrived', ms: 30 } },
  { name: '500', nature: 'passing', action: answers(500) },
  { name: '503 after the effect', nature: 'passing', action: answers(503, undefined, { at: 'done' }) },
  { name: '503 three times', nature: 'passing', action: answers(503), times: 3 },
  { name: '502 as a page', nature: 'passing', action: answers(502, undefined, { body: '<html>Bad Gateway</html>' }) },
  { name: '504 as text', nature: 'passing', action: answers(504, undefined, { body: 'Gateway Timeout' }) },
  { name: '408', nature: 'passing', action: answers(408) },
  { name: '429', nature: 'passing', action: answers(429) },
  {
    name: '429 with Retry-After',
    nature: 'passing',
    action: answers(429, undefined, { headers: { 'Retry-After': '9' } }),
  },
  { name: '403 userRateLimitExceeded', nature: 'passing', action: answers(403, 'userRateLimitExceeded'), at: drive },
  { name: '403 rateLimitExceeded', nature: 'passing', action: answers(403, 'rateLimitExceeded'), at: drive },
  {
    name: '403 queries per minute',
    nature: 'passing',
    action: answers(403, 'rateLimitExceeded', { message: queriesPerMinute }),
    at: drive,
  },
  {
    name: '403 without a reason',
    nature: 'passing',
    action: answers(403, undefined, { body: { error: { code: 403, message: queriesPerMinute } } }),
    at: drive,
  },
  { name: '401', nature: 'passing', action: answers(401), at: drive },
  { name: 'tokens expire', nature: 'passing', action: { do: 'expire-tokens' }, at: drive },
  { name: 'session 404', nature: 'passing', action: { do: 'forget-session', status: 404 }, at: session },
  { name: 'session 410', nature: 'passing', action: { do: 'forget-session', status: 410 }, at: session },
  { name: 'session 404 when done', nature: 'passing', action: { do: 'forget-session', at: 'done' }, at: session },
  {
    name: '400 as text',
    nature: 'passing',
    action: answers(400, undefined, { body: 'Failed to parse Content-Range header.' }),
    at: session,
  },
  { name: '412', nature: 'passing', action: answers(412, 'conditionNotMet'), at: session },
  { name: '409', nature: 'passing', action: answers(409, 'fileIdInUse'), at: ['start', ...session] },
  {
    name: '409 after the effect',
    nature: 'passing',
    action: answers(409, 'duplicate', { at: 'done' }),
    at: ['last-chunk', 'multipart'],
  },
  { name: 'half kept', nature: 'passing', action: { do: 'accept-only', bytes: MiB / 2 }, at: ['chunk'] },
  { name: 'nothing kept', nature: 'passing', action: { do: 'accept-only', bytes: 0 }, at: chunks },
  { name: 'an odd number kept', nature: 'passing', action: { do: 'accept-only', bytes: 300_001 }, at: ['chunk'] },
  {
    name: 'Range missing',
    nature: 'passing',
    action: { do: 'accept-only', bytes: MiB, omitRange: true },
    at: ['chunk'],
  },
  { name: 'Range beyond', nature: 'passing', action: { do: 'claim-range', bytes: 64 * MiB }, at: ['chunk', 'query'] },
  { name: 'Range backwards', nature: 'passing', action: { do: 'claim-range', bytes: 1 }, at: ['chunk', 'query'] },
  { name: 'no Location', nature: 'passing', action: { do: 'change-headers', set: { Location: null } }, at: ['start'] },
  {
    name: 'foreign Location',
    nature: 'refusal',
    action: { do: 'change-headers', set: { Location: 'https://example.org/upload?upload_id=x' } },
    at: ['start', 'chunk'],
  },
  {
    name: 'Location is no address',
    nature: 'refusal',
    action: { do: 'change-headers', set: { Location: 'http://' } },
    at: ['start'],
  },
  {
    name: 'an answer that is none',
    nature: 'passing',
    action: answers(200, undefined, { body: 'fine', at: 'done' }),
    at: ['last-chunk'],
  },
  { name: '503 until it waits', nature: 'lasting', action: answers(503), times: null },
  { name: 'resets until it waits', nature: 'lasting', action: { do: 'reset', at: 'arrived' }, times: null },
  {
    name: '403 rate until it waits',
    nature: 'lasting',
    action: answers(403, 'userRateLimitExceeded'),
    times: null,
    at: drive,
  },
  { name: 'dailyLimitExceeded', nature: 'lasting', action: answers(403, 'dailyLimitExceeded'), times: null, at: drive },
  { name: '401 for good', nature: 'lasting', action: answers(401), times: null, at: drive },
  { name: 'invalid_grant', nature: 'lasting', action: answers(400, 'invalid_grant'), times: null, at: ['token'] },
  { name: 'invalid_client', nature: 'lasting', action: answers(401, 'invalid_client'), times: null, at: ['token'] },
  {
    name: 'storageQuotaExceeded',
    nature: 'lasting',
    action: answers(403, 'storageQuotaExceeded'),
    times: null,
    at: drive,
  },
  { name: 'session 404 for good', nature: 'refusal', action: { do: 'forget-session' }, times: null, at: chunks },
  {
    name: 'nothing kept for good',
    nature: 'lasting',
    action: { do: 'accept-only', bytes: 0 },
    times: null,
    at: ['chunk'],
  },
  ...['numChildrenInNonRootLimitExceeded', 'teamDriveFileLimitExceeded', 'activeItemCreationLimitExceeded'].map(
    (reason): Fault => ({
      name: reason,
      nature: 'lasting',
      action: answers(403, reason),
      times: null,
      at: ['start', 'multipart', 'last-chunk'],
    }),
  ),
  ...['domainPolicy', 'accessNotConfigured', 'appNotAuthorizedToFile', 'insufficientFilePermissions'].map(
    (reason): Fault => ({ name: reason, nature: 'refusal', action: answers(403, reason), times: null, at: drive }),
  ),
  {
    name: '400',
    nature: 'refusal',
    action: answers(400, 'invalidParameter'),
    times: null,
    at: ['start', 'multipart', 'api'],
  },
  { name: '404', nature: 'refusal', action: answers(404), times: null, at: ['start', 'multipart'] },
  {
    name: 'a damaged byte',
    nature: 'damage',
    action: { do: 'corrupt', when: 'before-hash' },
    at: ['last-chunk', 'multipart'],
  },
  {
    name: 'three damaged bytes',
    nature: 'damage',
    action: { do: 'corrupt', when: 'before-hash' },
    times: 3,
    at: ['last-chunk', 'multipart'],
  },
  ...(
    [
      ['no sha256', { sha256Checksum: null }, 1, 'passing'],
      ['hashes late', { sha256Checksum: null, md5Checksum: null }, 3, 'passing'],
      ['hashes very late', { sha256Checksum: null, md5Checksum: null }, 9, 'lasting'],
      ['size late', { size: null }, 2, 'passing'],
      ['wrong sha256', { sha256Checksum: 'ab'.repeat(32) }, 1, 'damage'],
      ['wrong md5 alone', { sha256Checksum: null, md5Checksum: 'ab'.repeat(16) }, 1, 'damage'],
      ['wrong size', { size: '7' }, 1, 'damage'],
      ['in the trash', { trashed: true }, 1, 'damage'],
      ['wrong for good', { sha256Checksum: 'ab'.repeat(32) }, null, 'damage'],
    ] as const
  ).map(([name, set, times, nature]): Fault => ({
    name,
    nature,
    action: { do: 'change-body', set },
    times,
    at: ['verify'],
  })),
  { name: '404 once', nature: 'passing', action: answers(404), at: ['verify'] },
];

/** All rows, in the order of the stages. */
export function makeFaultTable(): Row[] {
  return stages.flatMap((stage) =>
    faults
      .filter((fault) => fault.at === undefined || fault.at.includes(stage.kind))
      .map((fault) => ({
        stage: stage.name,
        fault: fault.name,
        nature: fault.nature,
        match: { ...stage.match, ...(fault.times === undefined ? {} : { times: fault.times }) },
        action: fault.action,
        before: stage.before ?? null,
      })),
  );
}

export const stageNames = stages.map(({ name }) => name);
