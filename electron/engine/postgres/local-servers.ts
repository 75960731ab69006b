// PostgreSQL servers that run on this computer: Unix sockets in the usual folders, Debian's clusters as pg_lsclusters reads
// them, other installations' postmaster.pid, and the ports around 5432. Nobody signs in to find them.
import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import path from 'node:path';

export interface LocalServer {
  /** A socket's folder, `@…` of an abstract one, or `localhost`. */
  readonly host: string;
  readonly port: number;
  /** What tells it, for people: a socket, `cluster 15/main`, a data folder. */
  readonly where: string;
}

/** https://www.postgresql.org/docs/current/libpq-connect.html: DEFAULT_PGSOCKET_DIR of the packages, macOS included. */
const socketDirs = ['/var/run/postgresql', '/run/postgresql', '/tmp', '/private/tmp', '/var/pgsql_socket'];

/** Debian, Ubuntu and EDB's installer count up from 5432 for each further server. */
const ports = Array.from({ length: 8 }, (_, index) => 5432 + index);

/** On this computer an answer takes a moment; a firewall that swallows packets must not hold the list up. */
const probeMs = 400;

export interface LocalPlaces {
  readonly socketDirs: readonly string[];
  readonly ports: readonly number[];
  readonly clusterRoot: string;
}

const usualPlaces: LocalPlaces = { socketDirs, ports, clusterRoot: '/etc/postgresql' };

/** Sockets first: a port whose server has one is not named twice. */
export async function findLocalServers(places: LocalPlaces = usualPlaces): Promise<LocalServer[]> {
  const clusters = await listClusters(places.clusterRoot);
  const sockets = [...(await listSockets(places.socketDirs)), ...(await listAbstractSockets())];
  const wanted = new Set([...places.ports, ...clusters.keys(), ...(await listPidPorts())]);
  const open = await Promise.all([...wanted].map(async (port) => ((await answersLikePostgres(port)) ? port : null)));
  const named = (port: number, where: string): string =>
    clusters.has(port) ? `cluster ${clusters.get(port) ?? ''}, ${where}` : where;
  const withoutSocket = open.filter((port) => port !== null && !sockets.some((socket) => socket.port === port));
  return [
    ...sockets.map((socket) => ({ ...socket, where: named(socket.port, socket.where) })),
    ...withoutSocket.map((port) => ({
      ...{ host: 'localhost', port: port ?? 0 },
      where: named(port ?? 0, `port ${String(port)}`),
    })),
  ];
}

async function listSockets(dirs: readonly string[]): Promise<LocalServer[]> {
  const found: LocalServer[] = [];
  for (const host of dirs) {
    for (const name of await readdir(host).catch(() => [])) {
      const port = Number(/^\.s\.PGSQL\.(\d+)$/.exec(name)?.[1] ?? 0);
      // /run and /var/run, /tmp and /private/tmp are often one folder.
      if (port === 0 || found.some((other) => other.port === port)) continue;
      const where = path.join(host, name);
      // A server that crashed leaves its socket behind.
      if (await isListening(where)) found.push({ host, port, where });
    }
  }
  return found;
}

/** Linux lists sockets without a file there, with `@` for the zero byte. */
async function listAbstractSockets(): Promise<LocalServer[]> {
  const text = await readFile('/proc/net/unix', 'utf8').catch(() => '');
  const names = [...text.matchAll(/\s(@\S*)\/\.s\.PGSQL\.(\d+)$/gm)];
  const servers = names.map(([, host = '', port = '']) => ({ host, port: Number(port), where: `socket ${host}` }));
  return servers.filter(({ host }, index) => servers.findIndex((other) => other.host === host) === index);
}

/** `/etc/postgresql/15/main/postgresql.conf` -> its port and `15/main`. */
async function listClusters(root: string): Promise<Map<number, string>> {
  const clusters = new Map<number, string>();
  for (const version of await readdir(root).catch(() => [])) {
    for (const name of await readdir(path.join(root, version)).catch(() => [])) {
      const text = await readFile(path.join(root, version, name, 'postgresql.conf'), 'utf8').catch(() => '');
      const port = /^\s*port\s*=?\s*'?(\d+)/m.exec(text)?.[1];
      if (port !== undefined) clusters.set(Number(port), `${version}/${name}`);
    }
  }
  return clusters;
}

/** The fourth line of postmaster.pid is the port. Only folders that a user's own server has are readable. */
async function listPidPorts(): Promise<number[]> {
  const roots = [
    path.join(homedir(), 'Library/Application Support/Postgres'),
    ...['/opt/homebrew/var', '/usr/local/var', '/var/lib/postgres', '/var/lib/pgsql', '/Library/PostgreSQL'],
    ...(process.platform === 'win32' ? [path.join(process.env['ProgramFiles'] ?? '', 'PostgreSQL')] : []),
  ];
  const found: number[] = [];
  for (const root of roots) {
    for (const name of await readdir(root).catch(() => [])) {
      for (const dir of [path.join(root, name), path.join(root, name, 'data')]) {
        const text = await readFile(path.join(dir, 'postmaster.pid'), 'utf8').catch(() => '');
        const port = Number(text.split(/\r?\n/)[3]);
        if (port > 0 && port < 65_536) found.push(port);
      }
    }
  }
  return found;
}

function isListening(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path: socketPath });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(probeMs, () => {
      settle(false);
    });
    socket.once('connect', () => {
      settle(true);
    });
    // One that we may not use is there all the same.
    socket.once('error', (error: NodeJS.ErrnoException) => {
      settle(error.code === 'EACCES');
    });
  });
}

/** SSLRequest: length 8, code 80877103. Only PostgreSQL answers it with one letter S or N. */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

export function answersLikePostgres(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(probeMs, () => {
      settle(false);
    });
    socket.once('connect', () => socket.write(sslRequest));
    socket.once('data', (answer) => {
      settle(answer.length === 1 && /[SN]/.test(answer.toString('latin1')));
    });
    socket.once('error', () => {
      settle(false);
    });
    socket.once('close', () => {
      settle(false);
    });
  });
}
