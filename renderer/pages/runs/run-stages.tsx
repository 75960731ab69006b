// The stages of a run in their order: done, going on, stopped here, or not reached.
import { Text, Timeline, Title } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { isRunActive, isTidyingUp, runStages, type Run, type RunStage } from '../../../shared/run.ts';
import { stageWords } from '../../state/words.ts';

type Mark = 'done' | 'now' | 'stopped' | 'open';

const markWords: Readonly<Record<Mark, string>> = { done: 'Done', now: 'Going on', stopped: 'Stopped here', open: '' };

function markStage(run: Run, stage: RunStage): Mark {
  if (run.state === 'succeeded') return isTidyingUp(run) && run.stage === stage ? 'now' : 'done';
  const at = run.stage === null ? -1 : runStages.indexOf(run.stage);
  const index = runStages.indexOf(stage);
  if (index < at) return 'done';
  if (index > at) return 'open';
  return isRunActive(run) ? 'now' : 'stopped';
}

export function RunStages({ run }: { readonly run: Run }) {
  const marks = runStages.map((stage) => ({ stage, mark: markStage(run, stage) }));
  const reached = marks.filter(({ mark }) => mark !== 'open').length;
  return (
    <section aria-labelledby="stages-title">
      <Title order={3} size="h5" mb="sm" id="stages-title">
        Stages
      </Title>
      <Timeline active={reached - 1} bulletSize={20} lineWidth={2} className="stages">
        {marks.map(({ stage, mark }) => (
          <Timeline.Item
            key={stage}
            color={mark === 'stopped' ? 'red' : mark === 'done' ? 'green' : 'indigo'}
            lineVariant={mark === 'now' ? 'dashed' : 'solid'}
            bullet={
              mark === 'done' ? (
                <IconCheck size={12} stroke={3} aria-hidden />
              ) : mark === 'stopped' ? (
                <IconAlertTriangle size={12} stroke={2.4} aria-hidden />
              ) : null
            }
          >
            <Text size="sm" fw={mark === 'now' ? 600 : 400} {...(mark === 'open' ? { c: 'dimmed' } : {})}>
              {stageWords[stage]}
              {markWords[mark] === '' ? null : (
                <Text span size="xs" c="dimmed" ml="xs" fw={400}>
                  {markWords[mark]}
                </Text>
              )}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </section>
  );
}
