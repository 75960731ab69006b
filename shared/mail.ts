// How mail leaves this computer: server, sign-in, sender and recipients. Passwords and tokens lie in the vault.
import { z } from 'zod';
import { mailProviderIds } from './mail-providers.ts';

/** `tls`: encrypted from the first byte (mostly port 465). `starttls`: after the greeting, and never without (587). */
export const mailSecurities = ['tls', 'starttls', 'none'] as const;
export type MailSecurity = (typeof mailSecurities)[number];

export const mailAuths = ['password', 'oauth2', 'none'] as const;
export type MailAuth = (typeof mailAuths)[number];

/** This computer itself. */
const ownHosts = ['localhost', '127.0.0.1', '::1'];

const addressSchema = z.email().max(254);
const certificate = /^-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----\s*$/;

export const mailSettingsSchema = z
  .object({
    provider: z.enum(mailProviderIds),
    host: z.string().trim().min(1).max(255),
    port: z.number().int().min(1).max(65535),
    security: z.enum(mailSecurities),
    auth: z.enum(mailAuths),
    user: z.string().trim().max(254),
    from: addressSchema,
    fromName: z.string().trim().max(100),
    recipients: z.array(addressSchema).min(1).max(20),
    /** OAuth2 only: the client that the refresh token was given to, and where tokens are asked for. */
    oauthClientId: z.string().trim().max(300),
    oauthTokenUrl: z.string().trim().max(500),
    /** PEM of an own certificate authority; empty: the ones that this program comes with. */
    ca: z
      .string()
      .trim()
      .max(50_000)
      .refine((text) => text === '' || certificate.test(text), 'paste the text of a certificate in PEM form'),
  })
  .superRefine(({ host, security, auth, user, oauthClientId, oauthTokenUrl }, ctx) => {
    const need = (path: string, value: string): void => {
      if (value === '') ctx.addIssue({ code: 'too_small', origin: 'string', minimum: 1, path: [path], input: value });
    };
    if (auth !== 'none') need('user', user);
    if (auth !== 'none' && security === 'none' && !ownHosts.includes(host)) {
      ctx.addIssue({ code: 'custom', path: ['security'], message: 'a password is never sent without encryption' });
    }
    if (auth !== 'oauth2') return;
    need('oauthClientId', oauthClientId);
    if (!URL.canParse(oauthTokenUrl) || !isSafeTokenUrl(oauthTokenUrl)) need('oauthTokenUrl', '');
  });
export type MailSettings = z.infer<typeof mailSettingsSchema>;

/** A refresh token is never sent in the clear, except to this computer itself. */
function isSafeTokenUrl(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && hostname === '127.0.0.1');
}
