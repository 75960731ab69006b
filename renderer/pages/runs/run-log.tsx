// The log of one run, read again at each stage and at the end: filtered by how grave its lines are and by words, copied, saved.
import { Button, Group, Paper, ScrollArea, SegmentedControl, Text, TextInput, Title } from '@mantine/core';
import { IconDeviceFloppy, IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { toWireError, type WireError } from '../../../shared/errors.ts';
import { formatPlural } from '../../../shared/format.ts';
import type { LogLevel, LogLine, Run } from '../../../shared/run.ts';
import { filterLog, toLogText } from '../../../shared/run-history.ts';
import { api } from '../../api.ts';
import { Copy } from '../../parts/copy.tsx';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { useAction } from '../../state/use-action.ts';

const levels: readonly { readonly value: LogLevel; readonly label: string }[] = [
  { value: 'debug', label: 'All' },
  { value: 'warn', label: 'Warnings' },
  { value: 'error', label: 'Errors' },
];

export function RunLog({ run }: { readonly run: Run }) {
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const [error, setError] = useState<WireError | null>(null);
  const [level, setLevel] = useState<LogLevel>('debug');
  const [text, setText] = useState('');
  const { id, state, stage } = run;
  const saving = useAction(() => api.runs.saveLog({ id }));
  useEffect(() => {
    let current = true;
    api.runs.getLog({ id }).then(
      (log) => {
        if (!current) return;
        setLines(log);
        setError(null);
      },
      (thrown: unknown) => {
        if (current) setError(toWireError(thrown));
      },
    );
    return () => {
      current = false;
    };
  }, [id, state, stage]);
  const shown = filterLog(lines, level, text);
  return (
    <section aria-labelledby="log-title">
      <Group justify="space-between" mb="sm">
        <Title order={3} size="h5" id="log-title">
          Log
        </Title>
        {lines.length > 0 ? (
          <Group gap="xs">
            <Copy value={toLogText(shown)} label="Copy the log" />
            <Button
              size="xs"
              variant="default"
              leftSection={<IconDeviceFloppy size={14} aria-hidden />}
              loading={saving.busy}
              onClick={saving.run}
            >
              Save…
            </Button>
          </Group>
        ) : null}
      </Group>
      <ErrorBlock error={error ?? saving.error} />
      {lines.length === 0 && !error ? (
        <Text size="sm" c="dimmed">
          Nothing has been written yet.
        </Text>
      ) : null}
      {lines.length > 0 ? (
        <>
          <Group gap="sm" mb="sm">
            <SegmentedControl
              size="xs"
              aria-label="Which lines"
              data={levels.map(({ value, label }) => ({ value, label }))}
              value={level}
              onChange={(value) => {
                setLevel(levels.find((known) => known.value === value)?.value ?? 'debug');
              }}
            />
            <TextInput
              size="xs"
              aria-label="Search the log"
              placeholder="Search the log"
              leftSection={<IconSearch size={14} aria-hidden />}
              style={{ flex: '1 1 160px' }}
              value={text}
              maxLength={200}
              onChange={(event) => {
                setText(event.currentTarget.value);
              }}
            />
            <Text size="xs" c="dimmed" role="status" className="figures">
              {shown.length === lines.length
                ? formatPlural(lines.length, 'line')
                : `${String(shown.length)} of ${formatPlural(lines.length, 'line')}`}
            </Text>
          </Group>
          <LogLines lines={shown} />
        </>
      ) : null}
    </section>
  );
}

const timeFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

function LogLines({ lines }: { readonly lines: readonly LogLine[] }) {
  if (lines.length === 0)
    return (
      <Text size="sm" c="dimmed">
        No line matches.
      </Text>
    );
  return (
    <Paper withBorder>
      <ScrollArea.Autosize
        mah={320}
        p="sm"
        viewportProps={{ tabIndex: 0, role: 'log', 'aria-label': 'Log of the run' }}
      >
        {lines.map((line, index) => (
          <Text key={index} component="div" className="log" {...toColor(line)}>
            <Text span inherit c="dimmed">
              {timeFormat.format(new Date(line.at))}
            </Text>{' '}
            {line.level === 'error' || line.level === 'warn' ? `${line.level}: ` : ''}
            {line.message}
          </Text>
        ))}
      </ScrollArea.Autosize>
    </Paper>
  );
}

function toColor(line: LogLine): { readonly c?: string } {
  if (line.level === 'error') return { c: 'var(--mantine-color-red-light-color)' };
  if (line.level === 'warn') return { c: 'var(--mantine-color-yellow-light-color)' };
  return {};
}
