// Mail against a real SMTP server: what arrives, and the words for everything that a server can refuse.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { toMailText } from '../../../electron/engine/notify/mail-text.ts';
import { sendMail, type MailOutcome } from '../../../electron/engine/notify/send-mail.ts';
import { AppError, type ErrorCode } from '../../../shared/errors.ts';
import type { MailSettings } from '../../../shared/mail.ts';
import { createCertificate, startMailServer, type MailServer } from '../../support/mail-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { toAlert } from '../../unit/notify/alerts.ts';

const password = 'app-password-1234';
const alert = toAlert({ title: 'Backup of Läden failed' });
const origin = { machine: 'office-pc', version: '0.1.0', at: 'Sun 22 Nov 2026, 04:00 CET' };

interface Sending {
  readonly change?: Partial<MailSettings>;
  readonly secret?: string | null;
  readonly thread?: string | null;
  readonly signal?: AbortSignal;
}

function send(server: MailServer, { change = {}, secret = password, thread = null, signal }: Sending = {}) {
  const settings = server.settings(change);
  const mail = { ...toMailText(alert, origin), id: 'a1', thread, date: new Date(alert.at), to: settings.recipients };
  return sendMail({ settings, secret }, mail, signal ?? new AbortController().signal);
}

async function failure(sent: Promise<MailOutcome>): Promise<AppError> {
  const error = await sent.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

describe('a mail server with STARTTLS', () => {
  let server: MailServer;
  beforeAll(async () => {
    server = await startMailServer({ security: 'starttls', password });
  });
  afterEach(() => {
    server.clear();
  });
  afterAll(async () => {
    await server.stop();
  });

  it('gets the mail encrypted and signed in, for every recipient, readable as text and HTML', async () => {
    await send(server, { change: { recipients: ['anna@example.org', 'ben@example.org'] }, thread: 'a0' });
    const [mail] = server.mails;
    expect(mail).toMatchObject({
      ...{ secure: true, user: 'backup@example.org', subject: 'PgKeep: Backup of Läden failed' },
      recipients: ['anna@example.org', 'ben@example.org'],
    });
    expect(mail?.headers).toMatchObject({
      ...{ from: 'Backups <backup@example.org>', to: 'anna@example.org, ben@example.org' },
      ...{ 'message-id': '<pgkeep.a1@example.org>', 'in-reply-to': '<pgkeep.a0@example.org>' },
      ...{ references: '<pgkeep.a0@example.org>', 'auto-submitted': 'auto-generated' },
      date: 'Sun, 22 Nov 2026 03:00:12 +0000',
    });
    expect(mail?.text).toContain('What to do:\nStart the server, or correct the address.');
    expect(mail?.html).toContain('<h1');
    expect(mail?.raw).not.toContain(password);
  });

  it.each<[string, Partial<MailServer['answers']>, ErrorCode, AppError['retry'], string]>([
    ['greylists', { recipient: () => '451 4.7.1 Greylisted, try again' }, 'mail/busy', 'later', 'Greylisted'],
    ['refuses the sender', { sender: () => '550 5.7.1 Not your address' }, 'mail/rejected-sender', 'never', 'Not your'],
    ['is too busy for a sender', { sender: () => '452 4.3.1 Full' }, 'mail/busy', 'later', 'Full'],
    [
      'does not know the recipient',
      { recipient: () => '550 5.1.1 No such user' },
      'mail/rejected-recipient',
      'never',
      'No such',
    ],
    ['refuses the text', { data: () => '554 5.7.1 Looks like spam' }, 'mail/rejected', 'never', 'spam'],
    ['has no room for the text', { data: () => '452 4.2.2 Mailbox full' }, 'mail/busy', 'later', 'Mailbox full'],
    ['is about to close', { data: () => '421 4.3.2 Shutting down' }, 'mail/busy', 'later', 'Shutting'],
  ])('that %s is understood', async (_, answers, code, retry, words) => {
    Object.assign(server.answers, answers);
    const error = await failure(send(server));
    expect(error).toMatchObject({ code, retry });
    expect(error.context['detail']).toContain(words);
    expect(server.mails).toEqual([]);
  });

  it('that refuses the password says so, and the password is in no word of it', async () => {
    const error = await failure(send(server, { secret: 'a-wrong-password' }));
    expect(error).toMatchObject({ code: 'mail/auth-failed', retry: 'never' });
    expect(JSON.stringify([error.message, error.context])).not.toContain('a-wrong-password');
  });

  it('that takes some recipients only keeps the others waiting, or says who was refused', async () => {
    const recipients = ['anna@example.org', 'ben@example.org', 'old@example.org'];
    server.answers.recipient = (address) =>
      address.startsWith('ben') ? '450 4.2.0 Later' : address.startsWith('old') ? '550 5.1.1 Gone' : null;
    const outcome = await send(server, { change: { recipients } });
    expect(server.mails[0]?.recipients).toEqual(['anna@example.org']);
    expect(outcome.deferred).toMatchObject({ to: ['ben@example.org'], error: { code: 'mail/busy' } });
    expect(outcome.refused).toMatchObject({ code: 'mail/rejected-recipient', context: { address: 'old@example.org' } });
  });

  it.each<[string, Partial<MailSettings>, ErrorCode]>([
    ['whose certificate nobody vouches for', { ca: '' }, 'mail/tls-failed'],
    ['whose certificate is of another authority', { ca: createCertificate().cert }, 'mail/tls-failed'],
    ['that is asked for TLS from the first byte', { security: 'tls' }, 'mail/tls-failed'],
    ['with a name that does not exist', { host: 'no-such-host.invalid' }, 'mail/unreachable'],
    ['at a port where nothing listens', { port: 1 }, 'mail/unreachable'],
  ])('%s gets no mail', async (_, change, code) => {
    expect(await failure(send(server, { change }))).toMatchObject({ code });
    expect(server.mails).toEqual([]);
  });

  it('that is slow is given up at once when the program ends', async () => {
    server.answers.slowMs = 60_000;
    const stop = new AbortController();
    const sent = failure(send(server, { signal: stop.signal }));
    await waitFor('the mail is on its way', () => server.mails.length === 1);
    const startedMs = performance.now();
    stop.abort(new AppError('engine/stopped', 'the program is quitting'));
    expect(await sent).toMatchObject({ code: 'engine/stopped' });
    expect(performance.now() - startedMs).toBeLessThan(1000);
  });
});

it('a mail server that offers no STARTTLS gets no mail when it is required', async () => {
  const server = await startMailServer({ security: 'none' });
  try {
    const change = { security: 'starttls', auth: 'none' } as const;
    expect(await failure(send(server, { change }))).toMatchObject({ code: 'mail/tls-failed' });
    expect(server.mails).toEqual([]);
    await send(server, { change: { auth: 'none' } });
    expect(server.mails).toMatchObject([{ secure: false, user: null }]);
  } finally {
    await server.stop();
  }
});

it('a mail server with TLS from the first byte gets mail by OAuth2', async () => {
  const server = await startMailServer({ security: 'tls', accessToken: () => 'token-1' });
  try {
    await send(server, { secret: 'token-1' });
    expect(server.mails).toMatchObject([{ secure: true, user: 'backup@example.org' }]);
    expect(await failure(send(server, { secret: 'token-0' }))).toMatchObject({ code: 'mail/auth-failed' });
  } finally {
    await server.stop();
  }
});
