// The audit log in sentences: one for each act, and what became of the check of the chain.
import { auditActs, type AuditAct, type AuditEntry, type AuditFault, type AuditVerdict } from './audit.ts';
import { formatBytes, formatCount, formatPlural } from './format.ts';

/** What was done; `%` is the subject. */
const sentences: Readonly<Record<AuditAct, string>> = {
  'program.started': 'PgKeep was started',
  'job.added': 'Job % was added',
  'job.changed': 'Job % was changed',
  'job.removed': 'Job % was removed; its backups stay',
  'job.erased': 'Everything of job % was erased',
  'connection.added': 'Connection % was added',
  'connection.changed': 'Connection % was changed',
  'connection.removed': 'Connection % was removed',
  'backup.asked': 'A backup of % was asked for',
  'backup.made': 'A backup of % was made',
  'backup.failed': 'A backup of % failed',
  'backup.cancelled': 'A backup of % was cancelled',
  'snapshot.pinned': 'Snapshot % was pinned',
  'snapshot.unpinned': 'The pin of snapshot % was taken off',
  'snapshot.downloaded': 'A file of snapshot % was downloaded, still encrypted',
  'snapshot.opened': 'A file of snapshot % was downloaded and decrypted',
  'snapshot.removed': 'Snapshot % was removed',
  'snapshot.untrashed': 'Snapshot % was taken out of Drive’s trash',
  'restore.started': 'A restore of % was started',
  'restore.ended': 'A restore of % ended',
  'drill.started': 'A restore test of % was started',
  'drill.ended': 'A restore test of % ended',
  'catalog.rebuilt': 'The list of backups was rebuilt from Drive',
  'account.signed-in': 'Signed in to Google as %',
  'account.signed-out': 'Signed out of Google (%)',
  'account.ended': 'Google ended the sign-in of %',
  'account.changed': 'The Google settings of % were changed',
  'key.made': 'The encryption key of this computer was made',
  'key.kit-saved': 'The recovery kit was saved',
  'key.kit-opened': 'A recovery kit was opened',
  'settings.changed': 'Settings were changed',
  'schedule.paused': 'The schedule was paused',
  'schedule.resumed': 'The schedule goes on',
  'audit.exported': 'This log was exported',
};

/** One sentence without a full stop. An act of a newer version is named as it is. */
export function describeAct({ act, subject, outcome }: Pick<AuditEntry, 'act' | 'subject' | 'outcome'>): string {
  const known = auditActs.find((name) => name === act);
  const words = (known ? sentences[known] : `${act} (%)`).replace('%', () => (subject === '' ? 'unknown' : subject));
  if (outcome === 'done' || known === 'backup.failed') return words;
  return known === 'restore.ended' || known === 'drill.ended' ? `${words} without success` : `Not done: ${words}`;
}

/** `reason: older than 30 days; files: 3`; empty when there is nothing more to say. */
export function describeDetails({ details, outcome }: Pick<AuditEntry, 'details' | 'outcome'>): string {
  const parts = Object.entries(details).flatMap(([name, value]) =>
    value === null ? [] : [`${name}: ${toText(name, value)}`],
  );
  return [...parts, ...(outcome === 'done' ? [] : [`code: ${outcome}`])].join('; ');
}

function toText(name: string, value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  return name === 'bytes' ? formatBytes(value) : formatCount(value);
}

const faultWords: Readonly<Record<AuditFault, string>> = {
  changed: 'Entry % is not as it was written.',
  missing: 'Entry % is missing.',
  cut: 'The newest entries, from % on, were removed.',
  unguarded: 'The guard that keeps entries from being changed was taken away.',
  'other-history': 'Entry % differs from what a backup on Drive has noted of it.',
};

/** Whether the log can be believed, in one or two sentences. */
export function describeVerdict(verdict: AuditVerdict): string {
  const { count, fault, seq, witnesses } = verdict;
  if (fault !== null) {
    const words = faultWords[fault].replace('%', String(seq ?? '?'));
    return `The log was tampered with. ${words} Keep a copy of the data folder and find out who had access to it.`;
  }
  if (count === 0) return 'The log is empty.';
  const noted =
    witnesses === null || witnesses === 0 ? '' : `, and as ${formatPlural(witnesses, 'backup')} on Drive noted it`;
  return `The chain is intact: ${formatCount(count)} ${count === 1 ? 'entry' : 'entries'}${noted}.`;
}
