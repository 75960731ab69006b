// Point 9: what a member may do on a shared drive, seen at one small file in the folder that the person chose.
import type { LiveContext } from '../context.ts';
import type { Finding } from '../finding.ts';

const all = 'supportsAllDrives=true';

export async function lookAtSharedDrive(context: LiveContext, folderId: string | null): Promise<readonly Finding[]> {
  const { drive, role } = context;
  const none = (seen: string): readonly Finding[] => [{ point: 9, seen, means: null }];
  if (folderId === null) return none('no folder was chosen');
  const folder = await drive.get(folderId, 'driveId,capabilities(canAddChildren)');
  const { driveId } = folder.json;
  if (typeof driveId !== 'string') return none('the chosen folder is not on a shared drive');
  const id = await drive.newId();
  const stored = await drive.upload({ id, name: 'PgKeep live check', parents: [folderId] }, Buffer.from('x'));
  if (stored.status >= 300) return none(`nothing can be stored in the chosen folder: ${stored.status}`);
  const file = `/drive/v3/files/${id}?${all}`;
  const trash = await drive.ask({ method: 'PATCH', path: file, json: { trashed: true } });
  const gone = await drive.remove(id);
  const seen = `as ${role ?? 'a member'}: trash ${trash.status}, delete ${gone.status}`;
  // The top folder itself was not chosen.
  const root = folderId === driveId ? null : await drive.get(driveId, 'id');
  return [
    {
      point: 9,
      seen: gone.status === 204 ? seen : `${seen} (one small file stays)`,
      means: toMeaning(role, trash.status),
    },
    {
      point: 'also',
      seen: `the shared drive’s top folder by drive.file: ${root?.status ?? 'it was chosen itself'}`,
      means: root === null ? null : { sharedDriveRootOpen: root.status === 200 },
    },
  ];
}

/** Only the role at the border tells who is the least that may. */
function toMeaning(role: LiveContext['role'], trashStatus: number): Finding['means'] {
  const may = trashStatus === 200;
  if (role === 'writer' && may) return { lowestRoleThatTrashes: 'writer' };
  if (role === 'writer') return { lowestRoleThatTrashes: 'fileOrganizer' };
  if (role === 'fileOrganizer' && !may) return { lowestRoleThatTrashes: 'organizer' };
  return null;
}
