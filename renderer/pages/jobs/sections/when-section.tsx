// When a job runs by itself: a kind of schedule with its times, the zone, and the next dates as they will come.
import { Checkbox, NumberInput, Select, Stack, Switch } from '@mantine/core';
import { maxJitterMinutes, type When } from '../../../../shared/schedule.ts';
import { Details } from '../../../parts/details.tsx';
import { changeChoice, toChoice, whenChoices } from '../../../state/schedule-draft.ts';
import { useFacts } from '../../../state/use-app.ts';
import type { SectionProps } from '../job-form.ts';
import { SchedulePreviewBlock } from './schedule-preview.tsx';
import { WhenFields } from './when-fields.tsx';

const zones = Intl.supportedValuesOf('timeZone');

export function WhenSection({ form, job }: SectionProps) {
  const { schedule: state } = useFacts();
  const { schedule } = form.values;
  const isOff = schedule.when.kind === 'off';
  const setWhen = (when: When): void => {
    form.setFieldValue('schedule.when', when);
  };
  return (
    <Stack>
      <Select
        label="Runs by itself"
        data={whenChoices}
        value={toChoice(schedule.when)}
        allowDeselect={false}
        onChange={(value) => {
          const choice = whenChoices.find((candidate) => candidate.value === value);
          if (choice) setWhen(changeChoice(schedule.when, choice.value));
        }}
      />
      <WhenFields form={form} when={schedule.when} onChange={setWhen} />
      {isOff ? null : (
        <>
          <SchedulePreviewBlock schedule={schedule} />
          <Switch
            label="Switched on"
            description="Off: the times stay as they are, but nothing starts."
            {...form.getInputProps('schedule.enabled', { type: 'checkbox' })}
          />
          <Details label="Time zone and spreading">
            <Select
              label="Time zone"
              description="Whose clock the times are read from."
              placeholder={`This computer’s: ${state.timeZone}`}
              data={zones}
              searchable
              clearable
              limit={200}
              nothingFoundMessage="No zone of that name"
              {...form.getInputProps('schedule.timeZone')}
            />
            <NumberInput
              label="Spread the start"
              description="Minutes. A start comes up to so much later, so that many jobs do not begin in the same second."
              min={0}
              max={maxJitterMinutes}
              allowDecimal={false}
              {...form.getInputProps('schedule.jitterMinutes')}
            />
          </Details>
        </>
      )}
      {job === null ? (
        <Checkbox label="Make the first backup right away" {...form.getInputProps('startNow', { type: 'checkbox' })} />
      ) : null}
    </Stack>
  );
}
