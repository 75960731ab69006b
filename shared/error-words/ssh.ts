// Words for failures of the way through an SSH server.
import type { ErrorCode } from '../errors.ts';
import { said, type Explain, type Facts } from './words.ts';

type SshCode = Extract<ErrorCode, `ssh/${string}`>;

function nameOf(facts: Facts): string {
  const port = facts.text('sshPort', '22');
  return `${facts.text('sshHost', 'the SSH server')}${port === '22' ? '' : `:${port}`}`;
}

export const sshWords: Readonly<Record<SshCode, Explain>> = {
  'ssh/unreachable': (facts) => ({
    title: 'The SSH server cannot be reached',
    happened: `No SSH connection to ${nameOf(facts)} came about.${said(facts, 'It')}`,
    toDo: 'Check its name and port, that this computer is online, and the VPN it needs.',
    action: 'open-connections',
  }),
  'ssh/auth-failed': (facts) => ({
    title: 'The SSH server did not accept the sign-in',
    happened: `${nameOf(facts)} refused user ${facts.text('sshUser', 'of the connection')}.${said(facts, 'It')}`,
    toDo: 'Check user, key or password. With the agent: load the key (ssh-add), and look with ssh-add -l whether it is there.',
    action: 'open-connections',
  }),
  'ssh/host-key-unknown': (facts) => ({
    title: 'The SSH server is not known here yet',
    happened: `Nothing on this computer vouches for ${nameOf(facts)}. Its ${facts.text('keyType', 'host')} key has the fingerprint ${facts.text('fingerprint', '(unknown)')}.`,
    toDo: 'Compare the fingerprint with what the server’s administrator gives you. If it is the same, trust it in the connection (PGKEEP_SSH_HOST_KEY in an .env file), or sign in there once with ssh.',
    action: 'open-connections',
  }),
  'ssh/host-key-changed': (facts) => ({
    title: 'STOP: this is not the SSH server that is known here',
    happened: `${nameOf(facts)} shows another host key than before (${facts.text('fingerprint', 'unknown')}). Somebody may be listening in between, or the server was set up anew. Nothing was sent there.`,
    toDo: `Ask the server’s administrator. Only if the key was changed on purpose, remove the old one${facts.phrase('knownAt', ' (%)')} and trust the new one in the connection.`,
    action: 'open-connections',
  }),
  'ssh/key-unusable': (facts) => ({
    title: 'The SSH key cannot be used',
    happened: `The private key ${facts.text('file', 'of the connection')} cannot be used${facts.phrase('problem', ': %')}.`,
    toDo: 'Choose the private key in the connection, and enter its passphrase if it has one.',
    action: 'open-connections',
  }),
  'ssh/forward-refused': (facts) => ({
    title: 'The SSH server does not reach the database',
    happened: `The sign-in at ${nameOf(facts)} worked, but from there no connection to ${facts.text('farEnd', 'the database’s host')} came about.${said(facts, 'It')}`,
    toDo: 'Enter host and port as the SSH server sees them (mostly localhost and 5432). Its AllowTcpForwarding must not forbid it.',
    action: 'open-connections',
  }),
  'ssh/tunnel-lost': (facts) => ({
    title: 'The SSH tunnel broke',
    happened: `The connection to ${nameOf(facts)} ended before the work was done. Nothing incomplete was kept.${said(facts, 'It')}`,
    toDo: 'Check the network and the SSH server, then try again.',
    action: 'retry',
  }),
};
