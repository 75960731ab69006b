// Waits on this machine's own address for the one request with which Google's page sends the browser back. Knows the
// rules of that request (address, Host, state, once), not what the code is good for.
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { AppError } from '../../../shared/errors.ts';
import { renderSignInPage, type SignInPage } from './sign-in-page.ts';

/** The authorisation response, with the way to answer the browser once it is known how the sign-in ended. */
export interface LoopbackReturn {
  /** Present unless the person or Google refused. */
  readonly code: string | null;
  /** Google's error word, e.g. `access_denied`. */
  readonly error: string | null;
  /** Ids of what the person chose on Google's page, if it asked. */
  readonly pickedIds: readonly string[];
  /** Shows the last page; resolves when the browser has it. */
  readonly show: (page: SignInPage) => Promise<void>;
}

export interface Loopback {
  /** `http://127.0.0.1:<port>`: registered by nobody, allowed for desktop clients. */
  readonly redirectUri: string;
  /** The first request that carries the right state. Anything else is turned away and waiting goes on. */
  readonly returned: Promise<LoopbackReturn>;
  readonly close: () => void;
}

/** Listens on a free port of 127.0.0.1 only. `state` is the secret that the request must carry, good for one use. */
export async function openLoopback(state: string): Promise<Loopback> {
  const server = createServer();
  const port = await listen(server);
  const host = `127.0.0.1:${String(port)}`;
  let used = false;
  const returned = new Promise<LoopbackReturn>((resolve) => {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const url = parseTarget(request.url, host);
      const problem = used ? 410 : findProblem(request, url, host, state);
      if (problem !== null || url === null) {
        void answer(response, problem ?? 400, 'foreign');
        return;
      }
      used = true;
      resolve({
        code: url.searchParams.get('code'),
        error: url.searchParams.get('error'),
        pickedIds: (url.searchParams.get('picked_file_ids') ?? '').split(',').filter((id) => id !== ''),
        show: (page) => answer(response, page === 'done' ? 200 : 400, page),
      });
    });
  });
  return {
    redirectUri: `http://${host}`,
    returned,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      reject(
        new AppError('drive/sign-in-failed', 'no port on 127.0.0.1 to come back to', { context: { reason: 'listen' } }),
      );
    };
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address !== null && typeof address === 'object') resolve(address.port);
      else fail();
    });
  });
}

function parseTarget(target: string | undefined, host: string): URL | null {
  return target?.startsWith('/') === true && URL.canParse(target, `http://${host}`)
    ? new URL(target, `http://${host}`)
    : null;
}

/** A wrong Host means a page that rebinds a name to this machine; a wrong state, an answer to somebody else's question. */
function findProblem(request: IncomingMessage, url: URL | null, host: string, state: string): number | null {
  if (request.headers.host !== host) return 421;
  if (request.method !== 'GET') return 405;
  if (url?.pathname !== '/') return 404;
  const given = Buffer.from(url.searchParams.get('state') ?? '');
  const wanted = Buffer.from(state);
  return given.length === wanted.length && timingSafeEqual(given, wanted) ? null : 400;
}

function answer(response: ServerResponse, status: number, page: SignInPage): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve);
    response.writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      connection: 'close',
    });
    response.end(renderSignInPage(page));
  });
}
