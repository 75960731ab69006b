// Whether the log can be believed: checked when the page opens, and once more, with Drive, when the person asks.
import { Alert, Button, Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { AuditVerdict } from '../../../shared/audit.ts';
import { describeVerdict } from '../../../shared/audit-words.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { useFacts } from '../../state/use-app.ts';
import { useAction } from '../../state/use-action.ts';

export function ChainLine({ newest }: { readonly newest: number }) {
  const { account } = useFacts();
  const [verdict, setVerdict] = useState<AuditVerdict | null>(null);
  useEffect(() => {
    let isCurrent = true;
    api.audit.verify({ withDrive: false }).then(
      (value) => {
        if (isCurrent) setVerdict(value);
      },
      // The list beside it says what is wrong.
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [newest]);
  const comparing = useAction(async () => {
    setVerdict(await api.audit.verify({ withDrive: true }));
  });
  if (!verdict) return null;
  const words = describeVerdict(verdict);
  return (
    <>
      {verdict.fault === null ? (
        <Group gap="sm" justify="space-between">
          <Group gap={8} wrap="nowrap" role="status">
            <IconShieldCheck size={18} color="var(--mantine-color-green-filled)" aria-hidden />
            <Text size="sm">{words}</Text>
          </Group>
          {verdict.count > 0 && account.state === 'ready' ? (
            <Button
              size="compact-sm"
              variant="subtle"
              loading={comparing.busy}
              onClick={() => {
                comparing.run();
              }}
            >
              Compare with Drive
            </Button>
          ) : null}
        </Group>
      ) : (
        <Alert color="red" icon={<IconAlertTriangle />} title="The chain is broken" role="alert">
          {words}
        </Alert>
      )}
      {comparing.error ? <ErrorBlock error={comparing.error} /> : null}
    </>
  );
}
