// The mail form's values and what they become. An empty secret keeps the stored one.
import { useForm } from '@mantine/form';
import { getMailProvider, type MailProviderId } from '../../../shared/mail-providers.ts';
import type { MailSettings } from '../../../shared/mail.ts';
import {
  notificationPatchSchema,
  type NotificationPatch,
  type NotificationSettings,
} from '../../../shared/notification-settings.ts';
import { checkForm } from '../../state/form-rules.ts';

export interface MailValues {
  readonly mail: MailSettings;
  readonly mailSecret: string;
  readonly oauthClientSecret: string;
}

export type MailForm = ReturnType<typeof useMailForm>;

const emptyMail: MailSettings = {
  ...{ provider: 'gmail', user: '', from: '', fromName: 'PgKeep', recipients: [] },
  ...{ oauthClientId: '', oauthTokenUrl: '', ca: '' },
  ...toServer('gmail'),
};

type Server = Pick<MailSettings, 'host' | 'port' | 'security' | 'auth' | 'oauthTokenUrl'>;

function toServer(id: MailProviderId): Server {
  const { host, port, security, auth, tokenUrl } = getMailProvider(id);
  return { host, port, security, auth, oauthTokenUrl: tokenUrl };
}

export function useMailForm(stored: NotificationSettings) {
  return useForm<MailValues>({
    initialValues: { mail: stored.mail ?? emptyMail, mailSecret: '', oauthClientSecret: '' },
    validate: (values) => {
      const errors = checkForm(notificationPatchSchema, toPatch(values));
      const isNew = values.mail.auth !== 'none' && values.mailSecret === '' && !stored.hasMailSecret;
      // One bad address is told at the field, which is a list.
      const recipients = Object.keys(errors).some((name) => name.startsWith('mail.recipients.'))
        ? { 'mail.recipients': 'One of these is no mail address' }
        : {};
      return { ...errors, ...recipients, ...(isNew ? { mailSecret: 'Fill this in' } : {}) };
    },
  });
}

export function toPatch({ mail, mailSecret, oauthClientSecret }: MailValues): NotificationPatch {
  return {
    mail,
    ...(mailSecret === '' ? {} : { mailSecret }),
    ...(oauthClientSecret === '' ? {} : { oauthClientSecret }),
  };
}

/** The server of another provider. What the person has typed of themselves stays. */
export function chooseProvider(form: MailForm, id: MailProviderId): void {
  const { mail } = form.values;
  const user = getMailProvider(id).user;
  const kept = user === '' ? (mail.user === getMailProvider(mail.provider).user ? mail.from : mail.user) : user;
  form.setFieldValue('mail', { ...mail, ...(id === 'custom' ? {} : toServer(id)), provider: id, user: kept });
}

/** Mostly the user is the mail address, so typing one fills in the other. */
export function changeFrom(form: MailForm, from: string): void {
  const { mail } = form.values;
  form.setFieldValue('mail', { ...mail, from, ...(mail.user === mail.from ? { user: from } : {}) });
}
