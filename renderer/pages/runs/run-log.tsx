// The log of one run, read again at each stage and at the end, with a button that copies all of it.
import { Group, Paper, ScrollArea, Text, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import { toWireError, type WireError } from '../../../shared/errors.ts';
import type { LogLine, Run } from '../../../shared/run.ts';
import { api } from '../../api.ts';
import { Copy } from '../../parts/copy.tsx';
import { ErrorBlock } from '../../parts/error-block.tsx';

const timeFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

function toLogText(lines: readonly LogLine[]): string {
  return lines.map((line) => `${line.at} ${line.level.padEnd(5)} ${line.message}`).join('\n');
}

export function RunLog({ run }: { readonly run: Run }) {
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const [error, setError] = useState<WireError | null>(null);
  const { id, state, stage } = run;
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
  return (
    <section aria-labelledby="log-title">
      <Group justify="space-between" mb="sm">
        <Title order={3} size="h5" id="log-title">
          Log
        </Title>
        {lines.length > 0 ? <Copy value={toLogText(lines)} label="Copy the log" /> : null}
      </Group>
      <ErrorBlock error={error} />
      {lines.length === 0 && !error ? (
        <Text size="sm" c="dimmed">
          Nothing has been written yet.
        </Text>
      ) : null}
      {lines.length > 0 ? (
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
      ) : null}
    </section>
  );
}

function toColor(line: LogLine): { readonly c?: string } {
  if (line.level === 'error') return { c: 'var(--mantine-color-red-light-color)' };
  if (line.level === 'warn') return { c: 'var(--mantine-color-yellow-light-color)' };
  return {};
}
