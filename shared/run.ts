// One try of a backup: its states, stages and progress.
import { z } from 'zod';
import { wireErrorSchema, type ErrorCode } from './errors.ts';
import { estimateSchema, noEstimate } from './run-estimate.ts';

/** `waiting`: nothing is lost, it goes on by itself (network, Google). `interrupted`: the program ended before the dump was whole. */
export const runStates = ['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled', 'interrupted'] as const;
export type RunState = (typeof runStates)[number];

/** `retain` comes after the success is recorded: what the rules let go is removed. */
export const runStages = ['plan', 'dump', 'upload', 'verify', 'record', 'retain'] as const;
export type RunStage = (typeof runStages)[number];

export const runTriggers = ['schedule', 'user', 'catch-up', 'cli'] as const;
export type RunTrigger = (typeof runTriggers)[number];

export const runProgressSchema = z.object({
  tablesDone: z.number(),
  /** Null until the archive's table of contents was read. */
  tablesTotal: z.number().nullable(),
  rows: z.number(),
  /** Bytes that pg_dump has written, before compression. */
  dumpBytes: z.number(),
  /** What dumpBytes will come to, by the catalogue's table sizes or the last run; null when unknown. */
  expectedDumpBytes: z.number().nullable(),
  /** Bytes of the encrypted file so far, and in all once that is known. */
  storedBytes: z.number(),
  storedBytesTotal: z.number().nullable(),
  /** Bytes that Drive has confirmed. */
  uploadedBytes: z.number(),
  /** Of the whole run, dump to record: the same figures in the window, the tray and the command line. */
  estimate: estimateSchema,
  /** The dump stands still until Google Drive takes more. */
  waits: z.boolean(),
  /** The dump stands still until the server gives it this: `a lock on shop.orders held by psql of alice (process 4711)`. */
  waitsFor: z.string().nullable(),
});
export type RunProgress = z.infer<typeof runProgressSchema>;

/** Of a run that has just begun. */
export const noProgress: RunProgress = {
  tablesDone: 0,
  tablesTotal: null,
  rows: 0,
  dumpBytes: 0,
  expectedDumpBytes: null,
  storedBytes: 0,
  storedBytesTotal: null,
  uploadedBytes: 0,
  estimate: noEstimate,
  waits: false,
  waitsFor: null,
};

export const runSchema = z.object({
  id: z.string(),
  jobId: z.string(),
  /** Null for a job of a whole server until the run knows which database is its own. */
  database: z.string().nullable(),
  /** The runs that one start of a whole server's job began share the id of the first; null for a job of one database. */
  groupId: z.string().nullable(),
  trigger: z.enum(runTriggers),
  /** Why it was started, where the trigger does not say it all: what a catch-up makes up for. */
  reason: z.string().nullable(),
  state: z.enum(runStates),
  stage: z.enum(runStages).nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  error: wireErrorSchema.nullable(),
  /** Sentences about what was left out or could not be done although the run succeeded. */
  warnings: z.array(z.string()),
  snapshotId: z.string().nullable(),
  /** Tries that came to nothing, of a run by schedule that tries again while the server cannot be reached. */
  attempts: z.number().int(),
  /** When a waiting run tries again; null while it does not wait for a time. */
  nextTryAt: z.string().nullable(),
  /** Present while the run is active in this process. */
  progress: runProgressSchema.nullable(),
});
export type Run = z.infer<typeof runSchema>;

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export const logLineSchema = z.object({
  at: z.string(),
  level: z.enum(logLevels),
  message: z.string(),
});
export type LogLine = z.infer<typeof logLineSchema>;

const activeStates: readonly RunState[] = ['queued', 'running', 'waiting'];

/** True while the run can still change by itself. */
export function isRunActive(run: Pick<Run, 'state'>): boolean {
  return activeStates.includes(run.state);
}

/** True while a run that is good already lets the rules of its job work. */
export function isTidyingUp({ state, stage }: Pick<Run, 'state' | 'stage'>): boolean {
  return state === 'succeeded' && stage !== null;
}

const broughtByPerson: readonly ErrorCode[] = [
  'drive/no-account',
  'drive/client-missing',
  'drive/client-refused',
  'drive/key-refused',
  'drive/quota-full',
  'drive/sign-in-failed',
  'drive/forbidden',
  'drive/folder-unusable',
  // Beside a whole dump these come from the store and the key store, never from the dump.
  'vault/unavailable',
  'vault/locked-elsewhere',
  'spool/disk-full',
];

/** True when a run with a whole dump waits although only a person can bring what it waits for. */
export function isBroughtByPerson(code: ErrorCode): boolean {
  return broughtByPerson.includes(code);
}

/** True for a waiting run that goes on only after a person has done something: its error says what. */
export function waitsForPerson({ state, error }: Pick<Run, 'state' | 'error'>): boolean {
  return state === 'waiting' && error !== null && isBroughtByPerson(error.code);
}
