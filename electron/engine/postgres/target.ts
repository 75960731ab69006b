// The one server and database that a session or a program of PostgreSQL connects to.
import type { SslMode } from '../../../shared/connection.ts';

/** Paths of certificate files; null: where libpq looks by itself. */
export interface TlsFiles {
  readonly rootCert: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  readonly crl: string | null;
  /** Of the key. */
  readonly passphrase: string | null;
}

/** One database of one server, with its secrets in memory. Never log or store it whole. */
export interface PgTarget {
  /** Host name, address, the folder of a Unix socket (begins with `/`), or an abstract one (begins with `@`). */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly sslMode: SslMode;
  /** Null: none is needed. */
  readonly password: string | null;
  readonly tls: TlsFiles;
  readonly connectTimeoutSeconds: number;
  /** Where the way to the server begins on this computer, such as a tunnel; null: at the host itself. */
  readonly via: { readonly host: string; readonly port: number } | null;
}

export const noTlsFiles: TlsFiles = { rootCert: null, cert: null, key: null, crl: null, passphrase: null };

export function isSocket(host: string): boolean {
  return host.startsWith('/') || host.startsWith('@');
}

/** Where the operating system is asked to connect to. */
export function toAddress(target: Pick<PgTarget, 'host' | 'port' | 'via'>): { host: string; port: number } {
  return target.via ?? { host: target.host, port: target.port };
}
