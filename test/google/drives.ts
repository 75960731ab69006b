// drives.list and drives.get: the shared drives that the caller is a member of.
import { apiError, invalidParameter, notImplemented } from './api-error.ts';
import { readMask } from './drive-files.ts';
import type { Exchange } from './exchange.ts';
import { defaultDriveFields, driveFields, driveListFields } from './field-schema.ts';
import { applyMask } from './fields-mask.ts';
import type { Resource } from './file-record.ts';
import { authorize } from './oauth-token.ts';
import { checkQuery, parameters } from './query-params.ts';
import { toRights } from './rights.ts';
import type { SharedDrive } from './shared-drives.ts';
import type { Caller } from './tokens.ts';
import type { World } from './world.ts';

const defaultPageSize = 10;
const maxPageSize = 100;

export async function listDrives(exchange: Exchange): Promise<void> {
  const { world } = exchange;
  const caller = authorize(exchange, 'drives.list');
  const query = exchange.url.searchParams;
  checkQuery(query, parameters.drivesList);
  if (query.has('q')) throw notImplemented('searching shared drives');
  const mask = readMask(query, driveListFields, `kind,nextPageToken,drives(${defaultDriveFields})`);
  const pageSize = Math.min(Number(query.get('pageSize') ?? defaultPageSize), maxPageSize);
  if (pageSize < 1) throw invalidParameter('pageSize', 'Invalid value. Values must be within [1, 100].');
  const question = JSON.stringify(['drives', caller.email]);
  const token = query.get('pageToken');
  const ids = token === null ? listOwn(world, caller).map(({ id }) => id) : world.pages.find(token, question);
  if (ids === null) throw apiError(400, 'invalid', 'Invalid Value', { location: 'pageToken' });
  const rest = ids.slice(pageSize);
  const drives = listOwn(world, caller).filter(({ id }) => ids.slice(0, pageSize).includes(id));
  const answer = {
    kind: 'drive#driveList',
    ...(rest.length === 0 ? {} : { nextPageToken: world.pages.create(rest, question) }),
    drives: drives.map((drive) => toDrive(world, caller, drive)),
  };
  await exchange.sendJson(200, applyMask(answer, mask));
}

export async function getDrive(exchange: Exchange, id: string): Promise<void> {
  const { world, url } = exchange;
  const caller = authorize(exchange, 'drives.get');
  checkQuery(url.searchParams, parameters.drivesGet);
  const mask = readMask(url.searchParams, driveFields, defaultDriveFields);
  await exchange.sendJson(200, applyMask(toDrive(world, caller, getOwnDrive(world, caller, id)), mask));
}

/** Throws 404: no such drive, or none that the caller is a member of. */
export function getOwnDrive(world: World, caller: Caller, id: string): SharedDrive {
  const drive = listOwn(world, caller).find((candidate) => candidate.id === id);
  if (!drive) throw apiError(404, 'notFound', `Shared drive not found: ${id}`, { location: 'driveId' });
  return drive;
}

function listOwn(world: World, caller: Caller): readonly SharedDrive[] {
  return world.drives.list().filter(({ id }) => world.drives.roleOf(id, caller.email) !== null);
}

function toDrive(world: World, caller: Caller, drive: SharedDrive): Resource {
  const role = world.drives.roleOf(drive.id, caller.email) ?? 'reader';
  const rights = toRights(role, world.switches.lowestRoleThatTrashes);
  return {
    ...{ kind: 'drive#drive', id: drive.id, name: drive.name, createdTime: drive.createdTime, hidden: false },
    capabilities: {
      ...{ canAddChildren: rights.add, canComment: rights.comment, canDeleteChildren: rights.delete },
      ...{ canDownload: true, canEdit: rights.edit, canListChildren: true, canManageMembers: role === 'organizer' },
      ...{ canRename: rights.edit, canTrashChildren: rights.trash },
    },
  };
}
