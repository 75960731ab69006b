// The query parameters of each call: known ones are checked, those that only matter elsewhere are accepted, what the
// local Google cannot do is a 501 and what Google does not know is a 400.
import { invalidParameter, notImplemented } from './api-error.ts';

type Type = 'text' | 'boolean' | 'integer' | 'missing';
export type Parameters = Readonly<Record<string, Type>>;

/** Parameters that every call has. */
const globalParameters: Parameters = {
  fields: 'text',
  prettyPrint: 'boolean',
  quotaUser: 'text',
  alt: 'text',
  ...{ key: 'missing', access_token: 'missing', oauth_token: 'missing', callback: 'missing', '$.xgafv': 'missing' },
  upload_protocol: 'missing',
};

const fileCall: Parameters = {
  supportsAllDrives: 'boolean',
  supportsTeamDrives: 'boolean',
  ...{ includeLabels: 'missing', includePermissionsForView: 'missing' },
};

const writeCall: Parameters = {
  ...fileCall,
  keepRevisionForever: 'boolean',
  useContentAsIndexableText: 'boolean',
  enforceSingleParent: 'boolean',
  ocrLanguage: 'missing',
  uploadType: 'text',
};

export const parameters = {
  about: {},
  drivesList: { pageSize: 'integer', pageToken: 'text', q: 'text', useDomainAdminAccess: 'missing' },
  drivesGet: { useDomainAdminAccess: 'missing' },
  generateIds: { count: 'integer', space: 'text', type: 'text' },
  list: {
    ...fileCall,
    ...{ q: 'text', pageSize: 'integer', pageToken: 'text', orderBy: 'text', spaces: 'text' },
    ...{ corpora: 'text', driveId: 'text', includeItemsFromAllDrives: 'boolean' },
    ...{ corpus: 'missing', teamDriveId: 'missing', includeTeamDriveItems: 'boolean' },
  },
  get: { ...fileCall, acknowledgeAbuse: 'boolean' },
  create: { ...writeCall, ignoreDefaultVisibility: 'boolean' },
  update: { ...writeCall, addParents: 'text', removeParents: 'text' },
  emptyTrash: { driveId: 'text', enforceSingleParent: 'boolean' },
  delete: { supportsAllDrives: 'boolean', supportsTeamDrives: 'boolean', enforceSingleParent: 'boolean' },
} satisfies Record<string, Parameters>;

/** Throws 400 or 501 when a parameter is not one of the call's. */
export function checkQuery(query: URLSearchParams, known: Parameters): void {
  for (const [name, value] of query) {
    const type = Object.hasOwn(known, name) ? known[name] : globalParameters[name];
    if (type === undefined) throw invalidParameter(name, `Unknown query parameter: ${name}`);
    if (type === 'missing') throw notImplemented(`the parameter ${name}`);
    if (type === 'boolean' && value !== 'true' && value !== 'false') {
      throw invalidParameter(name, `Invalid boolean value: '${value}'.`);
    }
    if (type === 'integer' && !/^\d+$/.test(value)) throw invalidParameter(name, `Invalid integer value: '${value}'.`);
    if (name === 'alt' && value !== 'json' && value !== 'media') throw notImplemented(`alt=${value}`);
  }
}
