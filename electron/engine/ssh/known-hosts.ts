// Whether an SSH server's host key is one that somebody vouches for: OpenSSH's known_hosts files, and the fingerprints that
// a person trusted. Pure, but for the reading of the files. https://man.openbsd.org/sshd#SSH_KNOWN_HOSTS_FILE_FORMAT
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { TrustedKey } from '../../../shared/connection.ts';

export interface KnownLine {
  readonly marker: '@revoked' | '@cert-authority' | null;
  /** The first field, as it stands there: patterns with commas, or one hash. */
  readonly hosts: string;
  readonly keyType: string;
  readonly key: string;
  /** `~/.ssh/known_hosts:12`, for people. */
  readonly at: string;
}

export interface SshPlace {
  readonly host: string;
  readonly port: number;
}

export type HostKeyVerdict =
  | { readonly state: 'known' | 'unknown' }
  /** `at`: where the other key stands; null: it was trusted in the connection. */
  | { readonly state: 'changed' | 'revoked'; readonly at: string | null };

/** `SHA256:…` without padding, as `ssh-keygen -l` prints it. */
export function toFingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The algorithm's name at the beginning of every public key: its length in four bytes, then the text. */
export function readKeyType(key: Buffer): string {
  return key.length < 4 ? '' : key.toString('latin1', 4, 4 + key.readUInt32BE(0));
}

export function parseKnownHosts(text: string, file: string): KnownLine[] {
  return text.split(/\r?\n/).flatMap((line, index): KnownLine[] => {
    if (/^\s*(#|$)/.test(line)) return [];
    const words = line.trim().split(/\s+/);
    const marker = words[0]?.startsWith('@') === true ? words.shift() : null;
    const [hosts, keyType, key] = words;
    if (hosts === undefined || keyType === undefined || key === undefined) return [];
    if (marker !== null && marker !== '@revoked' && marker !== '@cert-authority') return [];
    return [{ marker, hosts, keyType, key, at: `${file}:${String(index + 1)}` }];
  });
}

/** The user's and the system's files; what cannot be read holds nothing. */
export function readKnownHosts(): KnownLine[] {
  const files = [
    path.join(homedir(), '.ssh', 'known_hosts'),
    path.join(homedir(), '.ssh', 'known_hosts2'),
    process.platform === 'win32'
      ? path.join(process.env['ProgramData'] ?? 'C:\\ProgramData', 'ssh', 'ssh_known_hosts')
      : '/etc/ssh/ssh_known_hosts',
  ];
  return files.flatMap((file) => {
    try {
      return parseKnownHosts(readFileSync(file, 'utf8'), file);
    } catch {
      return [];
    }
  });
}

/** `name`, or `[name]:port` where the port is not 22. */
function toNames({ host, port }: SshPlace): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${String(port)}`;
}

export function matchesHost(hosts: string, place: SshPlace): boolean {
  const name = toNames(place);
  if (hosts.startsWith('|1|')) {
    const [, , salt = '', hash = ''] = hosts.split('|');
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
  }
  const patterns = hosts.toLowerCase().split(',');
  const fits = (pattern: string): boolean => toPattern(pattern).test(name);
  if (patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && fits(pattern));
}

function toPattern(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}

/**
 * A fingerprint that a person trusted for this server counts alone. Else one line of known_hosts with this key is enough;
 * lines with only other keys mean that the key has changed. Lines of certificate authorities are not used.
 */
export function judgeHostKey(
  key: Buffer,
  place: SshPlace,
  lines: readonly KnownLine[],
  trusted: readonly TrustedKey[],
): HostKeyVerdict {
  const text = key.toString('base64');
  const own = lines.filter((line) => line.marker !== '@cert-authority' && matchesHost(line.hosts, place));
  const revoked = own.find((line) => line.marker === '@revoked' && line.key === text);
  if (revoked) return { state: 'revoked', at: revoked.at };
  const pinned = trusted.filter(({ host, port }) => host === place.host && port === place.port);
  if (pinned.length > 0) {
    const isPinned = pinned.some(({ fingerprint }) => fingerprint === toFingerprint(key));
    return isPinned ? { state: 'known' } : { state: 'changed', at: null };
  }
  const known = own.filter((line) => line.marker === null);
  if (known.some((line) => line.key === text)) return { state: 'known' };
  const other = known[0];
  return other ? { state: 'changed', at: other.at } : { state: 'unknown' };
}

/**
 * The kinds of host key to ask for, those first that are known for this server: it is then not taken for another one because it
 * shows a second key that nobody has seen yet. An RSA key signs in several ways.
 */
export function orderKeyTypes(
  offered: readonly string[],
  place: SshPlace,
  lines: readonly KnownLine[],
): readonly string[] {
  const types = lines
    .filter((line) => line.marker === null && matchesHost(line.hosts, place))
    .map((line) => line.keyType);
  const isKnown = (type: string): boolean => types.includes(type.startsWith('rsa-sha2-') ? 'ssh-rsa' : type);
  return [...offered.filter(isKnown), ...offered.filter((type) => !isKnown(type))];
}
