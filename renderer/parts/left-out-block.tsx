// Says what of its database a snapshot does not hold; nothing where it holds everything.
import { Alert, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { describeLeftOut, type LeftOutSummary } from '../../shared/left-out.ts';

export function LeftOutBlock({ leftOut }: { readonly leftOut: LeftOutSummary | null }) {
  const lines = describeLeftOut(leftOut);
  if (lines.length === 0) return null;
  return (
    <Alert color="yellow" icon={<IconInfoCircle aria-hidden />} title="Not everything is in this backup">
      {lines.map((line) => (
        <Text key={line} size="sm" className="breakable">
          {line}
        </Text>
      ))}
    </Alert>
  );
}
