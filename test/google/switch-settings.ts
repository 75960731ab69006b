// Every doubt about Google's behaviour with all its settings, so that client tests can run under each of them. `known` says
// what a source or a report has; the first setting is the default.
import { defaultSwitches, type Switches } from './options.ts';

export interface Doubt {
  readonly title: string;
  readonly settings: readonly Partial<Switches>[];
  readonly known: string;
}

export const doubts: readonly Doubt[] = [
  {
    title: 'a session URI without Authorization',
    settings: [{ sessionNeedsAuthorization: false }, { sessionNeedsAuthorization: true }],
    known: 'documented for Cloud Storage; clients send the header anyway',
  },
  {
    title: 'bytes below the kept offset',
    settings: [{ overlap: 'skip' }, { overlap: 'refuse' }],
    known: 'skipped at Cloud Storage',
  },
  {
    title: 'bytes above the kept offset',
    settings: [{ gap: 503 }, { gap: 400 }, { gap: 308 }],
    known: '503 seen by one client',
  },
  {
    title: 'a session that is gone',
    settings: [{ lostSessionStatus: 404 }, { lostSessionStatus: 410 }],
    known: '404 documented; 410 at Cloud Storage, and seen after a 503',
  },
  {
    title: 'DELETE of a session',
    settings: [{ cancelStatus: 499 }, { cancelStatus: 204 }],
    known: '499 at Cloud Storage',
  },
  {
    title: 'when a used id is refused',
    settings: [{ usedIdRefusedAt: 'start' }, { usedIdRefusedAt: 'end' }],
    known: '409 documented, not when',
  },
  {
    title: 'an id whose session died',
    settings: [{ idOfDeadSession: 'free' }, { idOfDeadSession: 'used' }],
    known: 'nothing',
  },
  {
    title: 'the answer that ends an upload',
    settings: [{ uploadDoneStatus: 200 }, { uploadDoneStatus: 201 }],
    known: '200 or 201 documented',
  },
  {
    title: 'when a full Drive is noticed',
    settings: [{ fullSeenAt: 'start' }, { fullSeenAt: 'chunk' }, { fullSeenAt: 'end' }],
    known: 'nothing',
  },
  {
    title: 'when the hashes are there',
    settings: [
      { hashesAfterMs: 0 },
      { hashesAfterMs: 1500, lateHashes: 'sha' },
      { hashesAfterMs: 1500, lateHashes: 'all' },
    ],
    known: 'MD5 always; SHA missing on some files',
  },
  {
    title: 'how long lists lag',
    settings: [
      { listLagMs: 0, nameLagMs: 0 },
      { listLagMs: 0, nameLagMs: 3_600_000 },
      { listLagMs: 3_600_000, nameLagMs: 3_600_000 },
    ],
    known: 'by name not read-after-write; up to an hour seen on shared drives',
  },
  {
    title: 'Retry-After',
    settings: [{ retryAfterSeconds: null }, { retryAfterSeconds: 1 }],
    known: 'nothing',
  },
  {
    title: 'what a chunk costs',
    settings: [{ chunkUnits: 0 }, { chunkUnits: 50 }],
    known: 'nothing; the start costs 50',
  },
  {
    title: 'the words of the daily cap',
    settings: [{ dailyCapWords: 'usual' }, { dailyCapWords: 'trailing-dot' }, { dailyCapWords: 'no-reason' }],
    known: 'rclone looks for the trailing dot',
  },
  {
    title: 'who may trash on a shared drive',
    settings: [
      { lowestRoleThatTrashes: 'fileOrganizer' },
      { lowestRoleThatTrashes: 'writer' },
      { lowestRoleThatTrashes: 'organizer' },
    ],
    known: 'lower roles than organizer may; Google’s table is not readable',
  },
  {
    title: 'drive.file on the top folder of a shared drive',
    settings: [{ sharedDriveRootOpen: false }, { sharedDriveRootOpen: true }],
    known: 'nothing',
  },
  {
    title: 'the files after the access was revoked',
    settings: [{ revokeHidesFiles: false }, { revokeHidesFiles: true }],
    known: 'an old text of Google says that the access to files ends',
  },
  {
    title: 'the files after a new consent without revoking',
    settings: [{ consentHidesFiles: false }, { consentHidesFiles: true }],
    known: 'all file-by-file programs rely on keeping them',
  },
  {
    title: 'what the access to files belongs to',
    settings: [{ accessBoundTo: 'project' }, { accessBoundTo: 'client' }],
    known: 'the project is likely',
  },
  {
    title: 'a desktop client without its secret',
    settings: [{ clientSecretRequired: true }, { clientSecretRequired: false }],
    known: 'optional by the page; often still asked for',
  },
  {
    title: 'the Picker and a loopback address',
    settings: [{ pickerLoopback: 'allowed' }, { pickerLoopback: 'refused' }],
    known: 'the page asks for public https; some projects use loopback',
  },
  {
    title: 'refresh answers with a new token',
    settings: [{ rotateRefreshTokens: false }, { rotateRefreshTokens: true }],
    known: 'normally none',
  },
  {
    title: 'whether a client in testing tells its seven days',
    settings: [{ testingTellsLife: false }, { testingTellsLife: true }],
    known: 'documented for time-based access only',
  },
  {
    title: 'how a missing scope is refused',
    settings: [{ scopeRefusal: 'reason' }, { scopeRefusal: 'details' }],
    known: 'names believed only',
  },
  {
    title: 'about with a dotted field',
    settings: [{ dottedFields: 'invalid' }, { dottedFields: 'required' }],
    known: 'one report',
  },
];

/** All settings but the defaults, each with a title for a test. */
export const switchSettings: readonly { readonly title: string; readonly switches: Partial<Switches> }[] =
  doubts.flatMap(({ settings }) =>
    settings
      .filter((switches) => Object.entries(switches).some(([name, value]) => defaultOf(name) !== value))
      .map((switches) => ({ title: toTitle(switches), switches })),
  );

function defaultOf(name: string): unknown {
  return Object.entries(defaultSwitches).find(([known]) => known === name)?.[1];
}

function toTitle(switches: Partial<Switches>): string {
  return Object.entries(switches)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}
