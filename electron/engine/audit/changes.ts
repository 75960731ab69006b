// What changed between two rows, in short texts that hold no secret.
import type { AuditDetails } from '../../../shared/audit.ts';

/** Not about what a person decides. */
const skipped: readonly string[] = ['id', 'createdAt', 'seen'];

/** `name: old → new` for each field that differs; with nothing before, what the new row has. */
export function listChanges(before: object | null, after: object): AuditDetails {
  const old: Readonly<Record<string, unknown>> = { ...before };
  const entries = Object.entries(after).flatMap(([name, value]): [string, string][] => {
    if (skipped.includes(name)) return [];
    if (before === null) return isEmpty(value) ? [] : [[name, toText(value)]];
    if (toText(old[name]) === toText(value)) return [];
    return [[name, `${toText(old[name])} → ${toText(value)}`]];
  });
  return Object.fromEntries(entries);
}

/** Which secrets a form brought, by name and never by value. */
export function listSecrets(form: object, prefix = ''): AuditDetails {
  const entries = Object.entries(form).flatMap(([name, value]: [string, unknown]): [string, string][] => {
    if (typeof value === 'object' && value !== null)
      return Object.entries(listSecrets(value, `${prefix}${name}.`)).map(([key, text]) => [key, String(text)]);
    if (typeof value !== 'string' || !/password|passphrase|secret/i.test(name)) return [];
    return [[`${prefix}${name}`, value === '' ? 'removed' : 'set']];
  });
  return Object.fromEntries(entries);
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}

/** Addresses keep their host alone: whatever stands before it or behind it may be a secret. */
function toText(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? 'none' : JSON.stringify(value);
  return text.replace(/(\w+:\/\/)(?:[^\s"@/]*@)?([^\s"/?#]*)[^\s"]*/g, '$1$2/…');
}
