// A program of its own that uploads a file and keeps its state in another, so that a test can kill it and start it
// again. Arguments: endpoints as JSON, refresh token, content file, state file.
import { existsSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { writeFileAtomic } from '../../../electron/engine/base/atomic-file.ts';
import { systemClock } from '../../../electron/engine/base/clock.ts';
import type { GoogleEndpoints, Log } from '../../../electron/engine/base/ports.ts';
import { createDriveAccess } from '../../../electron/engine/drive/access.ts';
import { refreshTokenName } from '../../../electron/engine/drive/token.ts';
import { newUploadState, uploadFollowing, type UploadState } from '../../../electron/engine/drive/upload.ts';
import { testClientId, testClientSecret } from '../../google/options.ts';
import { createMemoryVault } from '../../support/memory-vault.ts';

const [endpointsJson = '', refreshToken = '', contentPath = '', statePath = ''] = process.argv.slice(2);
const silent = (): void => undefined;
const log: Log = { debug: silent, info: silent, warn: silent, error: silent };
const access = createDriveAccess({
  endpoints: JSON.parse(endpointsJson) as GoogleEndpoints,
  client: () => Promise.resolve({ clientId: testClientId, clientSecret: testClientSecret }),
  vault: createMemoryVault({ [refreshTokenName]: refreshToken }),
  ...{ clock: systemClock, log, onSignedOut: silent },
});
const save = (state: UploadState): Promise<void> => writeFileAtomic(statePath, JSON.stringify(state));

async function readState(): Promise<UploadState> {
  if (existsSync(statePath)) return JSON.parse(readFileSync(statePath, 'utf8')) as UploadState;
  const [id = ''] = await access.api.generateIds(1);
  const state = newUploadState(id);
  await save(state);
  return state;
}

const content = await open(contentPath);
const { size } = await content.stat();
await uploadFollowing({
  ...{ ...access, clock: systemClock, log, save },
  source: {
    ...{ writtenBytes: size, committedBytes: size },
    waitForMore: () => Promise.resolve(),
    read: async (into, position) => (await content.read(into, 0, into.length, position)).bytesRead,
  },
  meta: { name: 'shop.dump', parentId: null, mimeType: 'application/octet-stream', appProperties: {} },
  state: await readState(),
  signal: new AbortController().signal,
  chunkBytes: 1024 * 1024,
});
await content.close();
