// The socket of a session of our own where libpq's rules differ from node-postgres': the folder of a Unix socket may end with
// a slash, an abstract socket begins with `@`, and a path has a greatest length.
import { Socket } from 'node:net';
import { invalidInput } from '../../../shared/errors.ts';
import { isSocket, type PgTarget } from './target.ts';

/** sun_path of sockaddr_un without its closing zero: 108 bytes on Linux, 104 on macOS and the BSDs. */
const maxPathBytes = process.platform === 'linux' ? 107 : 103;

/** libpq's path of a socket; null for a host that is reached by TCP. Throws `input/invalid` when it is too long. */
export function toSocketPath({ host, port }: Pick<PgTarget, 'host' | 'port'>): string | null {
  if (!isSocket(host)) return null;
  const path = `${host.replace(/(?<=.)\/+$/, '')}/.s.PGSQL.${String(port)}`;
  if (Buffer.byteLength(path) > maxPathBytes) {
    throw invalidInput(
      'host',
      `the path of the Unix socket is longer than ${String(maxPathBytes)} bytes; move or link it to a shorter one`,
    );
  }
  if (host.startsWith('@') && process.platform !== 'linux') {
    throw invalidInput('host', 'abstract sockets (with @) exist on Linux only');
  }
  return path;
}

/** A socket that goes where libpq would go, whatever address it is told. */
export function createSocket(target: Pick<PgTarget, 'host' | 'port'>): Socket {
  const path = toSocketPath(target);
  const socket = new Socket();
  if (path === null) return socket;
  const connect = socket.connect.bind(socket);
  socket.connect = () => connect({ path: path.replace(/^@/, '\0') });
  return socket;
}
