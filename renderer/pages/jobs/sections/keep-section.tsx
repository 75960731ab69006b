// Which old backups stay: choices in plain words, own numbers for who wants them, and what each choice does to the backups
// that are there before it is saved.
import { Group, NumberInput, Paper, Radio, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import {
  isSameRetention,
  keepEverything,
  toRetention,
  usualRetention,
  type Retention,
  type RuleName,
} from '../../../../shared/retention.ts';
import { describePreview } from '../../../../shared/retention-words.ts';
import { ErrorBlock } from '../../../parts/error-block.tsx';
import { useRetentionPreview } from '../../../state/use-retention.ts';
import type { SectionProps } from '../job-form.ts';
import { VerdictList } from './verdict-list.tsx';

interface Preset {
  readonly value: string;
  readonly label: string;
  readonly about: string;
  readonly retention: Retention;
}

const presets: readonly Preset[] = [
  {
    value: 'last',
    label: 'The newest 30',
    about: 'Simple, and the room it takes is known.',
    retention: usualRetention,
  },
  {
    value: 'thinning',
    label: 'Many new ones, few old ones',
    about: 'One a day for a week, one a week for a month, one a month for a year.',
    retention: toRetention({ daily: 7, weekly: 5, monthly: 12 }),
  },
  {
    value: 'days',
    label: 'All of the last 90 days',
    about: 'Counted from the newest backup, so that a long break removes nothing.',
    retention: toRetention({ days: 90 }),
  },
  {
    value: 'everything',
    label: 'Everything',
    about: 'Nothing is removed; Drive fills up in time.',
    retention: keepEverything,
  },
];

const numbers: readonly { readonly rule: RuleName; readonly label: string; readonly most: number }[] = [
  { rule: 'last', label: 'The newest', most: 10_000 },
  { rule: 'days', label: 'Last days, all', most: 36_500 },
  { rule: 'daily', label: 'Last days, one each', most: 3660 },
  { rule: 'weekly', label: 'Last weeks, one each', most: 1000 },
  { rule: 'monthly', label: 'Last months, one each', most: 1000 },
  { rule: 'yearly', label: 'Last years, one each', most: 200 },
];

export function KeepSection({ form, job }: SectionProps) {
  const { retention, schedule } = form.values;
  const fitting = presets.find((preset) =>
    isSameRetention({ ...preset.retention, minimum: retention.minimum }, retention),
  );
  const [wantsOwn, setWantsOwn] = useState(false);
  const chosen = wantsOwn || !fitting ? 'own' : fitting.value;
  const choose = (value: string): void => {
    setWantsOwn(value === 'own');
    const preset = presets.find((candidate) => candidate.value === value);
    if (preset) form.setFieldValue('retention', { ...preset.retention, minimum: retention.minimum });
  };
  const setRule = (rule: RuleName, value: string | number): void => {
    form.setFieldValue(`retention.${rule}`, value === '' ? null : Number(value));
  };
  return (
    <Stack>
      <Radio.Group
        label="Which backups stay"
        description="After each good backup the others go into Drive’s trash, which keeps them for 30 days."
        value={chosen}
        onChange={choose}
      >
        <Stack gap="xs" mt="sm">
          {presets.map(({ value, label, about }) => (
            <Radio key={value} value={value} label={label} description={about} />
          ))}
          <Radio value="own" label="Own rules" description="In any mix: what one of them keeps, stays." />
        </Stack>
      </Radio.Group>
      {chosen === 'own' ? (
        <SimpleGrid cols={{ base: 2, sm: 3 }} verticalSpacing="sm" style={{ alignItems: 'end' }}>
          {numbers.map(({ rule, label, most }) => (
            <NumberInput
              key={rule}
              label={label}
              placeholder="no such rule"
              allowDecimal={false}
              allowNegative={false}
              min={1}
              max={most}
              value={retention[rule] ?? ''}
              error={form.errors[`retention.${rule}`]}
              onChange={(value) => {
                setRule(rule, value);
              }}
            />
          ))}
        </SimpleGrid>
      ) : null}
      <NumberInput
        label="Always keep the newest"
        description="Whatever the rules say. Pinned ones, the newest good one and the newest proven one stay, too."
        allowDecimal={false}
        min={1}
        max={1000}
        maw={360}
        {...form.getInputProps('retention.minimum')}
      />
      <Preview jobId={job?.id ?? 'new'} retention={retention} schedule={schedule} />
    </Stack>
  );
}

function Preview(wish: Parameters<typeof useRetentionPreview>[0]) {
  const { preview, error } = useRetentionPreview(wish);
  return (
    <Paper withBorder p="sm" component="section" aria-label="What these rules do">
      <Stack gap="sm">
        <Group mih={24} role="status">
          <Text size="sm" fw={500}>
            {preview ? describePreview(preview) : 'Looking at the backups that are there…'}
          </Text>
        </Group>
        <ErrorBlock error={error} />
        {preview && preview.snapshots.length > 0 ? <VerdictList preview={preview} /> : null}
      </Stack>
    </Paper>
  );
}
