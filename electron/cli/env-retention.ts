// The rules of a job as an `.env` file says them: BACKUP_RETENTION_COUNT, _DAYS, _DAILY, _WEEKLY, _MONTHLY, _YEARLY and _MINIMUM.
import { invalidInput } from '../../shared/errors.ts';
import { retentionSchema, toRetention, usualMinimum, type Retention, type RuleName } from '../../shared/retention.ts';

const rules: Readonly<Record<string, RuleName>> = {
  BACKUP_RETENTION_COUNT: 'last',
  BACKUP_RETENTION_DAYS: 'days',
  BACKUP_RETENTION_DAILY: 'daily',
  BACKUP_RETENTION_WEEKLY: 'weekly',
  BACKUP_RETENTION_MONTHLY: 'monthly',
  BACKUP_RETENTION_YEARLY: 'yearly',
};

/** Null when the file says nothing of it: then the job keeps the rules it has. A rule of `0` is none. */
export function readEnvRetention(values: Readonly<Partial<Record<string, string>>>): Retention | null {
  const chosen: Partial<Record<RuleName, number>> = {};
  let said = false;
  for (const [name, rule] of Object.entries(rules)) {
    const count = readCount(values, name);
    if (count === null) continue;
    said = true;
    if (count > 0) chosen[rule] = count;
  }
  const minimum = readCount(values, 'BACKUP_RETENTION_MINIMUM');
  if (!said && minimum === null) return null;
  const checked = retentionSchema.safeParse(toRetention(chosen, minimum ?? usualMinimum));
  if (checked.success) return checked.data;
  const field = checked.error.issues[0]?.path[0];
  const name = Object.keys(rules).find((known) => rules[known] === field) ?? 'BACKUP_RETENTION_MINIMUM';
  throw invalidInput(name, 'this number is out of range');
}

function readCount(values: Readonly<Partial<Record<string, string>>>, name: string): number | null {
  const text = values[name]?.trim() ?? '';
  if (text === '') return null;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw invalidInput(name, 'it takes a whole number such as 30, or 0 for no such rule');
}
