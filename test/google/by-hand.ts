// What a person does in Drive without the app: folders and files that drive.file does not show.
import path from 'node:path';
import { BlobWriter } from './blob.ts';
import { folderType, type FileRecord } from './file-record.ts';
import { toNewRecord } from './metadata.ts';
import { getAccount, type World } from './world.ts';

export interface HandMade {
  readonly name: string;
  /** The folder it lies in, or a shared drive's id; absent: My Drive. */
  readonly parentId?: string;
  /** Who makes it; absent: the first account. */
  readonly email?: string;
  /** Text or bytes of a file; absent: a folder. */
  readonly content?: string | Uint8Array;
  readonly mimeType?: string;
  readonly properties?: Readonly<Record<string, string>>;
}

/** Throws what the API would answer, e.g. for a parent that the person may not write to. */
export function makeByHand(world: World, item: HandMade): FileRecord {
  const { email } = getAccount(world, item.email ?? world.accounts[0]?.email ?? '');
  const scopes = ['https://www.googleapis.com/auth/drive'];
  const caller = { email, scopes, clientId: 'drive.google.com', project: 'drive.google.com', allDrives: true };
  const mimeType = item.content === undefined ? folderType : (item.mimeType ?? 'application/octet-stream');
  const metadata = {
    ...{ name: item.name, mimeType, properties: item.properties ?? {} },
    ...(item.parentId === undefined ? {} : { parents: [item.parentId] }),
  };
  const record = toNewRecord(world, caller, metadata, null);
  record.projects = [];
  if (item.content === undefined) {
    world.files.save(record);
  } else {
    const writer = new BlobWriter(path.join(world.dir, `${record.id}.hand`));
    writer.append(Buffer.from(item.content));
    world.files.putContent(record, writer.file, writer.finish());
  }
  return record;
}
