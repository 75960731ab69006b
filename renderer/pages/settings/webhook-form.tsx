// The web address that gets every message as JSON, its secret, and a test that works before anything is saved.
import { Button, Group, Paper, PasswordInput, Stack, Switch, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { notificationPatchSchema, type NotificationPatch } from '../../../shared/notification-settings.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { checkForm } from '../../state/form-rules.ts';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useStore } from '../../state/use-app.ts';

interface Values {
  readonly webhook: { readonly url: string; readonly allowHttp: boolean };
  readonly webhookSecret: string;
}

/** An empty address switches the webhook off. */
function toPatch({ webhook, webhookSecret }: Values): NotificationPatch {
  if (webhook.url.trim() === '') return { webhook: null, webhookSecret: '' };
  return { webhook, ...(webhookSecret === '' ? {} : { webhookSecret }) };
}

export function WebhookForm() {
  const { notifications } = useFacts();
  const store = useStore();
  const [done, setDone] = useState('');
  const form = useForm<Values>({
    initialValues: { webhook: notifications.webhook ?? { url: '', allowHttp: false }, webhookSecret: '' },
    validate: (values) => checkForm(notificationPatchSchema, toPatch(values)),
    onValuesChange: () => {
      setDone('');
    },
  });
  const save = useAction(async (values: Values) => {
    const value = await api.notifications.save(toPatch(values));
    store.apply({ type: 'notifications', value });
    form.setFieldValue('webhookSecret', '');
    form.resetDirty();
    setDone('Saved');
  });
  const test = useAction(async () => {
    await api.notifications.testWebhook(toPatch(form.values));
    setDone('The address has taken it');
  });
  const clear = (): void => {
    save.clear();
    test.clear();
  };
  const isEmpty = form.values.webhook.url.trim() === '';
  return (
    <Paper withBorder p="lg">
      <form
        noValidate
        onSubmit={form.onSubmit((values) => {
          clear();
          save.run(values);
        })}
      >
        <Stack>
          <div>
            <Title order={2} size="h4">
              Webhook
            </Title>
            <Text size="sm" c="dimmed">
              Another program, or a chat, gets every message as JSON.
            </Text>
          </div>
          <TextInput
            label="Web address"
            placeholder="https://…"
            spellCheck={false}
            autoComplete="off"
            {...form.getInputProps('webhook.url')}
          />
          {isEmpty ? null : (
            <>
              <PasswordInput
                label="Secret"
                description="Signs each message, so that the receiver knows who sent it."
                placeholder={notifications.hasWebhookSecret ? 'Stored; type to change it' : ''}
                autoComplete="new-password"
                {...form.getInputProps('webhookSecret')}
              />
              <Switch
                label="Allow http://, without encryption"
                {...form.getInputProps('webhook.allowHttp', { type: 'checkbox' })}
              />
            </>
          )}
          <ErrorBlock error={save.error ?? test.error} here={['open-notifications']} onClose={clear} />
          <Group gap="sm">
            <Button type="submit" variant="default" loading={save.busy} disabled={!form.isDirty()}>
              Save the address
            </Button>
            {isEmpty ? null : (
              <Button
                variant="default"
                loading={test.busy}
                onClick={() => {
                  clear();
                  if (!form.validate().hasErrors) test.run();
                }}
              >
                Send a test message
              </Button>
            )}
            <Text size="sm" c="dimmed" role="status">
              {done}
            </Text>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}
