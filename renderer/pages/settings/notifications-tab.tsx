// What is told, when, and to which web address. Failures are told always.
import { Checkbox, Group, Paper, Stack, Switch, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { alertGroupNames, type AlertGroup } from '../../../shared/alert.ts';
import { quietHoursSchema, type NotificationPatch } from '../../../shared/notification-settings.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useStore } from '../../state/use-app.ts';
import { DeliveryLine } from './delivery-line.tsx';
import { WebhookForm } from './webhook-form.tsx';

const groupWords: Readonly<Record<AlertGroup, readonly [label: string, description: string]>> = {
  late: ['A job is late', 'No good backup in time, whatever the reason.'],
  unusual: ['A backup is unusual', 'Much smaller, bigger or slower than those before it, or a table lost its rows.'],
  recovered: ['It is good again', 'After something that was told of.'],
  drill: ['Restore tests', 'One failed, or succeeds again.'],
  space: ['Room gets short', 'On Google Drive, or on this computer’s disk.'],
  catalogue: ['Backups are missing on Drive', 'Or lie in its trash.'],
  kit: ['The recovery kit was not saved', 'Once a week until it is.'],
};

const usualHours = { from: '22:00', to: '07:00' };

export function NotificationsTab() {
  const { notifications, delivery } = useFacts();
  const store = useStore();
  const save = useAction(async (patch: NotificationPatch) => {
    store.apply({ type: 'notifications', value: await api.notifications.save(patch) });
  });
  const { muted, quietHours } = notifications;
  return (
    <Stack>
      <DeliveryLine name="webhook message" state={delivery.webhook} />
      <Paper withBorder p="lg">
        <Stack>
          <div>
            <Title order={2} size="h4">
              What is told
            </Title>
            <Text size="sm" c="dimmed">
              Failures, and what only you can mend, always. Each matter once; again when it stays.
            </Text>
          </div>
          <Stack gap="xs">
            {alertGroupNames.map((group) => (
              <Checkbox
                key={group}
                label={groupWords[group][0]}
                description={groupWords[group][1]}
                checked={!muted.includes(group)}
                disabled={save.busy}
                onChange={(event) => {
                  const others = muted.filter((name) => name !== group);
                  save.run({ muted: event.currentTarget.checked ? others : [...others, group] });
                }}
              />
            ))}
          </Stack>
          <Switch
            label="Show a notification when a backup that you started succeeds"
            checked={notifications.desktopOnSuccess}
            disabled={save.busy}
            onChange={(event) => {
              save.run({ desktopOnSuccess: event.currentTarget.checked });
            }}
          />
          <Switch
            label="A digest on Monday morning"
            description="By mail: what went well in the last seven days, and what did not."
            checked={notifications.weeklyDigest}
            disabled={save.busy}
            onChange={(event) => {
              save.run({ weeklyDigest: event.currentTarget.checked });
            }}
          />
        </Stack>
      </Paper>
      <Paper withBorder p="lg">
        <Stack>
          <div>
            <Title order={2} size="h4">
              Quiet hours
            </Title>
            <Text size="sm" c="dimmed">
              Notifications and mails wait until they are over, and come as one message. The webhook does not wait.
            </Text>
          </div>
          <Switch
            label="Keep quiet for some hours"
            checked={quietHours !== null}
            disabled={save.busy}
            onChange={(event) => {
              save.run({ quietHours: event.currentTarget.checked ? usualHours : null });
            }}
          />
          {quietHours === null ? null : (
            <Group gap="md">
              <TimeField
                label="From"
                value={quietHours.from}
                onSave={(from) => {
                  save.run({ quietHours: { ...quietHours, from } });
                }}
              />
              <TimeField
                label="To"
                value={quietHours.to}
                onSave={(to) => {
                  save.run({ quietHours: { ...quietHours, to } });
                }}
              />
            </Group>
          )}
          <ErrorBlock error={save.error} onClose={save.clear} />
        </Stack>
      </Paper>
      <WebhookForm />
    </Stack>
  );
}

interface TimeFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onSave: (value: string) => void;
}

/**
 * Kept when the person leaves the field: while it is typed it is no time yet. The browser's own field for times would show
 * 10:00 PM where everything else in the window has 24 hours.
 */
function TimeField({ label, value, onSave }: TimeFieldProps) {
  const [typed, setTyped] = useState(value);
  const isTime = quietHoursSchema.shape.from.safeParse(typed).success;
  return (
    <TextInput
      label={label}
      placeholder="22:00"
      className="figures"
      maxLength={5}
      w={130}
      value={typed}
      error={isTime ? null : 'For example 22:00'}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
      }}
      onBlur={() => {
        if (isTime && typed !== value) onSave(typed);
      }}
    />
  );
}
