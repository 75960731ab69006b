// What every Drive test stands on: a local Google, a signed-in client with a clock that does not wait, and an ear for
// everything that is logged or thrown.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock, Log } from '../../../electron/engine/base/ports.ts';
import type { AccountGuardOptions } from '../../../electron/engine/drive/account-guard.ts';
import { createDriveAccess, type DriveAccess } from '../../../electron/engine/drive/access.ts';
import { refreshTokenName } from '../../../electron/engine/drive/token.ts';
import {
  newUploadState,
  uploadFollowing,
  type UploadSource,
  type UploadState,
} from '../../../electron/engine/drive/upload.ts';
import type { DriveFile } from '../../../electron/engine/drive/drive-file.ts';
import { toWireError } from '../../../shared/errors.ts';
import { testClientId, testClientSecret, type GoogleOptions } from '../../google/options.ts';
import { startGoogle, type LocalGoogle } from '../../google/start-google.ts';
import { createFastClock, type FastClock } from '../../support/fast-clock.ts';
import { createMemoryVault, type MemoryVault } from '../../support/memory-vault.ts';

export const testClient = { clientId: testClientId, clientSecret: testClientSecret };
export const MiB = 1024 * 1024;

export interface DriveWorld {
  readonly google: LocalGoogle;
  readonly clock: FastClock;
  readonly vault: MemoryVault;
  readonly log: Log;
  /** As the program has it after a start: nothing in memory yet. */
  readonly connect: (limits?: Omit<AccountGuardOptions, 'clock'>) => DriveAccess;
  readonly signedOuts: () => number;
  /** All that was logged or noted, in one text. */
  readonly heard: () => string;
  readonly note: (error: unknown) => void;
  /** Session addresses that were saved. */
  readonly sessionUris: () => readonly string[];
  readonly upload: (source: UploadSource, options?: UploadSettings) => Promise<DriveFile>;
  /** The bytes that the local Google keeps under an id. */
  readonly stored: (fileId: string) => Promise<Buffer>;
  readonly kinds: () => string[];
  readonly stop: () => Promise<void>;
}

export interface UploadSettings {
  readonly access?: DriveAccess;
  readonly state?: UploadState;
  readonly onSave?: (state: UploadState) => void;
  readonly signal?: AbortSignal;
  /** Null: as the line behaves. */
  readonly chunkBytes?: number | null;
  readonly stallMs?: number;
  readonly onProgress?: (progress: { readonly confirmedBytes: number }) => void;
  /** The real one, where time itself is measured. */
  readonly clock?: Clock;
}

export async function openDriveWorld(options: Partial<GoogleOptions> = {}): Promise<DriveWorld> {
  const dir = await mkdtemp(path.join(tmpdir(), 'pgkeep-google-'));
  const clock = createFastClock(new Date());
  // One time for both: what the client waits for comes to pass at the server.
  const google = await startGoogle({ dir, now: clock.now, ...options });
  const vault = createMemoryVault({ [refreshTokenName]: google.issueTokens().refreshToken });
  const lines: string[] = [];
  const uris = new Set<string>();
  const listen = (message: string): void => {
    lines.push(message);
  };
  const log: Log = { debug: listen, info: listen, warn: listen, error: listen };
  let signedOuts = 0;
  const connect: DriveWorld['connect'] = (limits = {}) =>
    createDriveAccess({
      ...limits,
      ...{ endpoints: google.endpoints, client: () => Promise.resolve(testClient), vault, clock, log },
      onSignedOut: () => {
        signedOuts += 1;
      },
    });
  const note = (error: unknown): void => {
    listen(`${JSON.stringify(toWireError(error))} ${String(error instanceof Error ? error.stack : error)}`);
  };
  const access = connect();
  return {
    ...{ google, clock, vault, log, connect, note },
    signedOuts: () => signedOuts,
    heard: () => lines.join('\n'),
    sessionUris: () => [...uris],
    upload: async (source, settings = {}) => {
      const used = settings.access ?? access;
      const [fileId = ''] = settings.state ? [settings.state.fileId] : await used.api.generateIds(1);
      try {
        return await uploadFollowing({
          ...{ ...used, source, clock: settings.clock ?? clock, log, random: () => 0 },
          meta: {
            name: 'shop.dump',
            parentId: null,
            mimeType: 'application/octet-stream',
            appProperties: { kind: 'dump' },
          },
          state: settings.state ?? newUploadState(fileId),
          save: (state) => {
            if (state.sessionUri !== null) uris.add(state.sessionUri);
            settings.onSave?.(state);
            return Promise.resolve();
          },
          signal: settings.signal ?? new AbortController().signal,
          chunkBytes: settings.chunkBytes === null ? undefined : (settings.chunkBytes ?? MiB),
          stallMs: settings.stallMs,
          onProgress: settings.onProgress,
        });
      } catch (error) {
        note(error);
        throw error;
      }
    },
    stored: (fileId) => readFile(google.contentPath(fileId)),
    kinds: () => google.journal().map((entry) => entry.kind),
    stop: async () => {
      await google.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Bytes that differ at every offset, so that a piece in the wrong place is seen. */
export function makeContent(length: number, seed = 1): Buffer {
  const content = Buffer.allocUnsafe(length);
  let state = (seed * 2_654_435_761) >>> 0;
  const words = Math.floor(length / 4);
  for (let index = 0; index < words; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    content.writeUInt32LE(state, index * 4);
  }
  return content.fill(seed, words * 4);
}

/** What must never be heard: every token and session address of this world. */
export function findLeaks(world: DriveWorld): string[] {
  const heard = world.heard();
  const secrets = new Set([...world.vault.everWritten, testClientSecret, ...world.sessionUris()]);
  const ids = [...secrets]
    .filter((secret) => URL.canParse(secret))
    .map((uri) => new URL(uri).searchParams.get('upload_id') ?? uri);
  return [...secrets, ...ids, 'Bearer ', 'ya29.'].filter((secret) => heard.includes(secret));
}
