// A dump of what the server holds, for people and tests. No token and no session URI is in it.
import type { FileRecord } from './file-record.ts';
import type { GoogleAccount, Switches } from './options.ts';
import type { SharedDrive } from './shared-drives.ts';
import type { World } from './world.ts';

export interface GoogleState {
  readonly now: string;
  readonly accounts: readonly (GoogleAccount & { readonly usageBytes: number; readonly rootId: string })[];
  readonly switches: Switches;
  /** With the path of the stored bytes; null for folders. */
  readonly files: readonly (FileRecord & { readonly trashed: boolean; readonly contentPath: string | null })[];
  readonly sessions: readonly {
    readonly name: string;
    readonly fileName: string;
    readonly storedBytes: number;
    readonly total: number | null;
    readonly fileId: string | null;
  }[];
  readonly sharedDrives: readonly SharedDrive[];
  readonly tokens: { readonly refreshTokens: number; readonly accessTokens: number };
}

export function dumpState(world: World): GoogleState {
  return {
    now: world.now().toISOString(),
    accounts: world.accounts.map((account) => ({
      ...account,
      usageBytes: world.files.totalUsage(account),
      rootId: world.files.root(account.email).id,
    })),
    switches: { ...world.switches },
    files: world.files
      .all()
      .filter((record) => record.parentId !== null)
      .map((record) => ({
        ...record,
        trashed: world.files.isTrashed(record),
        contentPath: world.files.contentPath(record),
      })),
    sessions: world.sessions.list().map(({ record, writer }) => ({
      name: record.name,
      fileName: record.metadata.name ?? 'Untitled',
      storedBytes: record.fileId === null ? writer.size : (record.total ?? 0),
      total: record.total,
      fileId: record.fileId,
    })),
    sharedDrives: world.drives.list(),
    tokens: world.tokens.count(),
  };
}
