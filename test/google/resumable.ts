// Resumable uploads: the start, and everything that can be asked of a session URI. Keeps whole multiples of 256 KiB of
// what arrives, tells how far it is, and turns the last byte into a file.
import { plainError } from './api-error.ts';
import { granuleBytes } from './blob.ts';
import { parseContentRange, type UploadRange } from './content-range.ts';
import { checkCaps } from './item-caps.ts';
import { maxUploadBytes } from './drive-about.ts';
import { readMask, toFullResource } from './drive-files.ts';
import { ConnectionGone } from './body-source.ts';
import type { Exchange } from './exchange.ts';
import { defaultFileFields, fileFields } from './field-schema.ts';
import { applyMask } from './fields-mask.ts';
import { checkId, findParent, parseMetadata } from './metadata.ts';
import { authorize } from './oauth-token.ts';
import { toOrigin } from './origin.ts';
import { checkQuery, parameters } from './query-params.ts';
import type { Session } from './sessions.ts';
import { checkRoom, checkTarget, driveOfTarget, storeUpload } from './store-upload.ts';

/** POST, or PATCH for new content of a file. */
export async function startSession(exchange: Exchange, updatesId: string | null): Promise<void> {
  const { world, url } = exchange;
  const caller = authorize(exchange, updatesId === null ? 'files.create' : 'files.update');
  checkQuery(url.searchParams, updatesId === null ? parameters.create : parameters.update);
  readMask(url.searchParams, fileFields, defaultFileFields);
  const metadata = parseMetadata(await exchange.readText(), updatesId === null ? 'create' : 'update');
  const contentType = exchange.header('x-upload-content-type') ?? metadata.mimeType ?? 'application/octet-stream';
  const announced = exchange.header('x-upload-content-length');
  if (announced !== undefined && !/^\d+$/.test(announced)) {
    throw plainError(400, 'Invalid value for X-Upload-Content-Length.');
  }
  const total = announced === undefined ? null : Number(announced);
  if (total !== null && total > maxUploadBytes) throw plainError(413, 'Request Too Large');
  const upload = { caller, updatesId, metadata, contentType };
  checkTarget(world, upload, world.switches.fullSeenAt === 'start' ? (total ?? 0) : 0);
  if (updatesId === null) {
    const parent = findParent(world, caller, metadata.parents?.[0] ?? 'root');
    if (world.switches.fullSeenAt === 'start') checkCaps(world, caller, parent, false);
    if (metadata.id !== undefined && (world.switches.usedIdRefusedAt === 'start' || !world.ids.isOwn(metadata.id))) {
      checkId(world, metadata.id);
    }
  }
  const session = world.sessions.create({ ...upload, query: Object.fromEntries(url.searchParams), total });
  exchange.entry.session = session.record.name;
  const headers = { Location: toSessionUri(exchange, session), 'X-GUploader-UploadID': session.record.id };
  await exchange.sendText(200, '', headers);
}

function toSessionUri({ url, request }: Exchange, session: Session): string {
  const target = new URL(url.pathname, toOrigin(request));
  for (const [name, value] of url.searchParams) target.searchParams.set(name, value);
  target.searchParams.set('upload_id', session.record.id);
  return target.href;
}

/** PUT, POST and DELETE on a session URI. */
export async function answerSession(exchange: Exchange): Promise<void> {
  const { world, session } = exchange;
  const method = exchange.request.method ?? '';
  if (!['PUT', 'POST', 'DELETE'].includes(method)) throw plainError(405, 'Method Not Allowed');
  if (exchange.header('authorization') !== undefined || world.switches.sessionNeedsAuthorization) {
    authorize(exchange, 'files.create');
  }
  if (!session) throw plainError(world.switches.lostSessionStatus, 'Not Found');
  if (exchange.facts.kind === 'chunk') world.meter.charge(session.record.caller.email, 'chunk');
  if (method === 'DELETE') {
    world.sessions.remove(session);
    await exchange.sendText(world.switches.cancelStatus, '');
    return;
  }
  if (session.record.fileId !== null) {
    await sendFile(exchange, session, 200);
    return;
  }
  const header = exchange.header('content-range');
  if (header === undefined) {
    await receive(exchange, session, null);
    return;
  }
  const range = parseContentRange(header);
  if (!range) throw dead(exchange, session, 'Failed to parse Content-Range header.');
  if (range.total !== null) fixTotal(exchange, session, range);
  if (range.kind === 'bytes') await receive(exchange, session, range);
  else await answerQuery(exchange, session, range.total);
}

/** A total, once known, stays. A mere query does not make it known. */
function fixTotal(exchange: Exchange, session: Session, range: UploadRange): void {
  const { record, writer } = session;
  if (record.total !== null && record.total !== range.total) {
    const said = `${String(range.total)} instead of ${String(record.total)}`;
    throw dead(exchange, session, `Invalid request. The total size was said to be ${said} bytes.`);
  }
  if (range.total !== null && range.total < writer.size) {
    throw dead(exchange, session, 'Invalid request. There are more bytes than the total.');
  }
  if (range.kind !== 'bytes' || record.total === range.total) return;
  record.total = range.total;
  exchange.world.sessions.save(session);
}

async function answerQuery(exchange: Exchange, session: Session, total: number | null): Promise<void> {
  if ((exchange.contentLength ?? 0) > 0) throw dead(exchange, session, 'A query has no body.');
  if (total !== null && session.writer.size === total) await finish(exchange, session);
  else await sendProgress(exchange, session);
}

/** Bytes. `range` null: one request carries everything. */
async function receive(
  exchange: Exchange,
  session: Session,
  range: Extract<UploadRange, { kind: 'bytes' }> | null,
): Promise<void> {
  const { world } = exchange;
  const { record, writer } = session;
  const first = range?.first ?? 0;
  const length = range ? range.last - range.first + 1 : exchange.contentLength;
  const final = range === null || range.last + 1 === record.total;
  checkChunk(exchange, session, { first, length, final });
  if (first > writer.size) {
    await sendProgress(exchange, session);
    return;
  }
  session.epoch += 1;
  const { epoch } = session;
  await writer.prepare();
  writer.dropRest();
  const only = exchange.take('accept-only');
  // Bytes of this request to pass over because they are kept already, and to take at most.
  let skip = writer.size - first;
  const atMost = only?.bytes === 'half' ? Math.floor((length ?? 0) / 2) : (only?.bytes ?? Infinity);
  let room = atMost - skip;
  let received = 0;
  try {
    for await (const piece of exchange.body()) {
      if (session.epoch !== epoch) throw new ConnectionGone();
      received += piece.length;
      const skipped = Math.min(skip, piece.length);
      skip -= skipped;
      const taken = piece.subarray(skipped, skipped + Math.max(0, Math.min(room, piece.length)));
      room -= taken.length;
      writer.append(taken);
      exchange.entry.storedBytes = writer.size;
    }
    if (length !== null && received !== length)
      throw dead(exchange, session, 'The body is not as long as it was said.');
    if (range === null) fixTotal(exchange, session, { kind: 'bytes', first, last: received - 1, total: received });
    if (only || final) writer.flush();
  } finally {
    if (session.epoch === epoch) writer.close();
  }
  exchange.entry.storedBytes = writer.size;
  if (final && writer.size === record.total) await finish(exchange, session);
  else await sendProgress(exchange, session, only?.omitRange === true);
  world.journal.changed(exchange.entry);
}

/** What can be refused from the head of a chunk alone. */
function checkChunk(
  exchange: Exchange,
  session: Session,
  chunk: { readonly first: number; readonly length: number | null; readonly final: boolean },
): void {
  const { record, writer } = session;
  const announced = exchange.contentLength;
  if (chunk.length !== null && announced !== null && announced !== chunk.length) {
    throw dead(exchange, session, 'Content-Length and Content-Range do not agree.');
  }
  const { gap, overlap, fullSeenAt } = exchange.world.switches;
  if (chunk.first > writer.size && gap === 503) throw plainError(503, 'Service Unavailable');
  if (chunk.first > writer.size && gap === 400) throw dead(exchange, session, 'Invalid request. There is a gap.');
  if (chunk.first < writer.size && overlap === 'refuse') {
    throw dead(exchange, session, 'Invalid request. These bytes were received already.');
  }
  const end = chunk.first + (chunk.length ?? 0);
  if (record.total !== null && end > record.total) throw dead(exchange, session, 'Invalid request. Too many bytes.');
  if (!chunk.final && chunk.length !== null && chunk.length < granuleBytes) {
    const rule =
      'Invalid request.  The number of bytes uploaded is required to be equal or greater than 262144, except for the ' +
      "final request (it's recommended to be the exact multiple of 262144).  The received request contained " +
      `${String(chunk.length)} bytes, which does not meet this requirement.`;
    throw plainError(400, rule);
  }
  if (fullSeenAt === 'end') return;
  checkRoom(exchange.world, record.caller, driveOfTarget(exchange.world, record), end);
}

async function finish(exchange: Exchange, session: Session): Promise<void> {
  const { world } = exchange;
  session.finishing ??= storeFile(exchange, session).finally(() => {
    session.finishing = null;
  });
  await session.finishing;
  await sendFile(exchange, session, world.switches.uploadDoneStatus);
}

async function storeFile(exchange: Exchange, session: Session): Promise<void> {
  const { world } = exchange;
  session.epoch += 1;
  try {
    const file = await storeUpload(exchange, session.record, session.writer);
    session.record.fileId = file.id;
    session.record.total = file.content?.size ?? null;
    world.sessions.save(session);
  } catch (error) {
    world.sessions.remove(session);
    throw error;
  }
}

/** The file that the session became, in the shape that was asked for at its start. */
async function sendFile(exchange: Exchange, session: Session, status: number): Promise<void> {
  const { world } = exchange;
  const { record } = session;
  const file = world.files.find(record.fileId ?? '', record.caller);
  if (!file) throw plainError(404, 'Not Found');
  exchange.entry.fileId = file.id;
  exchange.entry.storedBytes = file.content?.size ?? null;
  const mask = readMask(new URLSearchParams(record.query), fileFields, defaultFileFields);
  await exchange.sendJson(status, applyMask(toFullResource(world, record.caller, file), mask));
}

async function sendProgress(exchange: Exchange, session: Session, omitRange = false): Promise<void> {
  const claimed = exchange.take('claim-range')?.bytes;
  const size = claimed ?? session.writer.size;
  exchange.entry.storedBytes = session.writer.size;
  const range: Record<string, string> = size === 0 || omitRange ? {} : { Range: `bytes=0-${String(size - 1)}` };
  const move = exchange.take('move-session');
  if (move) {
    exchange.world.sessions.move(session, move.keepOld === true);
    range['Location'] = toSessionUri(exchange, session);
  }
  if (exchange.header('x-guploader-no-308') === 'yes') {
    await exchange.sendText(200, '', { ...range, 'X-HTTP-Status-Code-Override': '308' });
  } else {
    await exchange.sendText(308, '', range);
  }
}

/** A wrong request ends its session: Google's rule for every 4xx but those on rate and sign-in. */
function dead(exchange: Exchange, session: Session, text: string): Error {
  exchange.world.sessions.remove(session);
  return plainError(400, text);
}
