// about.get, drives.list and drives.get.
import { apiError, notImplemented } from './api-error.ts';
import { readMask } from './drive-files.ts';
import type { Exchange } from './exchange.ts';
import { aboutFields, driveListFields } from './field-schema.ts';
import { applyMask } from './fields-mask.ts';
import { toUser } from './file-record.ts';
import { authorize } from './oauth-token.ts';
import { checkQuery, parameters } from './query-params.ts';
import { getAccount } from './world.ts';

/** 5 TiB, from Google's description of the upload methods. */
export const maxUploadBytes = 5_497_558_138_880;

export async function getAbout(exchange: Exchange): Promise<void> {
  const { world, url } = exchange;
  const caller = authorize(exchange, 'read');
  checkQuery(url.searchParams, parameters.about);
  if (!url.searchParams.get('fields')) {
    const message = "The 'fields' parameter is required for this method.";
    throw apiError(400, 'required', message, { location: 'fields' });
  }
  const mask = readMask(url.searchParams, aboutFields, '*');
  const account = getAccount(world, caller.email);
  const { drive, trash } = world.files.usage(account.email);
  const about = {
    kind: 'drive#about',
    user: toUser(account),
    storageQuota: {
      ...(account.limitBytes === null ? {} : { limit: String(account.limitBytes) }),
      usage: String(drive + account.otherUsageBytes),
      usageInDrive: String(drive),
      usageInDriveTrash: String(trash),
    },
    maxUploadSize: String(maxUploadBytes),
    appInstalled: false,
    canCreateDrives: false,
    canCreateTeamDrives: false,
  };
  await exchange.sendJson(200, applyMask(about, mask));
}

/** An account without shared drives. */
export async function listDrives(exchange: Exchange): Promise<void> {
  authorize(exchange, 'read');
  const query = exchange.url.searchParams;
  checkQuery(query, parameters.drivesList);
  if (query.has('q')) throw notImplemented('searching shared drives');
  if (query.has('pageToken')) throw apiError(400, 'invalid', 'Invalid Value', { location: 'pageToken' });
  const mask = readMask(query, driveListFields, '*');
  await exchange.sendJson(200, applyMask({ kind: 'drive#driveList', drives: [] }, mask));
}

export function getDrive(exchange: Exchange, id: string): Promise<void> {
  authorize(exchange, 'read');
  checkQuery(exchange.url.searchParams, parameters.drivesGet);
  throw apiError(404, 'notFound', `Shared drive not found: ${id}`, { location: 'driveId' });
}
