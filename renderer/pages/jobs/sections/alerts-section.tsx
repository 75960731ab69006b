// Whom one job tells besides the general settings: an address that is pinged at its start, success and failure.
import { Anchor, Stack, Switch, Text, TextInput } from '@mantine/core';
import { toHash } from '../../../state/route.ts';
import { useFacts } from '../../../state/use-app.ts';
import type { SectionProps } from '../job-form.ts';

export function AlertsSection({ form }: SectionProps) {
  const { notifications } = useFacts();
  const { pingUrl, allowHttp } = form.values.alerts;
  const recipients = notifications.mail?.recipients.join(', ') ?? '';
  return (
    <Stack>
      <Text size="sm">
        {recipients === '' ? 'Failures are shown on this computer. ' : `Failures are mailed to ${recipients}. `}
        <Anchor href={toHash('settings', { tab: 'mail' })} size="sm">
          {recipients === '' ? 'Set up mail' : 'Mail settings'}
        </Anchor>
      </Text>
      <TextInput
        label="Ping address"
        description="Of Healthchecks or a service like it, which tells you when this computer has gone silent. It is pinged at the start, success and failure of each backup."
        placeholder="https://hc-ping.com/…"
        spellCheck={false}
        autoComplete="off"
        {...form.getInputProps('alerts.pingUrl')}
        value={pingUrl ?? ''}
        onChange={(event) => {
          const text = event.currentTarget.value;
          form.setFieldValue('alerts.pingUrl', text === '' ? null : text);
          form.clearFieldError('alerts.pingUrl');
        }}
      />
      {pingUrl?.startsWith('http://') === true || allowHttp ? (
        <Switch
          label="Allow http://, without encryption"
          {...form.getInputProps('alerts.allowHttp', { type: 'checkbox' })}
        />
      ) : null}
    </Stack>
  );
}
