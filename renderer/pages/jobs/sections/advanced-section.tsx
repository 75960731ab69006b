// In which form the dump is kept, how patient it is with tables that other programs have locked, and the scripts before and
// after each backup.
import { NumberInput, Select, Stack } from '@mantine/core';
import { lockTimeoutLimits, statementTimeoutLimits, type DumpFormat } from '../../../../shared/dump-choice.ts';
import type { SectionProps } from '../job-form.ts';
import { HookField } from './hook-field.tsx';

const formatWords: Readonly<Record<DumpFormat, string>> = {
  custom: 'Single tables can be restored from it, and owners left out.',
  plain:
    'A text that psql reads. It is restored whole or not at all: no single tables, and owners and rights as they were.',
};

export function AdvancedSection({ form }: SectionProps) {
  return (
    <Stack>
      <Select
        label="Format"
        description={formatWords[form.values.dump.format]}
        data={[
          { value: 'custom', label: 'PostgreSQL’s archive' },
          { value: 'plain', label: 'Plain SQL' },
        ]}
        allowDeselect={false}
        {...form.getInputProps('dump.format')}
      />
      <NumberInput
        label="Wait for a locked table"
        description="Seconds. While a backup waits for a table, everybody else who wants it may wait behind the backup."
        allowDecimal={false}
        {...lockTimeoutLimits}
        {...form.getInputProps('dump.lockTimeoutSeconds')}
      />
      <NumberInput
        label="Longest time for one table"
        description="Seconds; 0 for no limit. A backup whose table takes longer is stopped, so that it does not hold up the server all day."
        allowDecimal={false}
        {...statementTimeoutLimits}
        {...form.getInputProps('dump.statementTimeoutSeconds')}
      />
      <HookField form={form} kind="before" />
      <HookField form={form} kind="after" />
    </Stack>
  );
}
