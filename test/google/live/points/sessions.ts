// Point 3: everything about a session that no source settles, each tried on a session of its own.
import type { LiveContext } from '../context.ts';
import type { Finding } from '../finding.ts';
import { chunkBytes, type LiveDrive } from '../live-drive.ts';

const data = Buffer.alloc(3 * chunkBytes, 'PgKeep');
const total = data.length;
const piece = (first: number, end: number): Buffer => data.subarray(first, end);
const range = (first: number, end: number): string => `bytes ${first}-${end - 1}/${total}`;

export async function lookAtSessions({ drive }: LiveContext): Promise<readonly Finding[]> {
  return [
    await lookAtCancelled(drive, 'cancel'),
    await lookAtCancelled(drive, 'ask'),
    await lookAtBareChunk(drive),
    await lookAtOverlap(drive),
    await lookAtGap(drive),
    await lookAtEnd(drive),
  ];
}

async function open(drive: LiveDrive, name: string): Promise<string> {
  const { answer, uri } = await drive.startSession({ name }, total);
  if (uri === null) throw new Error(`no session: ${answer.status}`);
  return uri;
}

async function lookAtCancelled(drive: LiveDrive, what: 'cancel' | 'ask'): Promise<Finding> {
  const uri = await open(drive, 'cancelled');
  await drive.session(uri, range(0, chunkBytes), piece(0, chunkBytes));
  const { status } = await drive.cancelSession(uri);
  if (what === 'cancel') {
    const cancelStatus = ([499, 204] as const).find((known) => known === status);
    const means = cancelStatus === undefined ? null : { cancelStatus };
    return { point: 3, seen: `DELETE of a session: ${status}`, means };
  }
  const after = await drive.session(uri, `bytes */${total}`, null);
  const lostSessionStatus = ([404, 410] as const).find((known) => known === after.status);
  const lost = lostSessionStatus === undefined ? null : { lostSessionStatus };
  return { point: 3, seen: `a cancelled session is asked: ${after.status}`, means: lost };
}

async function lookAtBareChunk(drive: LiveDrive): Promise<Finding> {
  const uri = await open(drive, 'without Authorization');
  const { status } = await drive.session(uri, range(0, chunkBytes), piece(0, chunkBytes), false);
  await drive.cancelSession(uri);
  const seen = `a chunk without Authorization: ${status}`;
  const known = status === 308 || status === 401 || status === 403;
  return { point: 3, seen, means: known ? { sessionNeedsAuthorization: status !== 308 } : null };
}

async function lookAtOverlap(drive: LiveDrive): Promise<Finding> {
  const uri = await open(drive, 'overlap');
  await drive.session(uri, range(0, chunkBytes), piece(0, chunkBytes));
  const { status, headers } = await drive.session(uri, range(0, 2 * chunkBytes), piece(0, 2 * chunkBytes));
  await drive.cancelSession(uri);
  const kept = headers.get('range') ?? 'none';
  const seen = `bytes below the kept offset again: ${status}, Range ${kept}`;
  if (status === 308 && kept === `bytes=0-${2 * chunkBytes - 1}`) return { point: 3, seen, means: { overlap: 'skip' } };
  return { point: 3, seen, means: status >= 400 && status < 500 ? { overlap: 'refuse' } : null };
}

async function lookAtGap(drive: LiveDrive): Promise<Finding> {
  const uri = await open(drive, 'gap');
  await drive.session(uri, range(0, chunkBytes), piece(0, chunkBytes));
  const { status } = await drive.session(uri, range(2 * chunkBytes, total), piece(2 * chunkBytes, total));
  await drive.cancelSession(uri);
  const gap = ([503, 400, 308] as const).find((known) => known === status);
  return { point: 3, seen: `bytes above the kept offset: ${status}`, means: gap === undefined ? null : { gap } };
}

async function lookAtEnd(drive: LiveDrive): Promise<Finding> {
  const { status } = await drive.upload({ name: 'whole' }, data);
  const done = ([200, 201] as const).find((known) => known === status);
  const means = done === undefined ? null : { uploadDoneStatus: done };
  return { point: 'also', seen: `the answer that ends an upload: ${status}`, means };
}
