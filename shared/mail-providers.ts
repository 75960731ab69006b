// Mail servers of common providers. Addresses and ports as the providers publish them (each with its source), compared with
// nodemailer's own list where that has the provider.
import type { MailAuth, MailSecurity } from './mail.ts';

export const mailProviderIds = [
  'custom',
  'gmail',
  'microsoft-365',
  'outlook',
  'fastmail',
  'icloud',
  'gmx',
  'webde',
  'yahoo',
  'zoho',
  'zoho-eu',
  'ses',
  'mailgun',
  'mailgun-eu',
  'sendgrid',
  'postmark',
  'brevo',
] as const;
export type MailProviderId = (typeof mailProviderIds)[number];

export interface MailProvider {
  readonly id: MailProviderId;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly security: MailSecurity;
  readonly auth: MailAuth;
  /** The user name where it is the same for everybody; empty: mostly the mail address. */
  readonly user: string;
  /** What to know before it works; empty: nothing. */
  readonly note: string;
  /** Where OAuth2 tokens are asked for. */
  readonly tokenUrl: string;
}

const base = { port: 587, security: 'starttls', auth: 'password', user: '', note: '', tokenUrl: '' } as const;
const implicit = { ...base, port: 465, security: 'tls' } as const;

export const mailProviders: readonly MailProvider[] = [
  { ...base, id: 'custom', name: 'Another mail server', host: '' },
  {
    // https://support.google.com/a/answer/176600, https://support.google.com/accounts/answer/185833
    ...implicit,
    id: 'gmail',
    name: 'Gmail, Google Workspace',
    host: 'smtp.gmail.com',
    tokenUrl: 'https://oauth2.googleapis.com/token',
    note: 'Needs an app password: switch on 2-Step Verification, then make one at myaccount.google.com/apppasswords. The ordinary password is refused.',
  },
  {
    // https://learn.microsoft.com/exchange/mail-flow-best-practices/how-to-set-up-a-multifunction-device-or-application-to-send-email-using-microsoft-365-or-office-365
    // Passwords: message center MC786329 as of 27 January 2026.
    ...base,
    id: 'microsoft-365',
    name: 'Microsoft 365 (work or school)',
    host: 'smtp.office365.com',
    tokenUrl: 'https://login.microsoftonline.com/organizations/oauth2/v2.0/token',
    note: 'An administrator must allow “Authenticated SMTP” for the mailbox. Microsoft switches passwords off by default at the end of December 2026; after that OAuth2 with an app registration of your own is needed.',
  },
  {
    // https://support.microsoft.com/office/pop-imap-and-smtp-settings-for-outlook-com-d088b986-291d-42b8-9564-9c414e2aa040
    ...base,
    id: 'outlook',
    name: 'Outlook.com, Hotmail',
    host: 'smtp-mail.outlook.com',
    auth: 'oauth2',
    tokenUrl: 'https://login.microsoftonline.com/consumers/oauth2/v2.0/token',
    note: 'Passwords are refused since September 2024: only OAuth2 with an app registration of your own works. Another provider is easier.',
  },
  {
    // https://www.fastmail.help/hc/en-us/articles/1500000278342
    ...implicit,
    id: 'fastmail',
    name: 'Fastmail',
    host: 'smtp.fastmail.com',
    note: 'Needs an app password with the access “SMTP” (Settings, Privacy & Security).',
  },
  {
    // https://support.apple.com/102525
    ...base,
    id: 'icloud',
    name: 'iCloud Mail',
    host: 'smtp.mail.me.com',
    note: 'Needs an app-specific password from account.apple.com.',
  },
  {
    // https://hilfe.gmx.net/pop-imap/imap/imap-serverdaten.html
    ...base,
    id: 'gmx',
    name: 'GMX',
    host: 'mail.gmx.net',
    note: 'Allow POP3 and IMAP in GMX’s settings first. With two-factor sign-in it needs an app-specific password.',
  },
  {
    // https://hilfe.web.de/pop-imap/imap/imap-serverdaten.html
    ...base,
    id: 'webde',
    name: 'WEB.DE',
    host: 'smtp.web.de',
    note: 'Allow POP3 and IMAP in WEB.DE’s settings first. With two-factor sign-in it needs an app-specific password.',
  },
  {
    // https://help.yahoo.com/kb/SLN4724.html
    ...implicit,
    id: 'yahoo',
    name: 'Yahoo Mail',
    host: 'smtp.mail.yahoo.com',
    note: 'Needs an app password (Account security).',
  },
  {
    // https://www.zoho.com/mail/help/zoho-smtp.html
    ...implicit,
    id: 'zoho',
    name: 'Zoho Mail',
    host: 'smtp.zoho.com',
    note: 'With two-factor sign-in it needs an application-specific password.',
  },
  { ...implicit, id: 'zoho-eu', name: 'Zoho Mail (Europe)', host: 'smtp.zoho.eu' },
  {
    // https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html
    ...base,
    id: 'ses',
    name: 'Amazon SES',
    host: 'email-smtp.eu-central-1.amazonaws.com',
    note: 'Put your region into the server’s name. User and password are the SMTP credentials of SES, not those of AWS; the sender must be verified.',
  },
  {
    // https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/send-smtp
    ...base,
    id: 'mailgun',
    name: 'Mailgun',
    host: 'smtp.mailgun.org',
    note: 'The user is the SMTP login of the domain (postmaster@…).',
  },
  { ...base, id: 'mailgun-eu', name: 'Mailgun (Europe)', host: 'smtp.eu.mailgun.org' },
  {
    // https://www.twilio.com/docs/sendgrid/for-developers/sending-email/getting-started-smtp
    ...base,
    id: 'sendgrid',
    name: 'SendGrid',
    host: 'smtp.sendgrid.net',
    user: 'apikey',
    note: 'The user is the word “apikey”, the password an API key with the right “Mail Send”. The sender must be verified.',
  },
  {
    // https://postmarkapp.com/developer/user-guide/send-email-with-smtp
    ...base,
    id: 'postmark',
    name: 'Postmark',
    host: 'smtp.postmarkapp.com',
    note: 'User and password are both the server API token. The sender must be verified.',
  },
  {
    // https://developers.brevo.com/docs/smtp-integration
    ...base,
    id: 'brevo',
    name: 'Brevo',
    host: 'smtp-relay.brevo.com',
    note: 'The password is an SMTP key, not the password of the account.',
  },
];

export function getMailProvider(id: MailProviderId): MailProvider {
  const provider = mailProviders.find((candidate) => candidate.id === id) ?? mailProviders[0];
  if (!provider) throw new Error(`no mail provider ${id}`);
  return provider;
}
