// Small rules of messages: quiet hours, digests, delays, muted groups, addresses, the signature, ping addresses.
import { describe, expect, it } from 'vitest';
import { isDigestDue } from '../../../electron/engine/notify/digest.ts';
import { toMailText } from '../../../electron/engine/notify/mail-text.ts';
import { toPingUrl } from '../../../electron/engine/notify/pings.ts';
import { isQuiet } from '../../../electron/engine/notify/quiet-hours.ts';
import { toDelayMs } from '../../../electron/engine/notify/retry-delays.ts';
import { signWebhook } from '../../../electron/engine/notify/send-webhook.ts';
import { isMuted } from '../../../shared/alert.ts';
import { mailSettingsSchema } from '../../../shared/mail.ts';
import { getMailProvider, mailProviders } from '../../../shared/mail-providers.ts';
import { describeUndelivered, findUrlProblem } from '../../../shared/notification-settings.ts';
import { toAlert } from './alerts.ts';

const at = (iso: string): Date => new Date(iso);

describe('quiet hours', () => {
  it.each([
    ['22:00', '07:00', '2026-11-22T23:30:00Z', 'UTC', true],
    ['22:00', '07:00', '2026-11-22T06:59:00Z', 'UTC', true],
    ['22:00', '07:00', '2026-11-22T07:00:00Z', 'UTC', false],
    ['22:00', '07:00', '2026-11-22T21:30:00Z', 'Europe/Berlin', true],
    ['12:00', '13:00', '2026-11-22T12:30:00Z', 'UTC', true],
    ['12:00', '13:00', '2026-11-22T13:00:00Z', 'UTC', false],
    ['12:00', '12:00', '2026-11-22T12:00:00Z', 'UTC', false],
  ])('from %s to %s at %s in %s: %s', (from, to, now, zone, quiet) => {
    expect(isQuiet({ from, to }, at(now), zone)).toBe(quiet);
  });
});

describe('the weekly digest', () => {
  it.each([
    // 2026-11-23 is a Monday.
    [null, '2026-11-25T12:00:00Z', true],
    ['2026-11-16T08:00:00Z', '2026-11-23T07:59:00Z', false],
    ['2026-11-16T08:00:00Z', '2026-11-23T08:00:00Z', true],
    ['2026-11-23T08:00:00Z', '2026-11-29T23:00:00Z', false],
    ['2026-11-16T08:00:00Z', '2026-11-26T10:00:00Z', true],
    ['2030-01-01T00:00:00Z', '2026-11-26T10:00:00Z', true],
  ])('after %s is due at %s: %s', (last, now, due) => {
    expect(isDigestDue(last, at(now), 'UTC')).toBe(due);
  });
});

it('a message that does not get through is tried later each time, and what only a person can mend seldom', () => {
  const minutes = Array.from({ length: 8 }, (_, tries) => toDelayMs(tries, { retry: 'later' }) / 60_000);
  expect(minutes).toEqual([1, 2, 5, 10, 20, 30, 60, 60]);
  expect(toDelayMs(0, { retry: 'never' })).toBe(6 * 3_600_000);
});

it('a muted group silences its kinds and no failure', () => {
  expect(isMuted('late', ['late'])).toBe(true);
  expect(isMuted('disk-short', ['space'])).toBe(true);
  expect(isMuted('failed', ['recovered', 'late', 'space', 'drill', 'kit', 'catalogue'])).toBe(false);
});

describe('an address', () => {
  it.each<[string, boolean, RegExp | null]>([
    ['https://hc-ping.com/1', false, null],
    ['http://127.0.0.1:8000/x', false, null],
    ['http://chat.example/x', false, /https/],
    ['http://chat.example/x', true, null],
    ['ftp://chat.example/x', true, /https/],
    ['https://user:pw@chat.example/x', false, /password/],
    ['chat.example', false, /no web address/],
  ])('%s (http allowed: %s)', (url, allowHttp, problem) => {
    const found = findUrlProblem(url, allowHttp);
    if (problem === null) expect(found).toBeNull();
    else expect(found).toMatch(problem);
  });

  it.each([
    ['https://hc-ping.com/uuid', 'start', 'https://hc-ping.com/uuid/start'],
    ['https://hc-ping.com/uuid/', 'fail', 'https://hc-ping.com/uuid/fail'],
    ['https://hc-ping.com/uuid?create=1', 'start', 'https://hc-ping.com/uuid/start?create=1'],
    ['https://hc-ping.com/uuid', 'success', 'https://hc-ping.com/uuid'],
  ] as const)('%s for %s is %s', (url, kind, target) => {
    expect(toPingUrl(url, kind)).toBe(target);
  });
});

it('the signature of the documentation’s example is right', () => {
  expect(signWebhook('secret', '1795500012', '{"version":1}')).toBe(
    'v1=f0a586effb6ee4f0a7417a35b961e14a2b5ea8a7ad5ce591c2164e9ae3b16ff0',
  );
});

describe('mail settings', () => {
  const good = {
    ...{ provider: 'custom', host: 'mail.example', port: 587, security: 'starttls', auth: 'password', user: 'anna' },
    ...{
      from: 'a@example.org',
      fromName: '',
      recipients: ['b@example.org'],
      oauthClientId: '',
      oauthTokenUrl: '',
      ca: '',
    },
  };

  it.each<[object, boolean]>([
    [{}, true],
    [{ security: 'none' }, false],
    [{ security: 'none', host: 'localhost' }, true],
    [{ security: 'none', auth: 'none', user: '' }, true],
    [{ user: '' }, false],
    [{ recipients: [] }, false],
    [{ recipients: ['no address'] }, false],
    [{ auth: 'oauth2' }, false],
    [{ auth: 'oauth2', oauthClientId: 'id', oauthTokenUrl: 'https://login.example/token' }, true],
    [{ auth: 'oauth2', oauthClientId: 'id', oauthTokenUrl: 'http://login.example/token' }, false],
    [{ ca: 'no certificate' }, false],
  ])('%j are good: %s', (change, isGood) => {
    expect(mailSettingsSchema.safeParse({ ...good, ...change }).success).toBe(isGood);
  });

  it('have presets that are whole and encrypted', () => {
    for (const { id, host, security } of mailProviders.slice(1)) {
      expect([id, host !== '', security === 'none']).toEqual([id, true, false]);
      expect(getMailProvider(id).id).toBe(id);
    }
  });
});

describe('a mail', () => {
  const origin = { machine: 'office-pc', version: '0.1.0', at: 'now' };

  it('cannot be broken by what stands in names and logs', () => {
    const title = 'Backup of <b>"x"\r\nBcc: eve@example.org failed';
    const { subject, html, text } = toMailText(toAlert({ title, log: ['</pre><script>'] }), origin);
    expect(subject).toBe('PgKeep: Backup of <b>"x" Bcc: eve@example.org failed');
    expect(html).not.toMatch(/<b>|<script/);
    expect(text).toContain('  </pre><script>');
  });

  it('without anything to do, facts or log has no empty part', () => {
    const { text, html } = toMailText(toAlert({ toDo: '', facts: [], log: [] }), origin);
    expect(text).not.toMatch(/What to do|log|\n\n\n/);
    expect(html).not.toMatch(/What to do|<pre|<dl/);
  });
});

describe('undelivered messages', () => {
  const state = { waiting: 0, waitingSince: null, error: null, lastSentAt: null, lost: 0, lostSince: null };
  const error = { code: 'mail/unreachable', message: '', retry: 'later', context: {} } as const;

  it.each([
    [{}, null],
    [{ waiting: 1, waitingSince: '2026-11-22T11:30:00Z', error }, null],
    [{ waiting: 2, waitingSince: '2026-11-22T10:00:00Z', error }, '2 mails could not be delivered since 10:00.'],
    [{ lost: 1, lostSince: '2026-11-19T10:00:00Z' }, '1 mail could not be delivered since 10:00 and was given up.'],
  ])('%j', (change, words) => {
    const told = describeUndelivered('mail', { ...state, ...change }, at('2026-11-22T12:00:00Z'), (iso) =>
      iso.slice(11, 16),
    );
    expect(told).toBe(words);
  });
});
