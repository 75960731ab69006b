// Words for what Google refuses for one particular reason. The general words of the code are in drive.ts.
import type { Explain } from './words.ts';

type Reasons = Readonly<Record<string, Explain>>;

/** Reasons of `drive/quota-full` that freeing space does not mend. */
export const fullReasons: Reasons = {
  serviceAccountWithoutStorage: () => ({
    title: 'A service account has no storage',
    happened: 'Google gives service accounts no space of their own, so they cannot keep files in My Drive.',
    toDo: 'Choose a folder on a shared drive that the service account may write to, or sign in with a Google account.',
    action: 'open-google',
  }),
  numChildrenInNonRootLimitExceeded: () => ({
    title: 'The Drive folder holds too many items',
    happened: 'A folder on Drive can hold 500,000 items, and this one does.',
    toDo: 'Move or remove old files in the folder. Then run the job again.',
    action: 'open-drive',
  }),
  teamDriveFileLimitExceeded: () => ({
    title: 'The shared drive holds too many items',
    happened: 'A shared drive can hold 500,000 items, those in its trash counted, and this one does.',
    toDo: 'Remove files there and empty its trash, or choose another drive. Then run the job again.',
    action: 'open-drive',
  }),
  activeItemCreationLimitExceeded: () => ({
    title: 'The account owns too many items',
    happened: 'Google limits how many files one account may have made, and this one has reached it.',
    toDo: 'Remove files on Drive and empty its trash, or use another account. Then run the job again.',
    action: 'open-drive',
  }),
};

/** Reasons of `drive/forbidden`. */
export const forbiddenReasons: Reasons = {
  accessNotConfigured: () => ({
    title: 'The Drive API is not switched on',
    happened: 'Google knows the OAuth client, but its project may not use the Drive API.',
    toDo: 'In Google’s console, open the project of your OAuth client and enable “Google Drive API”. It can take a few minutes.',
    action: 'open-google-guide',
  }),
  domainPolicy: () => ({
    title: 'Your organisation does not allow this app',
    happened: 'The administrators of this Google account have switched off Drive for apps such as PgKeep.',
    toDo: 'Ask an administrator to allow it under “API controls”, or sign in with another account.',
    action: 'open-google-guide',
  }),
  appNotAuthorizedToFile: () => ({
    title: 'PgKeep may not use this file',
    happened:
      'PgKeep sees only files that it made itself, with this OAuth client. This one was made by something else, or the access was taken back.',
    toDo: 'Use the OAuth client the backups were made with. A file can also be downloaded by hand and restored.',
    action: 'open-google-guide',
  }),
  insufficientFilePermissions: noRight,
  insufficientParentPermissions: noRight,
  teamDriveMembershipRequired: () => ({
    title: 'Not a member of the shared drive',
    happened: 'The folder lies on a shared drive that this account is no member of.',
    toDo: 'Ask for the role “Content manager” there, or choose another folder.',
    action: 'open-google',
  }),
  cannotDownloadAbusiveFile: () => ({
    title: 'Google holds the file back',
    happened:
      'Google’s scan marked the file as harmful. Encrypted files can be hit by mistake; the file is still there.',
    toDo: 'Open the file on Drive as its owner and ask Google for a review, or download it there and restore it by hand.',
    action: 'open-drive',
  }),
};

/** Reasons of `drive/busy` that last longer than a rush. */
export const busyReasons: Reasons = {
  dailyLimitExceeded: () => ({
    title: 'The OAuth client used up its day',
    happened: 'The project of the OAuth client has a daily limit of requests, and today’s are used up.',
    toDo: 'It is tried again in a few hours. The limit can be raised in Google’s console under “Quotas”.',
    action: 'open-google-guide',
  }),
  downloadQuotaExceeded: () => ({
    title: 'The file was downloaded too often',
    happened: 'Google limits how often one file is downloaded in a day, and this one has reached it.',
    toDo: 'Try again tomorrow, or use another snapshot.',
    action: 'retry',
  }),
  resting: () => ({
    title: 'Google Drive keeps failing',
    happened: 'Google answered many requests in a row with errors, so PgKeep leaves it alone for a few minutes.',
    toDo: 'Nothing now: it is tried again by itself. If it lasts for hours, look at Google’s status page.',
    action: 'retry',
  }),
};

function noRight(): ReturnType<Explain> {
  return {
    title: 'No right to the Drive folder',
    happened: 'The account may look at the folder or file, but not change it.',
    toDo: 'Ask its owner for the right to edit, or choose another folder.',
    action: 'open-google',
  };
}
