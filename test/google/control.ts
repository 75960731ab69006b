// The control address `/_ctl/…`: what `LocalGoogle` offers in-process, over HTTP, for programs in other processes. Its
// requests are no part of the journal and meet no fault.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HandMade } from './by-hand.ts';
import type { Action, HoldPoint, Match } from './faults.ts';
import type { GoogleAccount, SharedDriveRegistration } from './options.ts';
import type { DriveRole } from './rights.ts';
import type { LocalGoogle } from './start-google.ts';
import type { World } from './world.ts';

type Body = Readonly<Record<string, unknown>>;
type Handler = (google: LocalGoogle, world: World, body: Body) => unknown;

const routes: Readonly<Record<string, Handler>> = {
  'GET /_ctl/state': (google) => google.state(),
  'GET /_ctl/journal': (google) => google.journal(),
  'DELETE /_ctl/journal': (google) => {
    google.clearJournal();
  },
  'POST /_ctl/reset': (google) => {
    google.reset();
  },
  'GET /_ctl/faults': (_, world) => world.faults.list(),
  'POST /_ctl/faults': (google, _, body) => {
    const { match = {}, action } = body as { match?: Match; action: Action };
    return { id: google.failNext(match, action).id };
  },
  'DELETE /_ctl/faults': (google) => {
    google.clearFaults();
  },
  'POST /_ctl/holds': (google, _, body) => {
    const { match = {}, point } = body as { match?: Match; point: HoldPoint };
    return { id: google.holdNext(match, point).id };
  },
  'POST /_ctl/shared-drives': (google, _, body) => google.makeSharedDrive(body as unknown as SharedDriveRegistration),
  'POST /_ctl/roles': (google, _, body) => {
    google.setRole(String(body['driveId']), String(body['email']), body['role'] as DriveRole | null);
  },
  'POST /_ctl/by-hand': (google, _, body) => google.makeByHand(body as unknown as HandMade),
  'POST /_ctl/abusive': (google, _, body) => {
    google.flagAbusive(String(body['fileId']));
  },
  'POST /_ctl/service-account-key': (google, _, body) => google.serviceAccountKey(body['email'] as string | undefined),
  'POST /_ctl/tokens': (google, _, body) => google.issueTokens(body),
  'POST /_ctl/expire-access-tokens': (google) => {
    google.expireAccessTokens();
  },
  'POST /_ctl/revoke-all': (google) => {
    google.revokeAll();
  },
  'POST /_ctl/switches': (google, _, body) => {
    google.set(body);
  },
  'POST /_ctl/account': (google, _, body) => {
    const { email, ...change } = body as Partial<GoogleAccount>;
    google.setAccount(change, email);
  },
  'POST /_ctl/clock': (google, _, body) => {
    google.advanceClock(Number(body['advanceMs']));
  },
  /** Goes offline, and online again after `forMs`: nobody can ask for that meanwhile. */
  'POST /_ctl/offline': (google, _, body) => {
    const forMs = Number(body['forMs'] ?? 1000);
    setImmediate(() => {
      void google.goOffline();
      setTimeout(() => void google.goOnline(), forMs);
    });
  },
};

export async function answerControl(
  google: LocalGoogle,
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const path = (request.url ?? '').replace(/\?.*$/, '');
    const body = await readBody(request);
    const hold = /^\/_ctl\/holds\/(\w+)(\/release)?$/.exec(path);
    const handler = hold ? answerHold(hold[1] ?? '', hold[2] !== undefined) : routes[`${request.method ?? ''} ${path}`];
    if (handler) send(response, 200, handler(google, world, body) ?? {});
    else send(response, 404, { error: `no ${request.method ?? ''} ${path}` });
  } catch (error) {
    send(response, 400, { error: String(error) });
  }
}

/** GET says whether a request was caught; POST …/release lets it go on. */
function answerHold(id: string, release: boolean): Handler {
  return (_, world) => {
    if (release) world.faults.release(id);
    return { id, reached: world.faults.isReached(id) };
  };
}

async function readBody(request: IncomingMessage): Promise<Body> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const text = Buffer.concat(pieces).toString('utf8');
  return text === '' ? {} : (JSON.parse(text) as Body);
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
  response.end(`${JSON.stringify(value, null, 1)}\n`);
}
