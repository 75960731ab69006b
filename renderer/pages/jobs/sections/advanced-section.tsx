// How patient a dump is: with tables that other programs have locked, and with one statement.
import { NumberInput, Stack } from '@mantine/core';
import { lockTimeoutLimits, statementTimeoutLimits } from '../../../../shared/dump-choice.ts';
import type { SectionProps } from '../job-form.ts';

export function AdvancedSection({ form }: SectionProps) {
  return (
    <Stack>
      <NumberInput
        label="Wait for a locked table"
        description="Seconds. While a backup waits for a table, everybody else who wants it may wait behind the backup."
        allowDecimal={false}
        {...lockTimeoutLimits}
        {...form.getInputProps('dump.lockTimeoutSeconds')}
      />
      <NumberInput
        label="Longest time for one table"
        description="Seconds; 0 for no limit."
        allowDecimal={false}
        {...statementTimeoutLimits}
        {...form.getInputProps('dump.statementTimeoutSeconds')}
      />
    </Stack>
  );
}
