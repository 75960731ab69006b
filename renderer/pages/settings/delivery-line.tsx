// How messages of one way arrive: nothing while all is well, else what waits, since when and why.
import { Alert, Text } from '@mantine/core';
import { IconMailX } from '@tabler/icons-react';
import { describeError } from '../../../shared/describe-error.ts';
import { describeUndelivered, type ChannelState } from '../../../shared/notification-settings.ts';
import { formatWhen } from '../../parts/when.tsx';
import { useNow } from '../../state/use-app.ts';

export interface DeliveryLineProps {
  readonly name: string;
  readonly state: ChannelState;
}

export function DeliveryLine({ name, state }: DeliveryLineProps) {
  const now = useNow();
  const words = describeUndelivered(name, state, now, formatWhen);
  if (words === null) return null;
  const error = state.error === null ? null : describeError(state.error);
  return (
    <Alert color="yellow" icon={<IconMailX aria-hidden />} title={words}>
      <Text size="sm" className="breakable">
        {error ? `${error.happened} ${error.toDo}` : 'Save the settings to try again now.'}
      </Text>
    </Alert>
  );
}
