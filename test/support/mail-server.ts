// A real SMTP server with a certificate of its own: keeps what it takes, and answers what a test wants it to.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { MailSettings } from '../../shared/mail.ts';
import { readMail, type ReadMail } from './read-mail.ts';

export interface TakenMail extends ReadMail {
  readonly recipients: readonly string[];
  readonly secure: boolean;
  readonly user: string | null;
}

/** An answer to a command, e.g. `450 come back later`; null: it is accepted. */
type Answer = (address: string) => string | null;

export interface MailServer {
  readonly port: number;
  readonly mails: readonly TakenMail[];
  /** Connections so far. */
  readonly connections: number;
  readonly answers: { sender: Answer; recipient: Answer; data: Answer; slowMs: number };
  /** Settings that reach it. */
  readonly settings: (change?: Partial<MailSettings>) => MailSettings;
  readonly clear: () => void;
  /** Closes and drops every connection; `start` opens the same port again. */
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
}

export interface MailServerOptions {
  readonly security: MailSettings['security'];
  /** Absent: nobody needs to sign in. */
  readonly password?: string;
  readonly accessToken?: () => string;
}

/** A certificate for localhost that nobody vouches for but itself. */
export function createCertificate(): { readonly key: string; readonly cert: string } {
  const dir = mkdtempSync(path.join(tmpdir(), 'pgkeep-cert-'));
  const [key, cert] = [path.join(dir, 'key.pem'), path.join(dir, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '3650'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const made = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  rmSync(dir, { recursive: true });
  return made;
}

export async function startMailServer(options: MailServerOptions): Promise<MailServer> {
  const certificate = createCertificate();
  const mails: TakenMail[] = [];
  const answers: MailServer['answers'] = {
    sender: () => null,
    recipient: () => null,
    data: () => null,
    slowMs: 0,
  };
  let connections = 0;
  let port = 0;
  let server = createServer();

  function createServer(): SMTPServer {
    const { security, password, accessToken } = options;
    const needsLogin = password !== undefined || accessToken !== undefined;
    const settings: SMTPServerOptions = {
      ...{ ...certificate, secure: security === 'tls', authOptional: !needsLogin, logger: false, closeTimeout: 10 },
      disabledCommands: security === 'starttls' ? [] : ['STARTTLS'],
      authMethods: accessToken ? ['XOAUTH2'] : ['PLAIN', 'LOGIN'],
      disableReverseLookup: true,
      onConnect: (_, callback) => {
        connections += 1;
        callback();
      },
      onAuth: (auth, _, callback) => {
        const good = accessToken ? auth.accessToken === accessToken() : auth.password === password;
        if (good) callback(null, { user: auth.username ?? '' });
        else callback(toError('535 5.7.8 Username and Password not accepted'));
      },
      onMailFrom: ({ address }, _, callback) => {
        callback(toError(answers.sender(address)));
      },
      onRcptTo: ({ address }, _, callback) => {
        callback(toError(answers.recipient(address)));
      },
      onData: (stream, session, callback) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const refusal = answers.data('');
          const { envelope, secure } = session;
          const user: unknown = session.user;
          const read = readMail(Buffer.concat(chunks).toString('utf8'));
          const recipients = envelope.rcptTo.map(({ address }) => address);
          if (refusal === null)
            mails.push({ ...read, recipients, secure, user: typeof user === 'string' ? user : null });
          setTimeout(() => {
            callback(toError(refusal));
          }, answers.slowMs);
        });
      },
    };
    const made = new SMTPServer(settings);
    // A client that goes away in the middle, or does not like the certificate.
    made.on('error', () => undefined);
    return made;
  }

  const start = async (): Promise<void> => {
    server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
    port = (server.server.address() as AddressInfo).port;
  };
  await start();

  return {
    get port() {
      return port;
    },
    get connections() {
      return connections;
    },
    mails,
    answers,
    settings: (change = {}) => ({
      ...{ provider: 'custom', host: 'localhost', port, security: options.security, user: 'backup@example.org' },
      auth: options.accessToken ? 'oauth2' : options.password === undefined ? 'none' : 'password',
      ...{ from: 'backup@example.org', fromName: 'Backups', recipients: ['anna@example.org'] },
      ...{ oauthClientId: '', oauthTokenUrl: '', ca: certificate.cert, ...change },
    }),
    clear: () => {
      mails.length = 0;
      Object.assign(answers, { sender: () => null, recipient: () => null, data: () => null, slowMs: 0 });
    },
    start,
    stop: () =>
      new Promise((resolve) => {
        for (const connection of server.connections) connection.close();
        server.close(() => {
          resolve();
        });
      }),
  };
}

function toError(answer: string | null): Error | null {
  if (answer === null) return null;
  const error = new Error(answer.slice(4));
  return Object.assign(error, { responseCode: Number(answer.slice(0, 3)) });
}
