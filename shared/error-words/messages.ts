// Words for messages that do not reach a person: mail, webhook and ping addresses.
import type { ErrorCode } from '../errors.ts';
import type { Explain, Facts } from './words.ts';

type MessageCode = Extract<ErrorCode, `${'mail' | 'webhook'}/${string}`>;

function mailServer(facts: Facts): string {
  return `the mail server${facts.phrase('host', ' %')}`;
}

function answered(facts: Facts): string {
  return facts.phrase('detail', ' It said: “%”.');
}

export const messageWords: Readonly<Record<MessageCode, Explain>> = {
  'mail/not-set-up': () => ({
    title: 'Mail is not set up',
    happened: 'There is no mail server or no recipient in the settings.',
    toDo: 'Fill in the mail settings and send a test.',
    action: 'open-mail',
  }),
  'mail/auth-failed': (facts) => ({
    title: 'The mail server refused the sign-in',
    happened: `User and password were not accepted by ${mailServer(facts)}.${answered(facts)}`,
    toDo: 'Enter the password again. Many providers need an app password instead of the ordinary one.',
    action: 'open-mail',
  }),
  'mail/token-refused': (facts) => ({
    title: 'The mail sign-in by OAuth2 was refused',
    happened: `No access token was given for the stored refresh token.${answered(facts)}`,
    toDo: 'Make a new refresh token and check the client id and its secret, then enter them in the mail settings.',
    action: 'open-mail',
  }),
  'mail/unreachable': (facts) => ({
    title: 'The mail server cannot be reached',
    happened: `No connection to ${mailServer(facts)}${facts.phrase('port', ', port %')}.${answered(facts)}`,
    toDo: 'Check the server’s name and port, and whether a firewall closes the port. Messages wait and are tried again.',
    action: 'open-mail',
  }),
  'mail/tls-failed': (facts) => ({
    title: 'The mail server’s encryption failed',
    happened: `No safe connection to ${mailServer(facts)} could be made${facts.phrase('detail', ': %')}.`,
    toDo: 'Check the name, the port and the kind of encryption. For a company’s own certificate, enter its certificate authority.',
    action: 'open-mail',
  }),
  'mail/busy': (facts) => ({
    title: 'The mail server asks for patience',
    happened: `The message was put off by ${mailServer(facts)}.${answered(facts)}`,
    toDo: 'Nothing: it is tried again by itself, later each time.',
  }),
  'mail/rejected-sender': (facts) => ({
    title: 'The mail server refused the sender',
    happened: `The sender’s address${facts.phrase('address', ' %')} is not accepted by ${mailServer(facts)}.${answered(facts)}`,
    toDo: 'Use the address of the account that signs in, or have the sender verified at the provider.',
    action: 'open-mail',
  }),
  'mail/rejected-recipient': (facts) => ({
    title: 'The mail server refused a recipient',
    happened: `Mail to ${facts.text('address', 'a recipient')} is not accepted by ${mailServer(facts)}.${answered(facts)}`,
    toDo: 'Correct the address in the mail settings.',
    action: 'open-mail',
  }),
  'mail/rejected': (facts) => ({
    title: 'The mail server refused the message',
    happened: `The message was not accepted by ${mailServer(facts)}.${answered(facts)}`,
    toDo: 'Ask the provider why, or use another mail server.',
    action: 'open-mail',
  }),
  'webhook/unreachable': (facts) => ({
    title: 'The web address cannot be reached',
    happened: `No answer came from ${facts.text('host', 'the address')}${facts.phrase('detail', ': %')}.`,
    toDo: 'Check the address and the certificate of its server. The message is tried again by itself.',
    action: 'open-notifications',
  }),
  'webhook/refused': (facts) => ({
    title: 'The web address refused the message',
    happened: `${facts.text('host', 'The address')} answered with ${facts.phrase('status', 'HTTP %') || 'a refusal'}${facts.phrase('detail', ' (%)')}.`,
    toDo: 'Check the address. Redirects are not followed: enter the address that they lead to.',
    action: 'open-notifications',
  }),
};
