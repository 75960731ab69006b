// libpq's sslmode for a connection of our own, and the certificate authorities that both sides trust.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import type { PgTarget } from './target.ts';

/** Bundles of the system's certificate authorities: Debian, Red Hat, SUSE, Alpine and macOS. */
const systemBundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** Where libpq looks by itself: https://www.postgresql.org/docs/current/libpq-ssl.html */
function ownRootsPath(): string {
  return process.platform === 'win32'
    ? path.join(process.env['APPDATA'] ?? homedir(), 'postgresql', 'root.crt')
    : path.join(homedir(), '.postgresql', 'root.crt');
}

/**
 * What libpq must be told to trust: null when the user has libpq's own `root.crt`, else the system's bundle, else libpq's
 * word for it (`system`, from version 16 on). Without this, verify-full fails wherever nobody made a root.crt.
 */
export function findSystemRoots(): string | null {
  if (existsSync(ownRootsPath())) return null;
  return systemBundles.find((file) => existsSync(file)) ?? 'system';
}

/**
 * The ways to try, in order. `prefer` and `allow` use TLS where the server has it and go on without where it has not;
 * only the `verify` modes look at the certificate. A Unix socket has no TLS.
 */
export function listTlsTries(target: Pick<PgTarget, 'host' | 'sslMode'>): readonly (false | ConnectionOptions)[] {
  const unverified: ConnectionOptions = { rejectUnauthorized: false };
  if (target.host.startsWith('/')) return [false];
  switch (target.sslMode) {
    case 'disable':
      return [false];
    case 'allow':
    case 'prefer':
      return [unverified, false];
    case 'require':
      return [unverified];
    case 'verify-ca':
      return [{ ...readOwnRoots(), rejectUnauthorized: true, checkServerIdentity: () => undefined }];
    case 'verify-full':
      return [{ ...readOwnRoots(), rejectUnauthorized: true }];
  }
}

function readOwnRoots(): ConnectionOptions {
  const file = ownRootsPath();
  if (existsSync(file)) return { ca: readFileSync(file) };
  const bundle = findSystemRoots();
  return bundle !== null && bundle !== 'system' ? { ca: readFileSync(bundle) } : {};
}
