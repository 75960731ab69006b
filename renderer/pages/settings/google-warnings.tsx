// What a person should know of the account before it becomes a failure.
import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { describeWarning } from '../../../shared/account-warnings.ts';
import type { AccountWarning } from '../../../shared/account.ts';
import { formatDay } from '../../parts/when.tsx';

export function GoogleWarnings({ warnings }: { readonly warnings: readonly AccountWarning[] }) {
  return warnings.map((warning) => {
    const { title, text, toDo } = describeWarning(warning, formatDay);
    return (
      <Alert key={warning.kind} color="yellow" icon={<IconAlertTriangle aria-hidden />} title={title}>
        <Text size="sm">
          {text} {toDo}
        </Text>
      </Alert>
    );
  });
}
