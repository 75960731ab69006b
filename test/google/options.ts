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
  /** Answer of a session that is unknown or over a week old. */
  lostSessionStatus: 404 | 410;
  /** Whether requests on a session URI need an Authorization header. One that is sent is always checked. */
  sessionNeedsAuthorization: boolean;
  /** Whether bytes below the persisted offset are skipped, or refused with 400. */
  overlap: 'skip' | 'refuse';
  /** Status of the answer that finishes an upload. */
  uploadDoneStatus: 200 | 201;
  /** Whether files lose their app when the person, or the app itself, revokes the access. */
  revokeHidesFiles: boolean;
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
}

export const defaultSwitches: Switches = {
  consent: 'page',
  accessTokenLifeSeconds: 3599,
  clientSecretRequired: true,
  rotateRefreshTokens: false,
  grantedScopes: null,
  usedIdRefusedAt: 'start',
  lostSessionStatus: 404,
  sessionNeedsAuthorization: false,
  overlap: 'skip',
  uploadDoneStatus: 200,
  revokeHidesFiles: false,
  delegation: 'allowed',
  lowestRoleThatTrashes: 'fileOrganizer',
  sharedDriveRootOpen: false,
  picks: [],
  pickerLoopback: 'allowed',
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
