// One message for several: what the quiet hours held back. Pure.
import type { Alert, AlertDraft, AlertTone } from '../../../shared/alert.ts';
import { formatPlural } from '../../../shared/format.ts';
import { formatLocal } from '../../../shared/local-time.ts';
import { toPlace } from '../../../shared/place.ts';

/** The most serious first. */
const order: readonly AlertTone[] = ['bad', 'warn', 'good', 'info'];

/** Each in the order it came; the log is left to the window. */
export function toSummary(alerts: readonly Alert[], zone: string): AlertDraft {
  const tone = order.find((candidate) => alerts.some((alert) => alert.tone === candidate)) ?? 'info';
  const steps = [...new Set(alerts.flatMap(({ toDo }) => (toDo === '' ? [] : [toDo])))];
  return {
    ...{ kind: 'summary', tone, title: `${formatPlural(alerts.length, 'message')} from the quiet hours` },
    happened: alerts.map(({ title }) => `${title}.`).join('\n'),
    toDo: steps.join('\n'),
    facts: alerts.map(({ at, title, happened }) => ({ label: formatLocal(at, zone), value: `${title}. ${happened}` })),
    ...{ log: [], open: toPlace('overview'), job: null, database: null, runId: null, errorCode: null },
  };
}
