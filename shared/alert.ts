// One thing that a person is told, whatever the channel: what happened, what to do, and where to look. Desktop, mail and
// webhook are made from it.
import { z } from 'zod';
import { errorCodes } from './errors.ts';
import { placeSchema } from './place.ts';

export const alertKinds = [
  'failed',
  'still-failing',
  'interrupted',
  'waiting',
  'recovered',
  'succeeded',
  'unusual',
  'late',
  'signed-out',
  'space-short',
  'disk-short',
  'drill-failed',
  'drill-recovered',
  'restore-ended',
  'kit-unsaved',
  'catalogue',
  'folder-news',
  'server-news',
  'mail-failing',
  'digest',
  /** What the quiet hours held back. */
  'summary',
  'test',
] as const;
export type AlertKind = (typeof alertKinds)[number];

export const channels = ['desktop', 'mail', 'webhook'] as const;
export type Channel = (typeof channels)[number];

/** `bad`: something does not happen that should. `warn`: it soon will not. */
export const alertTones = ['bad', 'warn', 'good', 'info'] as const;
export type AlertTone = (typeof alertTones)[number];

export const alertSchema = z.object({
  id: z.string(),
  kind: z.enum(alertKinds),
  tone: z.enum(alertTones),
  at: z.string(),
  /** A few words with the job's name, no full stop. */
  title: z.string(),
  /** Sentences. */
  happened: z.string(),
  /** Sentences; empty when nothing is to be done. */
  toDo: z.string(),
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
  /** The end of the run's log, redacted. */
  log: z.array(z.string()),
  open: placeSchema,
  job: z.object({ id: z.string(), name: z.string() }).nullable(),
  database: z.string().nullable(),
  runId: z.string().nullable(),
  errorCode: z.enum(errorCodes).nullable(),
  /** The id of the first message about the same cause; a mail program shows them together. */
  thread: z.string().nullable(),
});
export type Alert = z.infer<typeof alertSchema>;

/** Before it has an id, a time and a thread. */
export type AlertDraft = Omit<Alert, 'id' | 'at' | 'thread'>;

/** What a person may choose not to hear of. What is in no group is always told. */
export const alertGroups = {
  recovered: ['recovered', 'drill-recovered'],
  late: ['late'],
  unusual: ['unusual'],
  space: ['space-short', 'disk-short'],
  drill: ['drill-failed', 'drill-recovered'],
  kit: ['kit-unsaved'],
  catalogue: ['catalogue'],
} as const satisfies Readonly<Record<string, readonly AlertKind[]>>;
export type AlertGroup = keyof typeof alertGroups;
export const alertGroupNames = Object.keys(alertGroups) as [AlertGroup, ...AlertGroup[]];

export function isMuted(kind: AlertKind, muted: readonly AlertGroup[]): boolean {
  return muted.some((group) => (alertGroups[group] as readonly AlertKind[]).includes(kind));
}
