// The names of every answer, as Google's own description of Drive v3 (revision 20260916) lists them, and which of them
// the local Google has.
import type { Field, FieldTree } from './fields-mask.ts';

const all = (field: Field, names: string): FieldTree =>
  Object.fromEntries(names.split(/\s+/).map((name): [string, Field] => [name, field]));

export const userFields: FieldTree = {
  ...all('value', 'kind displayName me permissionId emailAddress'),
  photoLink: 'never',
};

/** Fields that hold something else than stored bytes: pictures, shortcuts, documents. */
const absentFileFields =
  'contentRestrictions exportLinks folderColorRgb imageMediaMetadata labelInfo linkShareMetadata resourceKey ' +
  'sharedWithMeTime sharingUser shortcutDetails thumbnailLink videoMediaMetadata';

const missingFileFields =
  'clientEncryptionDetails contentHints copyRequiresWriterPermission downloadRestrictions hasAugmentedPermissions ' +
  'hasThumbnail iconLink inheritedPermissionsDisabled permissionIds permissions thumbnailVersion ' +
  'viewersCanCopyContent webContentLink writersCanShare';

const plainFileFields =
  'kind id name mimeType description starred trashed explicitlyTrashed trashedTime parents properties appProperties ' +
  'spaces version webViewLink createdTime modifiedTime modifiedByMeTime modifiedByMe viewedByMe viewedByMeTime shared ' +
  'ownedByMe isAppAuthorized quotaBytesUsed size md5Checksum sha1Checksum sha256Checksum headRevisionId ' +
  'originalFilename fileExtension fullFileExtension driveId teamDriveId';

export const fileFields: FieldTree = {
  ...all('value', plainFileFields),
  ...all('never', absentFileFields),
  ...all('missing', missingFileFields),
  owners: userFields,
  lastModifyingUser: userFields,
  trashingUser: userFields,
  capabilities: all(
    'value',
    'canAddChildren canListChildren canDownload canComment canEdit canModifyContent canRename canDelete canTrash ' +
      'canUntrash canDeleteChildren canTrashChildren',
  ),
};

export const fileListFields: FieldTree = {
  ...all('value', 'kind nextPageToken incompleteSearch'),
  files: fileFields,
};

export const aboutFields: FieldTree = {
  ...all('value', 'kind maxUploadSize canCreateDrives canCreateTeamDrives appInstalled'),
  ...all('missing', 'driveThemes exportFormats folderColorPalette importFormats maxImportSizes teamDriveThemes'),
  storageQuota: all('value', 'limit usage usageInDrive usageInDriveTrash'),
  user: userFields,
};

export const generatedIdsFields: FieldTree = all('value', 'kind space ids');

export const driveFields: FieldTree = {
  ...all('value', 'kind id name createdTime hidden'),
  // Written only, or for administrators only.
  ...all('never', 'backgroundImageFile orgUnitId themeId'),
  ...all('missing', 'backgroundImageLink colorRgb restrictions'),
  capabilities: all(
    'value',
    'canAddChildren canComment canDeleteChildren canDownload canEdit canListChildren canManageMembers canRename ' +
      'canTrashChildren',
  ),
};

export const driveListFields: FieldTree = { ...all('value', 'kind nextPageToken'), drives: driveFields };

/** What comes without a `fields` parameter. */
export const defaultFileFields = 'kind,id,name,mimeType';
export const defaultDriveFields = 'kind,id,name';
export const defaultListFields = `kind,nextPageToken,incompleteSearch,files(${defaultFileFields})`;
