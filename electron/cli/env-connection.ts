// The connection behind an address, with its certificates, its service, and the SSH server that a `.env` file names.
import path from 'node:path';
import type { Connection, ConnectionDraft } from '../../shared/connection.ts';
import { parseDatabaseUrl, type ParsedUrl } from '../../shared/database-url.ts';
import { invalidInput } from '../../shared/errors.ts';
import type { FoundServer } from '../../shared/found-server.ts';
import type { PgKeepClient } from '../../shared/ipc/contract.ts';

export type ConnectionEnv = Readonly<Partial<Record<string, string>>>;

/**
 * Saved under `user@host:port`; answers the address's database, too. What the address leaves open comes from its service.
 * Files are relative to `folder`.
 */
export async function saveConnectionOf(
  client: PgKeepClient,
  url: string,
  values: ConnectionEnv = {},
  folder = process.cwd(),
): Promise<{ readonly connection: Connection; readonly database: string }> {
  const parsed = parseDatabaseUrl(url);
  const service = parsed.service === null ? null : await client.connections.readService({ service: parsed.service });
  const draft = mergeService(parsed, service);
  const name = `${draft.user}@${draft.host}:${String(draft.port)}`;
  const known = (await client.connections.list(undefined)).find((connection) => connection.name === name);
  const tls = await acceptFiles(client, parsed, service, folder);
  const ssh = await readSsh(client, values, folder);
  const secret = values['PGKEEP_SSH_PASSWORD'] ?? '';
  const timeout = parsed.connectTimeoutSeconds ?? service?.connectTimeoutSeconds ?? null;
  const connection = await client.connections.save({
    ...draft,
    name,
    ...(known ? { id: known.id, database: known.database } : {}),
    ...(parsed.password === null ? {} : { password: parsed.password }),
    ...(parsed.password === null && service ? { foundId: service.id } : {}),
    ...(parsed.passphrase === null ? {} : { passphrase: parsed.passphrase }),
    ...(timeout === null ? {} : { connectTimeoutSeconds: timeout }),
    ...(tls ? { tls } : {}),
    ...(ssh ? { ssh } : {}),
    ...(secret === '' ? {} : { sshSecret: secret }),
  });
  return { connection, database: draft.database };
}

function mergeService({ draft, given }: ParsedUrl, service: FoundServer | null): ParsedUrl['draft'] {
  if (!service) return draft;
  const { host, port, user, database, sslMode } = service;
  const rest = Object.entries({ host, port, user, database, sslMode }).filter(
    ([name]) => !given.some((field) => field === name),
  );
  return { ...draft, ...Object.fromEntries(rest) };
}

/** Null: neither the address nor its service names a file. */
async function acceptFiles(
  client: PgKeepClient,
  { files }: ParsedUrl,
  service: FoundServer | null,
  folder: string,
): Promise<ConnectionDraft['tls'] | null> {
  const accept = async (
    kind: 'root-cert' | 'cert' | 'key' | 'crl',
    file: string | null,
    usual: { readonly id: string } | null | undefined,
  ): Promise<string | null> => {
    if (file === null) return usual?.id ?? null;
    return (await client.connections.acceptFile({ kind, path: path.resolve(folder, file) })).id;
  };
  const tls = {
    rootCert: await accept('root-cert', files.rootCert, service?.tls.rootCert),
    cert: await accept('cert', files.cert, service?.tls.cert),
    key: await accept('key', files.key, service?.tls.key),
    crl: await accept('crl', files.crl, service?.tls.crl),
  };
  return Object.values(tls).some((id) => id !== null) ? tls : null;
}

/** Null: the file names no SSH server, and a stored one stays. */
async function readSsh(
  client: PgKeepClient,
  values: ConnectionEnv,
  folder: string,
): Promise<ConnectionDraft['ssh'] | null> {
  const host = values['PGKEEP_SSH_HOST'] ?? '';
  if (host === '') return null;
  const user = values['PGKEEP_SSH_USER'] ?? '';
  if (user === '') throw invalidInput('PGKEEP_SSH_USER', 'it is needed beside PGKEEP_SSH_HOST');
  const port = Number((values['PGKEEP_SSH_PORT'] ?? '') || '22');
  if (!Number.isInteger(port)) throw invalidInput('PGKEEP_SSH_PORT', 'it takes a number such as 22');
  const file = values['PGKEEP_SSH_KEY'] ?? '';
  const hasPassword = (values['PGKEEP_SSH_PASSWORD'] ?? '') !== '';
  const fingerprint = values['PGKEEP_SSH_HOST_KEY'] ?? '';
  const jump = values['PGKEEP_SSH_JUMP'] ?? '';
  const key =
    file === '' ? null : await client.connections.acceptFile({ kind: 'ssh-key', path: path.resolve(folder, file) });
  return {
    ...{ host, port, user, key: key?.id ?? null, jump: jump === '' ? null : jump },
    auth: key ? 'key' : hasPassword ? 'password' : 'agent',
    trusted: fingerprint === '' ? [] : [{ host, port, fingerprint }],
  };
}
