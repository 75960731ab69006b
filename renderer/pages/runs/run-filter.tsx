// The filter of the runs: job, state, how they were started, days, and words; all of it stays in the address.
import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch, IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { runStates, runTriggers } from '../../../shared/run.ts';
import { runFilterSchema, type RunFilter } from '../../../shared/run-history.ts';
import { useFacts } from '../../state/use-app.ts';
import { runStateWords, triggerWords } from '../../state/words.ts';

/** What the address says of it, by the names of `filterNames`. */
export type FilterParams = Readonly<Record<string, string>>;
export const filterNames = ['job', 'state', 'trigger', 'database', 'text', 'from', 'to'] as const;

/** Anything that is no filter counts as none. Days are those of this computer's clock. */
export function toFilter({ job, state, trigger, database, text, from, to }: FilterParams): RunFilter {
  const wish = {
    ...{ jobId: job ?? null, database: database ?? null, text: text ?? '' },
    state: runStates.find((value) => value === state) ?? null,
    trigger: runTriggers.find((value) => value === trigger) ?? null,
    ...{ from: toMoment(from, 0), to: toMoment(to, 1) },
  };
  return runFilterSchema.parse(wish);
}

function toMoment(day: string | undefined, addDays: 0 | 1): string | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? '');
  if (!parts) return null;
  const date = new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + addDays);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** Typing does not ask for each letter. */
const searchDelayMs = 300;

const wide = { flex: '1 1 110px' };

interface RunFilterBarProps {
  readonly params: FilterParams;
  readonly onChange: (change: FilterParams) => void;
}

export function RunFilterBar({ params, onChange }: RunFilterBarProps) {
  const { jobs } = useFacts();
  const [text, setText] = useState(params['text'] ?? '');
  const [settled] = useDebouncedValue(text.trim(), searchDelayMs);
  const told = params['text'] ?? '';
  useEffect(() => {
    if (settled !== told) onChange({ text: settled });
    // Only what was typed leads; the address follows.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  const set = (name: string) => (value: string | null) => {
    onChange({ [name]: value ?? '' });
  };
  return (
    <Group gap="sm" align="flex-end">
      <TextInput
        label="Search"
        placeholder="Error, warning, log"
        leftSection={<IconSearch size={16} aria-hidden />}
        style={{ flex: '2 1 170px' }}
        value={text}
        maxLength={200}
        onChange={(event) => {
          setText(event.currentTarget.value);
        }}
      />
      <Select
        label="Job"
        placeholder="All jobs"
        style={wide}
        data={jobs.map((candidate) => ({ value: candidate.id, label: candidate.name }))}
        value={params['job'] ?? null}
        clearable
        onChange={set('job')}
      />
      <Select
        label="State"
        placeholder="All states"
        style={wide}
        data={runStates.map((value) => ({ value, label: runStateWords[value] }))}
        value={params['state'] ?? null}
        clearable
        onChange={set('state')}
      />
      <Select
        label="Trigger"
        placeholder="All"
        style={wide}
        data={runTriggers.map((value) => ({ value, label: triggerWords[value] }))}
        value={params['trigger'] ?? null}
        clearable
        onChange={set('trigger')}
      />
      <Group gap="sm" wrap="nowrap" style={{ flex: '2 1 292px' }}>
        {(['from', 'to'] as const).map((name) => (
          <TextInput
            key={name}
            type="date"
            label={name === 'from' ? 'From' : 'To'}
            style={{ flex: '1 1 0', minWidth: 0 }}
            value={params[name] ?? ''}
            onChange={(event) => {
              onChange({ [name]: event.currentTarget.value });
            }}
          />
        ))}
      </Group>
      {Object.keys(params).length > 0 ? (
        <Button
          variant="subtle"
          leftSection={<IconX size={16} aria-hidden />}
          onClick={() => {
            setText('');
            onChange(Object.fromEntries(filterNames.map((name) => [name, ''])));
          }}
        >
          Clear
        </Button>
      ) : null}
    </Group>
  );
}
