// The fields of each kind of schedule: times, days, minutes, or a cron expression.
import { Button, Checkbox, Group, Input, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { parseTimeOfDay } from '../../../../shared/parse-schedule.ts';
import { dayNames, hourSteps, type When } from '../../../../shared/schedule.ts';
import { RowButton } from '../../../parts/row-button.tsx';
import { addTime, canAddTime, dayChoices, hourChoices, toChoice, toMonthDay } from '../../../state/schedule-draft.ts';
import type { JobForm } from '../job-form.ts';

interface WhenFieldsProps {
  readonly form: JobForm;
  readonly when: When;
  readonly onChange: (when: When) => void;
}

/** Monday first, as calendars have it. */
const weekOrder = [1, 2, 3, 4, 5, 6, 0];

export function WhenFields({ form, when, onChange }: WhenFieldsProps) {
  switch (when.kind) {
    case 'off':
      return null;
    case 'daily':
      return (
        <TimesField
          form={form}
          times={when.times}
          several={toChoice(when) === 'times'}
          onChange={(times) => {
            onChange({ ...when, times });
          }}
        />
      );
    case 'weekly':
      return (
        <>
          <Checkbox.Group
            label="On"
            value={when.days.map(String)}
            error={form.errors['schedule.when.days']}
            onChange={(days) => {
              onChange({ ...when, days: days.map(Number) });
            }}
          >
            <Group gap="md" mt={6}>
              {weekOrder.map((day) => (
                <Checkbox key={day} value={String(day)} label={dayNames[day]?.slice(0, 3)} aria-label={dayNames[day]} />
              ))}
            </Group>
          </Checkbox.Group>
          <TimesField
            form={form}
            times={when.times}
            several={false}
            onChange={(times) => {
              onChange({ ...when, times });
            }}
          />
        </>
      );
    case 'hourly':
      return (
        <NumberInput
          label="At minute"
          min={0}
          max={59}
          allowDecimal={false}
          maw={160}
          value={when.minute}
          error={form.errors['schedule.when.minute']}
          onChange={(value) => {
            onChange({ ...when, minute: Number(value) });
          }}
        />
      );
    case 'every-hours':
      return (
        <Group align="flex-start">
          <Select
            label="How often"
            data={hourChoices}
            value={String(when.hours)}
            allowDeselect={false}
            maw={180}
            onChange={(value) => {
              const hours = hourSteps.find((step) => String(step) === value);
              if (hours !== undefined) onChange({ ...when, hours });
            }}
          />
          <TimeField
            label="One of them at"
            time={when.at}
            wrong={form.errors['schedule.when.at'] !== undefined}
            onChange={(at) => {
              onChange({ ...when, at });
            }}
          />
        </Group>
      );
    case 'monthly':
      return (
        <Group align="flex-start">
          <Select
            label="On"
            data={dayChoices}
            value={String(when.day)}
            allowDeselect={false}
            maw={180}
            {...(typeof when.day === 'number' && when.day > 28 ? { description: 'Or the month’s last.' } : {})}
            onChange={(value) => {
              if (value !== null) onChange({ ...when, day: toMonthDay(value) });
            }}
          />
          <TimesField
            form={form}
            times={when.times}
            several={false}
            onChange={(times) => {
              onChange({ ...when, times });
            }}
          />
        </Group>
      );
    case 'cron':
      return (
        <TextInput
          label="Expression"
          description="Minute, hour, day of the month, month, day of the week. L is the month’s last day."
          className="figures"
          ff="monospace"
          spellCheck={false}
          value={when.expression}
          error={form.errors['schedule.when.expression']}
          onChange={(event) => {
            onChange({ ...when, expression: event.currentTarget.value });
          }}
        />
      );
  }
}

interface TimesFieldProps {
  readonly form: JobForm;
  readonly times: readonly string[];
  /** More can be added. */
  readonly several: boolean;
  readonly onChange: (times: string[]) => void;
}

function TimesField({ form, times, several, onChange }: TimesFieldProps) {
  const isWrong = (index: number): boolean => form.errors[`schedule.when.times.${String(index)}`] !== undefined;
  const change = (index: number, time: string): void => {
    onChange(times.map((old, place) => (place === index ? time : old)));
  };
  const [first = ''] = times;
  if (times.length === 1 && !several) {
    return (
      <TimeField
        label="At"
        time={first}
        wrong={isWrong(0)}
        onChange={(time) => {
          change(0, time);
        }}
      />
    );
  }
  return (
    <Input.Wrapper label="At" labelElement="div">
      <Stack gap="xs" mt={4}>
        {times.map((time, index) => (
          <Group key={index} gap="xs" wrap="nowrap">
            <TimeField
              name={`Time ${String(index + 1)}`}
              time={time}
              wrong={isWrong(index)}
              onChange={(value) => {
                change(index, value);
              }}
            />
            {times.length > (several ? 2 : 1) ? (
              <RowButton
                tip="Remove"
                name={`Remove time ${String(index + 1)}`}
                onClick={() => {
                  onChange(times.filter((_, place) => place !== index));
                }}
              >
                <IconX size={16} aria-hidden />
              </RowButton>
            ) : null}
          </Group>
        ))}
        {several && canAddTime(times) ? (
          <Group>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlus size={14} aria-hidden />}
              onClick={() => {
                onChange(addTime(times));
              }}
            >
              Add a time
            </Button>
          </Group>
        ) : null}
      </Stack>
    </Input.Wrapper>
  );
}

interface TimeFieldProps {
  readonly label?: string;
  /** For a field without a label of its own. */
  readonly name?: string;
  readonly time: string;
  readonly wrong: boolean;
  readonly onChange: (time: string) => void;
}

/** 24 hours, as everywhere in the window; what is left out or written otherwise is filled in when the field is left. */
function TimeField({ label, name, time, wrong, onChange }: TimeFieldProps) {
  return (
    <TextInput
      w={140}
      inputMode="numeric"
      placeholder="03:00"
      className="figures"
      value={time}
      {...(label === undefined ? {} : { label })}
      {...(name === undefined ? {} : { 'aria-label': name })}
      error={wrong ? 'Enter a time, such as 03:00' : null}
      onChange={(event) => {
        onChange(event.currentTarget.value);
      }}
      onBlur={() => {
        onChange(parseTimeOfDay(time) ?? time);
      }}
    />
  );
}
