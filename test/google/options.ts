// What the local Google can be started with: accounts, registered clients, clock, and the switches for behaviour that
// Google does not document.
import type { Buffer } from 'node:buffer';
import type { DriveRole } from './rights.ts';

/** A desktop client that is always registered unless `clients` says otherwise. */
export const testClientId = '1004711235813-localgoogle.apps.googleusercontent.com';
export const testClientSecret = 'GOCSPX-local-desktop-secret';

/** One OAuth client. Clients with the same `project` see each other's files, as at Google. */
export interface ClientRegistration {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly project: string;
  /** `testing`: refresh tokens die after 7 days. */
  readonly publishing?: 'production' | 'testing';
}

export interface GoogleAccount {
  readonly email: string;
  readonly displayName: string;
  readonly permissionId: string;
  /** Null: no limit, and `limit` is absent from `about`. */
  readonly limitBytes: number | null;
  /** Counted as used although no file here explains it (mail, photos). */
  readonly otherUsageBytes: number;
  /** Accounts of one organisation share limit and usage: all of them name it, and have the same limit. */
  readonly pool?: string;
}

export const testAccount: GoogleAccount = {
  email: 'owner@example.com',
  displayName: 'Olive Owner',
  permissionId: '01234567890123456789',
  limitBytes: 15 * 1024 ** 3,
  otherUsageBytes: 0,
};

/** The account of a program: it has a key and no storage. The server makes the key. */
export interface ServiceAccountRegistration {
  readonly email: string;
  /** Number that an administrator allows for domain-wide delegation. */
  readonly clientId: string;
  /** Number of the project whose files it sees under drive.file, and the project's name. */
  readonly project: string;
  readonly projectId: string;
  readonly permissionId: string;
}

/** Registered unless `serviceAccounts` says otherwise. */
export const testServiceAccount: ServiceAccountRegistration = {
  email: 'backup-robot@local-google.iam.gserviceaccount.com',
  clientId: '104711235813213455890',
  project: '1004711235813',
  projectId: 'local-google',
  permissionId: '09876543210987654321',
};

export interface SharedDriveRegistration {
  /** Absent: made up. */
  readonly id?: string;
  readonly name: string;
  /** Roles by e-mail address of an account or service account. */
  readonly members: Readonly<Record<string, DriveRole>>;
}

/** Behaviour that no primary source settles, and life times. Client tests can run under every setting. */
export interface Switches {
  /** What the authorisation page does: show itself, or answer at once. */
  consent: 'page' | 'allow' | 'deny';
  accessTokenLifeSeconds: number;
  /** Whether a desktop client must send its secret. */
  clientSecretRequired: boolean;
  /** Whether a refresh answer carries a new refresh token (and the old one dies). */
  rotateRefreshTokens: boolean;
  /** Scopes that the person grants; null: all that were asked for. */
  grantedScopes: readonly string[] | null;
  /** When the 409 for a used id comes in a resumable upload. */
  usedIdRefusedAt: 'start' | 'end';
  /** Whether an id can be used again when its session ended without a file. */
  idOfDeadSession: 'free' | 'used';
  /** Answer of a session that is unknown or over a week old: 410 is documented for Cloud Storage only. */
  lostSessionStatus: 404 | 410;
  /** Whether requests on a session URI need an Authorization header. One that is sent is always checked. */
  sessionNeedsAuthorization: boolean;
  /** Whether bytes below the persisted offset are skipped, or refused with 400. */
  overlap: 'skip' | 'refuse';
  /** Answer to bytes above the persisted offset: 503 was seen once by a client's author. */
  gap: 503 | 400 | 308;
  /** Answer to DELETE on a session URI: 499 is documented for Cloud Storage only. */
  cancelStatus: 499 | 204;
  /** Status of the answer that finishes an upload. */
  uploadDoneStatus: 200 | 201;
  /** What the mark of drive.file belongs to: the whole project, or one client of it. */
  accessBoundTo: 'project' | 'client';
  /** Whether files lose their app when the person, or the app itself, revokes the access. */
  revokeHidesFiles: boolean;
  /** Whether a new consent, without revoking, makes the app lose the files from before. */
  consentHidesFiles: boolean;
  /** Whether an administrator has allowed the service accounts to act for people (`sub`). */
  delegation: 'allowed' | 'refused';
  /** The least role on a shared drive that may put items into the bin: Google's role table is not readable without doubt. */
  lowestRoleThatTrashes: 'organizer' | 'fileOrganizer' | 'writer';
  /** Whether drive.file reaches the top folder of a shared drive without the Picker, as it does that of My Drive. */
  sharedDriveRootOpen: boolean;
  /** Ids that the person chooses when the page asks to (`trigger_onepick`) and `consent` answers for the person. */
  picks: readonly string[];
  /** Whether the desktop Picker sends back to a loopback address: its page asks for a public https one. */
  pickerLoopback: 'allowed' | 'refused';
  /** How long after an upload its late hashes appear, by the server's clock; and which are late. MD5 is said to be always there. */
  hashesAfterMs: number;
  lateHashes: 'sha' | 'all';
  /** How long files.list misses a new file altogether (seen on shared drives), or misses it when it asks by name. */
  listLagMs: number;
  nameLagMs: number;
  /** Seconds in the Retry-After of 403 (rates), 429 and 503; null: the header is absent. Nothing says when it comes. */
  retryAfterSeconds: number | null;
  /** Units per person and minute, and what one PUT of a chunk costs: whether it costs anything is not said. */
  unitsPerMinute: number;
  chunkUnits: 0 | 50;
  /** Bytes that a person may upload in 24 hours, and the words of the refusal: only clients' guesses are known. */
  uploadBytesPerDay: number;
  dailyCapWords: 'usual' | 'trailing-dot' | 'no-reason';
  /** Items on a shared drive, in a folder, of one creator; levels of folders. */
  maxItemsPerDrive: number;
  maxItemsPerFolder: number;
  maxItemsPerCreator: number;
  maxFolderDepth: number;
  /** When a full Drive is noticed in a resumable upload: by the announced size, by a chunk, or at the end. */
  fullSeenAt: 'start' | 'chunk' | 'end';
  /** How a token without the scope is refused: the names of the reasons are believed only. */
  scopeRefusal: 'reason' | 'details';
  /** What `about?fields=storageQuota.limit` is told, by one report: that `fields` is missing. */
  dottedFields: 'invalid' | 'required';
  /** Time-based access: seconds that a refresh token lives, told as `refresh_token_expires_in`; null: no end. */
  refreshTokenLifeSeconds: number | null;
  /** Whether a client in testing is told of its seven days by `refresh_token_expires_in`. */
  testingTellsLife: boolean;
  /** OAuth clients that Google has deleted: unused for six months. */
  deletedClients: readonly string[];
}

export const defaultSwitches: Switches = {
  consent: 'page',
  accessTokenLifeSeconds: 3599,
  clientSecretRequired: true,
  rotateRefreshTokens: false,
  grantedScopes: null,
  usedIdRefusedAt: 'start',
  idOfDeadSession: 'free',
  lostSessionStatus: 404,
  sessionNeedsAuthorization: false,
  overlap: 'skip',
  gap: 503,
  cancelStatus: 499,
  uploadDoneStatus: 200,
  accessBoundTo: 'project',
  revokeHidesFiles: false,
  consentHidesFiles: false,
  delegation: 'allowed',
  lowestRoleThatTrashes: 'fileOrganizer',
  sharedDriveRootOpen: false,
  picks: [],
  pickerLoopback: 'allowed',
  hashesAfterMs: 0,
  lateHashes: 'sha',
  listLagMs: 0,
  nameLagMs: 0,
  retryAfterSeconds: null,
  unitsPerMinute: 325_000,
  chunkUnits: 0,
  uploadBytesPerDay: 750 * 1024 ** 3,
  dailyCapWords: 'usual',
  maxItemsPerDrive: 500_000,
  maxItemsPerFolder: 500_000,
  maxItemsPerCreator: 500_000_000,
  maxFolderDepth: 100,
  fullSeenAt: 'start',
  scopeRefusal: 'reason',
  dottedFields: 'invalid',
  refreshTokenLifeSeconds: null,
  testingTellsLife: false,
  deletedClients: [],
};

export interface GoogleOptions {
  /** Where everything is kept. A later server on the same folder has the same files, sessions and tokens. */
  readonly dir: string;
  /** 0 or absent: a free port. */
  readonly port?: number;
  readonly accounts?: readonly GoogleAccount[];
  readonly clients?: readonly ClientRegistration[];
  readonly serviceAccounts?: readonly ServiceAccountRegistration[];
  /** Made when the folder has none yet, and again after `reset`. */
  readonly sharedDrives?: readonly SharedDriveRegistration[];
  readonly switches?: Partial<Switches>;
  /** Source of time; the default is the real one. `advanceClock` adds to it. */
  readonly now?: () => Date;
  /** Makes ids, codes and tokens the same in every run; absent: random. */
  readonly seed?: string;
}

/** Random bytes, or the same ones in every run. */
export type RandomBytes = (count: number) => Buffer;
