// The next dates of the schedule that is being chosen, and what the next change of the clocks does to them.
import { List, Paper, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { describeError } from '../../../../shared/describe-error.ts';
import { toWireError } from '../../../../shared/errors.ts';
import { scheduleSchema, type Schedule } from '../../../../shared/schedule.ts';
import type { SchedulePreview } from '../../../../shared/slot.ts';
import { api } from '../../../api.ts';

const shownDates = 5;
/** A person who types is not answered at each letter. */
const calmMs = 150;

type Answer = { readonly preview: SchedulePreview } | { readonly problem: string };

export function SchedulePreviewBlock({ schedule }: { readonly schedule: Schedule }) {
  const answer = usePreview(schedule);
  return (
    <Paper withBorder p="sm" mih={182} role="status" aria-label="The next times">
      {answer === null ? null : 'problem' in answer ? (
        <Text size="sm" c="red">
          {answer.problem}
        </Text>
      ) : (
        <Dates preview={answer.preview} enabled={schedule.enabled} />
      )}
    </Paper>
  );
}

function Dates({ preview, enabled }: { readonly preview: SchedulePreview; readonly enabled: boolean }) {
  return (
    <Stack gap={6}>
      <Text size="sm" fw={500}>
        {enabled ? `Next, by the clock of ${preview.timeZone}` : 'Nothing starts while it is switched off'}
      </Text>
      <List size="sm" listStyleType="none" className="figures">
        {preview.dates.map(({ at, local, offset }) => (
          <List.Item key={at}>
            {local}{' '}
            <Text span size="xs" c="dimmed">
              {offset}
            </Text>
          </List.Item>
        ))}
      </List>
      {preview.clockChange === null || !enabled ? null : (
        <Text size="xs" c="dimmed">
          {preview.clockChange}
        </Text>
      )}
    </Stack>
  );
}

/** Null until the first answer; an older answer never takes the place of a newer one. */
function usePreview(schedule: Schedule): Answer | null {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const text = JSON.stringify(schedule);
  useEffect(() => {
    const parsed = scheduleSchema.safeParse(JSON.parse(text));
    // Half typed: what was shown stays.
    if (!parsed.success) return undefined;
    let current = true;
    const ask = (): void => {
      api.schedule.preview({ schedule: parsed.data, count: shownDates }).then(
        (preview) => {
          if (current) setAnswer({ preview });
        },
        (error: unknown) => {
          if (current) setAnswer({ problem: toProblem(error) });
        },
      );
    };
    const timer = setTimeout(ask, calmMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [text]);
  return answer;
}

function toProblem(error: unknown): string {
  const wire = toWireError(error);
  const { problem } = wire.context;
  if (typeof problem !== 'string') return describeError(wire).happened;
  return `${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`;
}
