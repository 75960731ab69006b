// Times as people read them: local, 24 hours, the zone and the exact second on hover.
import { Text, Tooltip } from '@mantine/core';
import { formatAge } from '../../shared/format.ts';
import { useNow } from '../state/use-app.ts';

const shortFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const exactFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' });

/** `23 Nov 2026, 19:09`, in this computer's time zone. */
export function formatWhen(at: string): string {
  return shortFormat.format(new Date(at));
}

/** `23 Nov 2026`. */
export function formatDay(at: string): string {
  return dayFormat.format(new Date(at));
}

export interface WhenProps {
  readonly at: string;
  /** Shows `3 h ago` in place of the date. */
  readonly age?: boolean;
}

export function When({ at, age = false }: WhenProps) {
  const now = useNow();
  return (
    <Tooltip label={exactFormat.format(new Date(at))} events={{ hover: true, focus: true, touch: true }}>
      <Text component="time" dateTime={at} inherit className="figures" style={{ whiteSpace: 'nowrap' }}>
        {age ? formatAge(at, now) : formatWhen(at)}
      </Text>
    </Tooltip>
  );
}
