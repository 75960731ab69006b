// An SSH server as people write it: `user@host:port`, with user and port optional and an IPv6 address in brackets.
import { invalidInput } from '../../../shared/errors.ts';

export interface NamedSshPlace {
  readonly host: string;
  readonly port: number;
  readonly user: string;
}

/** Throws `input/invalid`. */
export function parseSshPlace(text: string, user: string): NamedSshPlace {
  const match = /^(?:([^@\s]+)@)?(?:\[([^\]\s]+)\]|([^:@\s]+))(?::(\d{1,5}))?$/.exec(text.trim());
  const port = Number(match?.[4] ?? 22);
  const host = match?.[2] ?? match?.[3];
  if (host === undefined || port < 1 || port > 65535) throw invalidInput('ssh', 'it is not written as user@host:port');
  return { host, port, user: match?.[1] ?? user };
}
