// about.get: whose Drive it is and how full.
import { apiError } from './api-error.ts';
import { readMask } from './drive-files.ts';
import type { Exchange } from './exchange.ts';
import { aboutFields } from './field-schema.ts';
import { applyMask, type Mask } from './fields-mask.ts';
import { toUser } from './file-record.ts';
import { authorize } from './oauth-token.ts';
import { checkQuery, parameters } from './query-params.ts';
import { getAccount } from './world.ts';

/** 5 TiB, from Google's description of the upload methods. */
export const maxUploadBytes = 5_497_558_138_880;

export async function getAbout(exchange: Exchange): Promise<void> {
  const { world, url } = exchange;
  const caller = authorize(exchange, 'about.get');
  checkQuery(url.searchParams, parameters.about);
  const mask = readAboutMask(exchange);
  const account = getAccount(world, caller.email);
  const { drive, trash } = world.files.usage(account.email);
  const about = {
    kind: 'drive#about',
    user: toUser(account, caller),
    storageQuota: {
      ...(account.limitBytes === null ? {} : { limit: String(account.limitBytes) }),
      usage: String(world.files.totalUsage(account)),
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

/** `fields` must be there. Names with a dot are, by one report, taken for none. */
function readAboutMask({ world, url }: Exchange): Mask {
  const fields = url.searchParams.get('fields') ?? '';
  if (fields === '' || (fields.includes('.') && world.switches.dottedFields === 'required')) {
    const message = "The 'fields' parameter is required for this method.";
    throw apiError(400, 'required', message, { location: 'fields' });
  }
  return readMask(url.searchParams, aboutFields, '*');
}
