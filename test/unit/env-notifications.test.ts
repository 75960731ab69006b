// Mail and webhook lines of an .env file.
import { describe, expect, it } from 'vitest';
import { parseSmtpUrl, readEnvNotifications } from '../../electron/cli/env-notifications.ts';

describe('SMTP_URL', () => {
  it.each([
    ['smtp://anna:pw@mail.example', 'mail.example', 587, 'starttls', 'anna', 'pw'],
    ['smtp://mail.example:2525', 'mail.example', 2525, 'starttls', '', ''],
    ['smtps://a%40b.example:p%2Fw%3A@mail.example', 'mail.example', 465, 'tls', 'a@b.example', 'p/w:'],
    ['smtp://localhost?tls=none', 'localhost', 25, 'none', '', ''],
  ])('%s', (url, host, port, security, user, password) => {
    expect(parseSmtpUrl(url)).toEqual({ host, port, security, user, password });
  });
});

describe('the lines', () => {
  const smtp = { SMTP_URL: 'smtp://anna%40example.org:pw@smtp.fastmail.com' };

  it('make mail settings with a known provider and a sender', () => {
    expect(
      readEnvNotifications({ ...smtp, BACKUP_NOTIFICATION_EMAIL: 'b@example.org; c@example.org' }, ''),
    ).toMatchObject({
      ...{ mailSecret: 'pw', mail: { provider: 'fastmail', from: 'anna@example.org', auth: 'password' } },
      mail: { recipients: ['b@example.org', 'c@example.org'] },
    });
  });

  it('that are absent change nothing, empty ones remove', () => {
    expect(readEnvNotifications({}, '')).toEqual({});
    expect(
      readEnvNotifications({ BACKUP_NOTIFICATION_EMAIL: '', BACKUP_WEBHOOK_URL: '', BACKUP_QUIET_HOURS: '' }, ''),
    ).toEqual({ mail: null, webhook: null, webhookSecret: '', quietHours: null });
  });

  it.each([
    [{ BACKUP_NOTIFICATION_EMAIL: 'b@example.org' }, 'SMTP_URL'],
    [{ ...smtp, BACKUP_NOTIFICATION_EMAIL: 'nobody' }, 'BACKUP_NOTIFICATION_EMAIL'],
    [{ ...smtp, BACKUP_NOTIFICATION_EMAIL: 'b@example.org', BACKUP_MAIL_FROM: 'x' }, 'BACKUP_MAIL_FROM'],
    [{ SMTP_URL: 'http://x', BACKUP_NOTIFICATION_EMAIL: 'b@example.org' }, 'SMTP_URL'],
    [{ SMTP_URL: 'smtp://u:p@mail.example?tls=none', BACKUP_NOTIFICATION_EMAIL: 'b@example.org' }, 'SMTP_URL'],
    [{ BACKUP_WEBHOOK_URL: 'http://chat.example/x' }, 'BACKUP_WEBHOOK_URL'],
    [{ BACKUP_QUIET_HOURS: '22-7' }, 'BACKUP_QUIET_HOURS'],
  ])('%j name the wrong one', (values, field) => {
    expect(() => readEnvNotifications(values, '')).toThrow(
      expect.objectContaining({ context: expect.objectContaining({ field }) as object }),
    );
  });
});
