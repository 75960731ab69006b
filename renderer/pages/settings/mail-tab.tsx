// Mail about failures: whose server, how to sign in, who gets it. "Send test" works before anything is saved.
import { Button, Group, Paper, Select, SimpleGrid, Stack, TagsInput, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { getMailProvider, mailProviderIds, mailProviders } from '../../../shared/mail-providers.ts';
import { api } from '../../api.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useStore } from '../../state/use-app.ts';
import { DeliveryLine } from './delivery-line.tsx';
import { changeFrom, chooseProvider, toPatch, useMailForm } from './mail-form.ts';
import { MailServerFields } from './mail-server-fields.tsx';

export function MailTab() {
  const { notifications, delivery } = useFacts();
  const store = useStore();
  const [done, setDone] = useState('');
  const [removing, setRemoving] = useState(false);
  const form = useMailForm(notifications);
  const save = useAction(async (patch: Parameters<typeof api.notifications.save>[0]) => {
    setDone('');
    const value = await api.notifications.save(patch);
    store.apply({ type: 'notifications', value });
    form.setFieldValue('mailSecret', '');
    form.setFieldValue('oauthClientSecret', '');
    form.resetDirty();
    setDone('Saved');
  });
  const test = useAction(async () => {
    setDone('');
    const { recipients } = await api.notifications.testMail(toPatch(form.values));
    setDone(`Sent to ${recipients.join(', ')}`);
  });
  const clear = (): void => {
    save.clear();
    test.clear();
  };
  const { note } = getMailProvider(form.values.mail.provider);
  return (
    <Stack>
      <DeliveryLine name="mail" state={delivery.mail} />
      <Paper withBorder p="lg">
        <form
          noValidate
          onSubmit={form.onSubmit((values) => {
            clear();
            save.run(toPatch(values));
          })}
        >
          <Stack>
            <div>
              <Title order={2} size="h4">
                Mail about failures
              </Title>
              <Text size="sm" c="dimmed">
                A mail says what happened, what to do, and the end of the log. Success is silent.
              </Text>
            </div>
            <TagsInput
              label="To"
              description="Press Enter after each address."
              placeholder={form.values.mail.recipients.length === 0 ? 'anna@example.org' : ''}

              maxTags={20}
              acceptValueOnBlur
              {...form.getInputProps('mail.recipients')}
            />
            <Select
              label="Mail server"
              data={mailProviders.map(({ id, name }) => ({ value: id, label: name }))}
              allowDeselect={false}
              searchable
              description={note === '' ? null : note}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              value={form.values.mail.provider}
              onChange={(value) => {
                const id = mailProviderIds.find((candidate) => candidate === value);
                if (id) chooseProvider(form, id);
              }}
            />
            <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
              <TextInput
                label="From"
                type="email"

                {...form.getInputProps('mail.from')}
                onChange={(event) => {
                  changeFrom(form, event.currentTarget.value);
                }}
              />
              <TextInput label="Name of the sender" {...form.getInputProps('mail.fromName')} />
            </SimpleGrid>
            <MailServerFields form={form} stored={notifications} />
            <ErrorBlock error={save.error ?? test.error} here={['open-mail']} onClose={clear} />
            <Group gap="sm">
              <Button type="submit" loading={save.busy}>
                Save
              </Button>
              <Button
                variant="default"
                loading={test.busy}
                onClick={() => {
                  clear();
                  if (!form.validate().hasErrors) test.run();
                }}
              >
                Send test
              </Button>
              {notifications.mail === null ? null : (
                <Button
                  variant="subtle"
                  color="red"
                  onClick={() => {
                    setRemoving(true);
                  }}
                >
                  No more mails
                </Button>
              )}
              <Text size="sm" c="dimmed" role="status" className="breakable">
                {done}
              </Text>
            </Group>
          </Stack>
        </form>
      </Paper>
      <Confirm
        opened={removing}
        title="Send no more mails?"
        text="The mail settings and the stored password are removed. Failures are still shown on this computer."
        confirmLabel="Remove"
        onConfirm={async () => {
          const value = await api.notifications.save({ mail: null, mailSecret: '', oauthClientSecret: '' });
          store.apply({ type: 'notifications', value });
          setDone('Removed');
        }}
        onClose={() => {
          setRemoving(false);
        }}
      />
    </Stack>
  );
}
