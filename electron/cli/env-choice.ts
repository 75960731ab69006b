// What a job takes of its database, or of its server, from the lines of an `.env` file. A line that is absent leaves the
// job as it is; an empty one clears it. Pure.
import {
  dumpFormats,
  lockTimeoutLimits,
  statementTimeoutLimits,
  type DumpChoice,
  type DumpFormat,
} from '../../shared/dump-choice.ts';
import { invalidInput } from '../../shared/errors.ts';

export type EnvValues = Readonly<Partial<Record<string, string>>>;

const listNames = {
  BACKUP_SCHEMAS: 'includeSchemas',
  BACKUP_EXCLUDE_SCHEMAS: 'excludeSchemas',
  BACKUP_TABLES: 'includeTables',
  BACKUP_EXCLUDE_TABLES: 'excludeTables',
  BACKUP_EXCLUDE_DATA: 'excludeData',
  BACKUP_EXCLUDE_DATABASES: 'excludeDatabases',
} as const;

/** Throws `input/invalid` naming the line. */
export function readEnvChoice(values: EnvValues, old: DumpChoice): DumpChoice {
  const choice = { ...old };
  for (const [name, field] of Object.entries(listNames)) {
    const text = values[name];
    if (text !== undefined) choice[field] = splitPatterns(text);
  }
  const largeObjects = readSwitch(values, 'BACKUP_LARGE_OBJECTS');
  return {
    ...choice,
    format: readFormat(values['BACKUP_FORMAT'] ?? '') ?? old.format,
    largeObjects: largeObjects ?? old.largeObjects,
    lockTimeoutSeconds: readSeconds(values, 'BACKUP_LOCK_TIMEOUT', lockTimeoutLimits) ?? old.lockTimeoutSeconds,
    statementTimeoutSeconds:
      readSeconds(values, 'BACKUP_STATEMENT_TIMEOUT', statementTimeoutLimits) ?? old.statementTimeoutSeconds,
  };
}

/** Null when the line is absent or empty. */
export function readSwitch(values: EnvValues, name: string): boolean | null {
  const text = (values[name] ?? '').trim().toLowerCase();
  if (text === '') return null;
  if (['true', 'yes', 'on', '1'].includes(text)) return true;
  if (['false', 'no', 'off', '0'].includes(text)) return false;
  throw invalidInput(name, 'it takes true or false');
}

/** Null when the line is absent or empty. */
function readFormat(text: string): DumpFormat | null {
  const name = text.trim().toLowerCase();
  if (name === '') return null;
  const format = dumpFormats.find((known) => known === name);
  if (format) return format;
  throw invalidInput('BACKUP_FORMAT', `it takes ${dumpFormats.join(' or ')}`);
}

/** At commas and line ends that are not inside double quotes. */
function splitPatterns(text: string): string[] {
  const parts = text.match(/(?:"(?:[^"]|"")*"?|[^,\n"])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** Null when the line is absent or empty. */
function readSeconds(
  values: EnvValues,
  name: string,
  { min, max }: { readonly min: number; readonly max: number },
): number | null {
  const text = values[name] ?? '';
  if (text === '') return null;
  const seconds = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (seconds >= min && seconds <= max) return seconds;
  throw invalidInput(name, `it takes whole seconds from ${String(min)} to ${String(max)}`);
}
