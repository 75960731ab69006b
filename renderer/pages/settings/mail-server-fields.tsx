// The server's part of the mail form: address, encryption, sign-in, and what only few need behind a switch.
import { NumberInput, PasswordInput, Select, SimpleGrid, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { NotificationSettings } from '../../../shared/notification-settings.ts';
import type { MailForm } from './mail-form.ts';

export interface MailServerFieldsProps {
  readonly form: MailForm;
  readonly stored: NotificationSettings;
}

const securities = [
  { value: 'tls', label: 'TLS from the start (465)' },
  { value: 'starttls', label: 'STARTTLS (587)' },
  { value: 'none', label: 'None' },
];

const auths = [
  { value: 'password', label: 'User and password' },
  { value: 'oauth2', label: 'OAuth2' },
  { value: 'none', label: 'No sign-in' },
];

export function MailServerFields({ form, stored }: MailServerFieldsProps) {
  const { auth, ca, provider } = form.values.mail;
  const [more, setMore] = useState(ca !== '');
  const keeps = stored.hasMailSecret ? 'Stored; type to change it' : '';
  return (
    <Stack>
      {provider === 'custom' || provider === 'ses' ? (
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
          <TextInput label="Server" spellCheck={false} {...form.getInputProps('mail.host')} />
          <NumberInput label="Port" min={1} max={65535} allowDecimal={false} {...form.getInputProps('mail.port')} />
          <Select label="Encryption" data={securities} allowDeselect={false} {...form.getInputProps('mail.security')} />
        </SimpleGrid>
      ) : null}
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        <Select label="Sign-in" data={auths} allowDeselect={false} {...form.getInputProps('mail.auth')} />
        {auth === 'none' ? null : (
          <TextInput
            label="User"

            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('mail.user')}
          />
        )}
        {auth === 'password' ? (
          <PasswordInput
            label="Password"
            placeholder={keeps}
            autoComplete="new-password"
            {...form.getInputProps('mailSecret')}
          />
        ) : null}
      </SimpleGrid>
      {auth === 'oauth2' ? (
        <>
          <PasswordInput
            label="Refresh token"
            placeholder={keeps}
            autoComplete="new-password"
            {...form.getInputProps('mailSecret')}
          />
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
            <TextInput
              label="Client ID"

              spellCheck={false}
              {...form.getInputProps('mail.oauthClientId')}
            />
            <PasswordInput
              label="Client secret"
              placeholder={stored.hasOAuthClientSecret ? 'Stored; type to change it' : 'Empty if there is none'}
              autoComplete="new-password"
              {...form.getInputProps('oauthClientSecret')}
            />
          </SimpleGrid>
          <TextInput
            label="Address for tokens"

            spellCheck={false}
            {...form.getInputProps('mail.oauthTokenUrl')}
          />
        </>
      ) : null}
      <Switch
        label="The server’s certificate comes from our own authority"
        checked={more}
        onChange={(event) => {
          setMore(event.currentTarget.checked);
          if (!event.currentTarget.checked) form.setFieldValue('mail.ca', '');
        }}
      />
      {more ? (
        <Textarea
          label="Certificate authority"
          description="The text of its PEM file."
          placeholder="-----BEGIN CERTIFICATE-----"
          autosize
          minRows={3}
          maxRows={8}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          {...form.getInputProps('mail.ca')}
        />
      ) : null}
    </Stack>
  );
}
