// Starts the local Google: a real HTTP server that speaks Google's OAuth and Drive v3, keeps everything in a folder, and
// can be told to fail. PgKeep reaches it by an ordinary configuration.
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { GoogleEndpoints } from '../../electron/engine/base/ports.ts';
import { makeByHand, type HandMade } from './by-hand.ts';
import { answerControl } from './control.ts';
import type { Action, Fault, Hold, HoldPoint, Match } from './faults.ts';
import type { FileRecord } from './file-record.ts';
import type { JournalEntry } from './journal.ts';
import {
  testClientId,
  type GoogleAccount,
  type GoogleOptions,
  type SharedDriveRegistration,
  type Switches,
} from './options.ts';
import type { DriveRole } from './rights.ts';
import { handleRequest } from './server.ts';
import type { ServiceAccountKey } from './service-accounts.ts';
import type { SharedDrive } from './shared-drives.ts';
import { dumpState, type GoogleState } from './state.ts';
import type { IssuedTokens } from './tokens.ts';
import { createWorld, getAccount } from './world.ts';

export const driveFileScope = 'https://www.googleapis.com/auth/drive.file';

export interface LocalGoogle {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  readonly port: number;
  readonly dir: string;
  readonly endpoints: GoogleEndpoints;
  /** Ends the server; files, sessions and tokens stay in the folder for the next one. */
  readonly stop: () => Promise<void>;
  /** Forgets everything, rules and switches too. */
  readonly reset: () => void;
  /** Refuses connections and cuts those that are open; `goOnline` listens on the same port again. */
  readonly goOffline: () => Promise<void>;
  readonly goOnline: () => Promise<void>;
  /** Makes the next matching requests go wrong. */
  readonly failNext: (match: Match, action: Action) => Fault;
  /** Stops the next matching request at a point until it is released. */
  readonly holdNext: (match: Match, point: HoldPoint) => Hold;
  readonly clearFaults: () => void;
  readonly journal: () => readonly JournalEntry[];
  readonly clearJournal: () => void;
  /** The first journal entry, past or coming, that is accepted. Default timeout 30 s. */
  readonly waitFor: (accepts: (entry: JournalEntry) => boolean, timeoutMs?: number) => Promise<JournalEntry>;
  /** Files and folders without the roots, those in the bin too. */
  readonly files: () => readonly FileRecord[];
  /** Where the bytes of a file lie. Throws when there is no such file with bytes. */
  readonly contentPath: (fileId: string) => string;
  readonly state: () => GoogleState;
  /** Makes a shared drive; members are accounts or service accounts. */
  readonly makeSharedDrive: (drive: SharedDriveRegistration) => SharedDrive;
  /** Changes what a member may do; null: no member any more. */
  readonly setRole: (driveId: string, email: string, role: DriveRole | null) => void;
  /** A file or folder that a person made without the app: drive.file sees it only once the Picker has chosen it. */
  readonly makeByHand: (item: HandMade) => FileRecord;
  /** Google takes the file for malware from now on: downloads are refused. */
  readonly flagAbusive: (fileId: string) => void;
  /** The key file of a service account (the first one by default), as Google's console gives it. */
  readonly serviceAccountKey: (email?: string) => ServiceAccountKey;
  /** Tokens as a sign-in would give them, without the browser. */
  readonly issueTokens: (options?: {
    readonly email?: string;
    readonly clientId?: string;
    readonly scopes?: readonly string[];
  }) => IssuedTokens;
  readonly expireAccessTokens: () => void;
  /** Every refresh token is refused from now on: `invalid_grant`. */
  readonly revokeAll: () => void;
  readonly advanceClock: (ms: number) => void;
  readonly set: (switches: Partial<Switches>) => void;
  /** Changes facts of an account (the first one by default), such as `limitBytes`. */
  readonly setAccount: (change: Partial<Omit<GoogleAccount, 'email'>>, email?: string) => void;
}

export async function startGoogle(options: GoogleOptions): Promise<LocalGoogle> {
  const world = createWorld(options);
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const control = (request.url ?? '').startsWith('/_ctl/');
    void (control ? answerControl(google, world, request, response) : handleRequest(world, request, response));
  });
  server.requestTimeout = 0;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  const port = await listen(server, options.port ?? 0);
  const origin = `http://127.0.0.1:${String(port)}`;
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const google: LocalGoogle = {
    ...{ origin, port, dir: options.dir },
    endpoints: {
      authUrl: `${origin}/o/oauth2/v2/auth`,
      tokenUrl: `${origin}/token`,
      revokeUrl: `${origin}/revoke`,
      apiRoot: origin,
      uploadRoot: origin,
    },
    stop: async () => {
      world.faults.clear();
      await close();
      world.sessions.close();
    },
    reset: world.reset,
    goOffline: close,
    goOnline: async () => {
      if (!server.listening) await listen(server, port);
    },
    failNext: (match, action) => world.faults.add(match, action),
    holdNext: (match, point) => world.faults.hold(match, point),
    clearFaults: () => {
      world.faults.clear();
    },
    journal: () => world.journal.entries,
    clearJournal: () => {
      world.journal.clear();
    },
    waitFor: (accepts, timeoutMs = 30_000) => world.journal.waitFor(accepts, timeoutMs),
    files: () => world.files.all().filter((record) => record.parentId !== null),
    contentPath: (fileId) => {
      const record = world.files.all().find((candidate) => candidate.id === fileId);
      const file = record && world.files.contentPath(record);
      if (!file) throw new Error(`no stored bytes for ${fileId}`);
      return file;
    },
    makeSharedDrive: (drive) => {
      for (const email of Object.keys(drive.members)) getAccount(world, email);
      const made = world.drives.create(drive);
      world.files.makeRoots();
      return made;
    },
    setRole: (driveId, email, role) => {
      world.drives.setRole(driveId, getAccount(world, email).email, role);
    },
    makeByHand: (item) => makeByHand(world, item),
    flagAbusive: (fileId) => {
      const record = world.files.findAny(fileId);
      if (!record) throw new Error(`no file ${fileId}`);
      record.abusive = true;
      world.files.save(record);
    },
    serviceAccountKey: (email) => world.services.key(origin, email),
    state: () => dumpState(world),
    issueTokens: ({ email, clientId, scopes } = {}) =>
      world.tokens.issue(
        email ?? world.accounts[0]?.email ?? '',
        clientId ?? world.clients[0]?.clientId ?? testClientId,
        scopes ?? [driveFileScope],
      ),
    expireAccessTokens: () => {
      world.tokens.expireAccess();
    },
    revokeAll: () => {
      world.tokens.revokeAll();
    },
    advanceClock: world.advanceClock,
    set: (switches) => {
      Object.assign(world.switches, switches);
    },
    setAccount: (change, email) => {
      world.setAccount(email ?? world.accounts[0]?.email ?? '', change);
    },
  };
  return google;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      if (address && typeof address === 'object') resolve(address.port);
      else reject(new Error('the server has no port'));
    });
  });
}
