// A bar with what goes on, how far it is and the figures behind it. Keeps its height while the numbers change.
import { Group, Progress, Stack, Text } from '@mantine/core';
import type { Progress as ProgressWords } from '../state/words.ts';

export interface ProgressBlockProps {
  readonly progress: ProgressWords;
  /** What the bar measures, for screen readers. */
  readonly name: string;
  /** Leaves out the line of figures where they are shown otherwise. */
  readonly short?: boolean;
}

export function ProgressBlock({ progress, name, short = false }: ProgressBlockProps) {
  const { label, percent, percentText, detail } = progress;
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="sm" fw={500}>
          {label}
        </Text>
        <Text size="sm" fw={500} className="figures" style={{ flexShrink: 0 }}>
          {percentText === '' ? '\u00a0' : percentText}
        </Text>
      </Group>
      <Progress.Root size="md">
        <Progress.Section
          value={percent ?? 100}
          striped={percent === null}
          animated={percent === null}
          aria-label={`${name}: ${label}`}
          {...(percent === null ? { 'aria-valuenow': undefined, 'aria-valuetext': 'in progress' } : {})}
        />
      </Progress.Root>
      {short ? null : (
        <Text size="xs" c="dimmed" className="figures" mih="1.4em">
          {detail}
        </Text>
      )}
    </Stack>
  );
}
