// Small values by name, each with its schema. Secrets are not here.
import { z } from 'zod';
import type { Db } from './database.ts';

/** Every stored value: its schema and what it is before anyone set it. */
const entries = {
  /** The user's own OAuth client; its secret is in the vault. */
  googleClientId: { schema: z.string(), initial: '' },
  hasGoogleClientSecret: { schema: z.boolean(), initial: false },
  notifyOnSuccess: { schema: z.boolean(), initial: true },
  /** The age recipient that sets are encrypted for; null before the first start made one. */
  key: {
    schema: z.object({ recipient: z.string(), createdAt: z.string(), kitSavedAt: z.string().nullable() }).nullable(),
    initial: null,
  },
  /** Whose Drive it is. `permissionId` is Google's stable id of the user. */
  account: {
    schema: z.object({ permissionId: z.string(), email: z.string(), signedOut: z.boolean() }).nullable(),
    initial: null,
  },
  /** Bytes a second that uploads may take; null: no limit. */
  uploadLimitBytesPerSecond: { schema: z.number().int().positive().nullable(), initial: null },
  /** Google refuses uploads, and since when; ISO times. */
  uploadPause: {
    schema: z.object({
      refusedSince: z.string().nullable(),
      refusedLast: z.string().nullable(),
      until: z.string().nullable(),
    }),
    initial: { refusedSince: null, refusedLast: null, until: null },
  },
  /** `PgKeep/` on Drive, saved before it is made there. */
  rootFolderId: { schema: z.string().nullable(), initial: null },
} as const;

type Entries = typeof entries;
export type SettingName = keyof Entries;
export type SettingValue<N extends SettingName> = z.infer<Entries[N]['schema']>;

export function readSetting<N extends SettingName>(db: Db, name: N): SettingValue<N> {
  const row = db.prepare<[string], { value: string }>('select value from settings where key = ?').get(name);
  const { schema, initial } = entries[name];
  return (row === undefined ? initial : schema.parse(JSON.parse(row.value))) as SettingValue<N>;
}

export function writeSetting<N extends SettingName>(db: Db, name: N, value: SettingValue<N>): void {
  db.prepare('insert or replace into settings (key, value) values (?, ?)').run(name, JSON.stringify(value));
}
