// The user's own Google OAuth client. The secret is never shown again; an empty field keeps it.
import { Anchor, Button, Group, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { settingsPatchSchema, type SettingsPatch } from '../../../shared/settings.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { checkForm } from '../../state/form-rules.ts';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useStore } from '../../state/use-app.ts';

interface Values {
  readonly googleClientId: string;
  readonly googleClientSecret: string;
}

function toPatch({ googleClientId, googleClientSecret }: Values): SettingsPatch {
  return { googleClientId, ...(googleClientSecret === '' ? {} : { googleClientSecret }) };
}

export function GoogleClientForm() {
  const { settings } = useFacts();
  const store = useStore();
  const [saved, setSaved] = useState(false);
  const form = useForm<Values>({
    initialValues: { googleClientId: settings.googleClientId, googleClientSecret: '' },
    validate: (values) => checkForm(settingsPatchSchema, toPatch(values)),
    onValuesChange: () => {
      setSaved(false);
    },
  });
  const save = useAction(async (values: Values) => {
    const value = await api.settings.save(toPatch(values));
    store.apply({ type: 'settings', value });
    form.setValues({ googleClientId: value.googleClientId, googleClientSecret: '' });
    form.resetDirty();
    setSaved(true);
  });
  const guide = useAction(() => api.app.openLink({ to: 'google-guide' }));
  return (
    <Paper withBorder p="lg">
      <form
        noValidate
        onSubmit={form.onSubmit((values) => {
          save.run(values);
        })}
      >
        <Stack>
          <div>
            <Title order={2} size="h4">
              OAuth client
            </Title>
            <Text size="sm" c="dimmed">
              PgKeep signs in with your own client of the type “Desktop app”, so nobody stands between you and your
              Drive.{' '}
              <Anchor component="button" type="button" size="sm" onClick={guide.run}>
                How to make one
              </Anchor>
            </Text>
          </div>
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
          <ErrorBlock error={save.error ?? guide.error} />
          <Group gap="sm">
            <Button type="submit" variant="default" loading={save.busy} disabled={!form.isDirty()}>
              Save the client
            </Button>
            <Text size="sm" c="dimmed" role="status">
              {saved ? 'Saved' : ''}
            </Text>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}
