// Reads a schedule as a person writes it on the command line or in an .env file: `daily@03:00`, `every 6 hours`, cron. Pure.
import { dayNames, hourSteps, type When } from './schedule.ts';

/** `7`, `7:30`, `0730`, `19:30`, `7:30 pm` as `07:30` and so on; null for what is no time of the day. */
export function parseTimeOfDay(text: string): string | null {
  const found = /^(\d{1,2})(?::?(\d{2}))?\s*(am|pm)?$/i.exec(text.trim());
  if (!found) return null;
  const [, hourText = '', minuteText = '0', half] = found;
  const minute = Number(minuteText);
  let hour = Number(hourText);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  }
  if (hour > 23 || minute > 59) return null;
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** What `parseWhen` takes, for messages. */
export const whenExamples =
  'off, daily@03:00, daily@03:00,15:00, weekly@mon,thu 03:00, hourly@15, every 6 hours, monthly@last 03:00, or cron such as “0 3 * * *”';

const usualTime = '03:00';

/** Null: it cannot be read. Whether a cron expression can be used is known only where it is read (engine/schedule). */
export function parseWhen(text: string): When | null {
  const words = text.trim().toLowerCase();
  if (words === '') return null;
  if (/^(off|none|never|manual|by hand)$/.test(words)) return { kind: 'off' };
  return parseHourly(words) ?? parseSteps(words) ?? parseNamed(words) ?? parseCron(text.trim());
}

/** `hourly`, `hourly@15`, `every hour at :15`. */
function parseHourly(words: string): When | null {
  const found = /^(?:hourly|every hour)(?:\s*(?:@|\bat\b)?\s*:?(\d{1,2}))?$/.exec(words);
  const minute = Number(found?.[1] ?? 0);
  return !found || minute > 59 ? null : { kind: 'hourly', minute };
}

/** `every 6 hours`, `every 6 hours at 01:30`. */
function parseSteps(words: string): When | null {
  const found = /^every\s+(\d+)\s*h(?:ours?)?(?:\s*(?:@|\bat\b)\s*(.+))?$/.exec(words);
  if (!found) return null;
  const hours = hourSteps.find((step) => step === Number(found[1]));
  const at = found[2] === undefined ? '00:00' : parseTimeOfDay(found[2]);
  return hours === undefined || at === null ? null : { kind: 'every-hours', hours, at };
}

/** A kind, then days and times in any order: `weekly@mon,thu 03:00`, `every day at 03:00`. */
function parseNamed(words: string): When | null {
  const found = /^(daily|every day|weekly|every week|monthly|every month)\b(.*)$/.exec(words);
  if (!found) return null;
  const parts = (found[2] ?? '').split(/[\s,@]+|\b(?:at|on|and|the|of)\b/).filter((part) => part !== '');
  const isTime = (part: string): boolean => part.includes(':') || /\d(am|pm)$/.test(part);
  const times = parts.filter(isTime).map(parseTimeOfDay);
  const rest = parts.filter((part) => !isTime(part));
  if (times.includes(null)) return null;
  const chosen = times.length === 0 ? [usualTime] : times.flatMap((time) => (time === null ? [] : [time]));
  switch (found[1]) {
    case 'daily':
    case 'every day':
      return rest.length === 0 ? { kind: 'daily', times: chosen } : null;
    case 'weekly':
    case 'every week': {
      const days = rest.map(parseDay);
      if (days.includes(null)) return null;
      const wanted = days.flatMap((day) => (day === null ? [] : [day]));
      return { kind: 'weekly', days: wanted.length === 0 ? [1] : wanted, times: chosen };
    }
    default: {
      const [dayText = '1', more] = rest;
      const day = dayText === 'last' ? 'last' : Number(/^(\d+)(?:st|nd|rd|th)?$/.exec(dayText)?.[1] ?? 0);
      if (more !== undefined || (day !== 'last' && (day < 1 || day > 31))) return null;
      return { kind: 'monthly', day, times: chosen };
    }
  }
}

/** `mon`, `monday`. */
function parseDay(text: string): number | null {
  const day = dayNames.findIndex((name) => text.length >= 3 && name.toLowerCase().startsWith(text.replace(/s$/, '')));
  return day < 0 ? null : day;
}

function parseCron(text: string): When | null {
  const isCron = text.startsWith('@') || text.split(/\s+/).length === 5;
  return isCron && text.length <= 200 ? { kind: 'cron', expression: text } : null;
}
