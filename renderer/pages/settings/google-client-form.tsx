// With which OAuth client a person signs in: the one built in, or an own one from a file or typed in. The secret is never
// shown again; an empty field keeps it.
import { Anchor, Button, Divider, Group, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import type { Account } from '../../../shared/account.ts';
import { settingsPatchSchema, type SettingsPatch } from '../../../shared/settings.ts';
import { api } from '../../api.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { checkForm } from '../../state/form-rules.ts';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useStore } from '../../state/use-app.ts';

interface Values {
  readonly googleClientId: string;
  readonly googleClientSecret: string;
}

/** What is done once the person has read what another client means. */
type Change = { readonly kind: 'file' } | { readonly kind: 'typed'; readonly values: Values };

const sources: Readonly<Record<Account['client'], string>> = {
  none: 'This copy of PgKeep has no client of its own, so it signs in with one of yours, of the type “Desktop app”.',
  'built-in':
    'PgKeep signs in with the client built into it. With one of your own, nobody stands between you and your Drive.',
  own: 'PgKeep signs in with your own client, so nobody stands between you and your Drive.',
};

function toPatch({ googleClientId, googleClientSecret }: Values): SettingsPatch {
  return { googleClientId, ...(googleClientSecret === '' ? {} : { googleClientSecret }) };
}

export function GoogleClientForm() {
  const { settings, account } = useFacts();
  const store = useStore();
  const [saved, setSaved] = useState(false);
  const [asked, setAsked] = useState<Change | null>(null);
  const form = useForm<Values>({
    initialValues: { googleClientId: settings.googleClientId, googleClientSecret: '' },
    validate: (values) => checkForm(settingsPatchSchema, toPatch(values)),
    onValuesChange: () => {
      setSaved(false);
    },
  });
  const apply = async (change: Change): Promise<void> => {
    if (change.kind === 'file') {
      const value = await api.account.chooseClientFile(undefined);
      if (value === null) return;
      store.apply({ type: 'account', value });
    } else {
      await api.settings.save(toPatch(change.values));
    }
    const value = await api.settings.get(undefined);
    store.apply({ type: 'settings', value });
    form.setValues({ googleClientId: value.googleClientId, googleClientSecret: '' });
    form.resetDirty();
    setSaved(true);
  };
  const act = useAction(apply);
  const guide = useAction(() => api.app.openLink({ to: 'google-guide' }));
  const isOther = ({ googleClientId }: Values): boolean => googleClientId.trim() !== settings.googleClientId;
  const unused = account.kind === 'service-account' && account.state === 'ready';
  const start = (change: Change): void => {
    const warns = account.state !== 'none' && (change.kind === 'file' || isOther(change.values));
    if (warns) setAsked(change);
    else act.run(change);
  };
  return (
    <Paper withBorder p="lg">
      <form
        noValidate
        onSubmit={form.onSubmit((values) => {
          start({ kind: 'typed', values });
        })}
      >
        <Stack>
          <div>
            <Title order={2} size="h4">
              OAuth client
            </Title>
            <Text size="sm" c="dimmed">
              {unused ? 'Not needed while a service account signs in.' : sources[account.client]}{' '}
              <Anchor component="button" type="button" size="sm" onClick={guide.run}>
                How to make one
              </Anchor>
            </Text>
          </div>
          <Group>
            <Button
              variant={account.client === 'none' && !unused ? 'filled' : 'default'}
              loading={act.busy}
              onClick={() => {
                start({ kind: 'file' });
              }}
            >
              Choose the JSON file…
            </Button>
          </Group>
          <Divider label="or type it in" labelPosition="left" />
          <TextInput
            label="Client ID"
            placeholder="….apps.googleusercontent.com"
            spellCheck={false}
            autoComplete="off"
            {...form.getInputProps('googleClientId')}
          />
          <PasswordInput
            label="Client secret"
            placeholder={settings.hasGoogleClientSecret ? 'Stored; type to change it' : ''}
            autoComplete="new-password"
            {...form.getInputProps('googleClientSecret')}
          />
          <ErrorBlock error={act.error ?? guide.error} here={['open-google']} onClose={act.clear} />
          <Group gap="sm">
            <Button type="submit" variant="default" loading={act.busy} disabled={!form.isDirty()}>
              Save the client
            </Button>
            <Text size="sm" c="dimmed" role="status">
              {saved ? 'Saved' : ''}
            </Text>
          </Group>
        </Stack>
      </form>
      <Confirm
        opened={asked !== null}
        title="Sign in with another client?"
        text="Google shows a client only the files of its own Google project. If the new client belongs to another project, PgKeep no longer sees the backups made so far; you still do, in the browser. You will have to sign in once more."
        confirmLabel={asked?.kind === 'file' ? 'Choose the file…' : 'Use this client'}
        onConfirm={async () => {
          if (asked) await apply(asked);
        }}
        onClose={() => {
          setAsked(null);
        }}
      />
    </Paper>
  );
}
