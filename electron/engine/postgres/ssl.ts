// libpq's sslmode for a connection of our own, and the certificate files that both sides use: named ones, else libpq's own
// places. https://www.postgresql.org/docs/current/libpq-ssl.html
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { homedir } from 'node:os';
import path from 'node:path';
import { checkServerIdentity, createSecureContext, type ConnectionOptions, type PeerCertificate } from 'node:tls';
import { AppError } from '../../../shared/errors.ts';
import { isSocket, type PgTarget, type TlsFiles } from './target.ts';

/** Bundles of the system's certificate authorities: Debian, Red Hat, SUSE, Alpine and macOS. */
const systemBundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** Where libpq looks by itself: `~/.postgresql/<name>`, if it is there. */
function findOwnFile(name: string): string | null {
  const dir =
    process.platform === 'win32'
      ? path.join(process.env['APPDATA'] ?? homedir(), 'postgresql')
      : path.join(homedir(), '.postgresql');
  const file = path.join(dir, name);
  return existsSync(file) ? file : null;
}

type TlsTarget = Pick<PgTarget, 'host' | 'sslMode' | 'tls'>;

/**
 * The files in use. Without a root certificate of its own a `verify` mode trusts the system's bundle, else libpq's word for
 * it (`system`, from version 16 on): without this, verify-full fails wherever nobody made a root.crt.
 */
export function findTlsFiles({ sslMode, tls }: TlsTarget): TlsFiles {
  const rootCert = tls.rootCert ?? findOwnFile('root.crt');
  const system = sslMode.startsWith('verify') ? (systemBundles.find((file) => existsSync(file)) ?? 'system') : null;
  const cert = tls.cert ?? findOwnFile('postgresql.crt');
  return {
    rootCert: rootCert ?? system,
    cert,
    key: tls.key ?? (cert === null ? null : findOwnFile('postgresql.key')),
    crl: tls.crl ?? findOwnFile('root.crl'),
    passphrase: tls.passphrase,
  };
}

/**
 * The ways to try, in order. `prefer` and `allow` use TLS where the server has it and go on without where it has not. As in
 * libpq, a root certificate that is there is looked at in every mode, and only verify-full compares the name. A Unix socket
 * has no TLS. Throws `pg/certificate-file`.
 */
export function listTlsTries(target: TlsTarget): readonly (false | ConnectionOptions)[] {
  const { sslMode } = target;
  if (isSocket(target.host) || sslMode === 'disable') return [false];
  const files = findTlsFiles(target);
  const options = readTlsOptions(files);
  const isNameless = sslMode !== 'verify-full';
  const tls: ConnectionOptions = {
    ...options,
    rejectUnauthorized: files.rootCert !== null,
    // A tunnel begins at 127.0.0.1, but the certificate is the server's.
    ...(isIP(target.host) === 0 ? { servername: target.host } : {}),
    checkServerIdentity: (_, certificate) => (isNameless ? undefined : checkName(target.host, certificate)),
  };
  return sslMode === 'allow' || sslMode === 'prefer' ? [tls, false] : [tls];
}

/** As Node does it; an address that stands in the certificate's common name alone counts too, as it does for libpq. */
function checkName(host: string, certificate: PeerCertificate): Error | undefined {
  const hasOtherNames = /(?:DNS|IP Address):/.test(certificate.subjectaltname ?? '');
  if (isIP(host) !== 0 && !hasOtherNames && certificate.subject.CN === host) return undefined;
  return checkServerIdentity(host, certificate);
}

function readTlsOptions(files: TlsFiles): ConnectionOptions {
  const { rootCert, cert, key, crl, passphrase } = files;
  const options: ConnectionOptions = {
    ...(rootCert === null || rootCert === 'system' ? {} : { ca: readPart(rootCert) }),
    ...(cert === null ? {} : { cert: readPart(cert) }),
    ...(key === null || cert === null ? {} : { key: readKey(key) }),
    ...(crl === null ? {} : { crl: readPart(crl) }),
    ...(passphrase === null ? {} : { passphrase }),
  };
  if (cert !== null && key === null) throw unusable(cert, 'it needs its private key beside it');
  if (cert === null || key === null) return options;
  requirePair(options, key, passphrase);
  return options;
}

/** Tells a missing or wrong passphrase and a key of another certificate before the server is asked. */
function requirePair(options: ConnectionOptions, key: string, passphrase: string | null): void {
  try {
    createSecureContext(options);
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    if (/key values mismatch|KEY_VALUES_MISMATCH/i.test(message))
      throw unusable(key, 'it is not the key of the certificate');
    const encrypted = readPart(key).toString('latin1').includes('ENCRYPTED');
    if (encrypted && passphrase === null)
      throw unusable(key, 'it is locked with a passphrase; enter it beside the key');
    if (encrypted) throw unusable(key, 'the passphrase does not open it');
    throw unusable(key, 'it is no private key that can be read');
  }
}

/** libpq refuses a key that others may read; root's own may be readable by its group. */
function readKey(file: string): Buffer {
  const text = readPart(file);
  if (process.platform === 'win32') return text;
  const { mode, uid } = statSync(file);
  if ((mode & (uid === 0 ? 0o037 : 0o077)) === 0) return text;
  throw unusable(file, `others may read it, and PostgreSQL’s programs refuse such a key: chmod 600 ${file}`);
}

function readPart(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const code: unknown = error instanceof Error && 'code' in error ? error.code : '';
    throw unusable(file, code === 'ENOENT' ? 'it is not there' : `it cannot be read (${String(code)})`);
  }
}

function unusable(file: string, problem: string): AppError {
  return new AppError('pg/certificate-file', `${file}: ${problem}`, { context: { file, problem } });
}

/** Says what a chosen certificate is about, and refuses what is none. Throws `pg/certificate-file`. */
export function requireCertificate(file: string): void {
  const text = readPart(file);
  try {
    new X509Certificate(text);
  } catch {
    throw unusable(file, 'it is no certificate in PEM form');
  }
}
