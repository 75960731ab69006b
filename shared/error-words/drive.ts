// Words for failures of the Google sign-in and of Google Drive.
import type { ErrorCode } from '../errors.ts';
import { busyReasons, forbiddenReasons, fullReasons } from './drive-reasons.ts';
import { said, type Explain, type Facts, type Words } from './words.ts';

type DriveCode = Extract<ErrorCode, `drive/${string}`>;

export const driveWords: Readonly<Record<DriveCode, Explain>> = {
  'drive/no-account': () => ({
    title: 'Not signed in to Google',
    happened: 'No Google account is connected, so there is no place for backups yet.',
    toDo: 'Sign in to the Google account that will hold the backups.',
    action: 'sign-in',
  }),
  'drive/signed-out': (facts) => ({
    title: 'Google ended the sign-in',
    happened: `Google no longer accepts the sign-in${facts.phrase('email', ' of %')}. Backups wait; those on Drive are safe.`,
    toDo: 'Sign in again. If this happens every 7 days, set your OAuth client in Google’s console from “Testing” to “In production”.',
    action: 'sign-in',
  }),
  'drive/sign-in-denied': () => ({
    title: 'Sign-in was not allowed',
    happened: 'Google’s page was answered with “Cancel” or the account may not use this app.',
    toDo: 'Sign in again and allow access. In a company account, an administrator may have to allow the app.',
    action: 'sign-in',
  }),
  'drive/sign-in-timeout': () => ({
    title: 'Sign-in was not finished',
    happened: 'The browser did not come back in time.',
    toDo: 'Sign in again and finish on Google’s page within a few minutes.',
    action: 'sign-in',
  }),
  'drive/sign-in-failed': (facts) => ({
    title: 'Sign-in did not work',
    happened: `Google did not complete the sign-in.${said(facts, 'It')}`,
    toDo: 'Check the client ID and client secret; the OAuth client must be of the type “Desktop app”. Then sign in again.',
    action: 'open-google',
  }),
  'drive/scope-missing': () => ({
    title: 'Access to Drive was not granted',
    happened: 'The sign-in worked, but the box for Google Drive was left unticked.',
    toDo: 'Sign in again and tick the box that lets PgKeep store its own files on Drive.',
    action: 'sign-in',
  }),
  'drive/client-missing': () => ({
    title: 'No Google OAuth client yet',
    happened: 'PgKeep signs in with your own OAuth client, and none is entered.',
    toDo: 'Create an OAuth client of the type “Desktop app” in Google’s console and enter its client ID and secret.',
    action: 'open-google',
  }),
  'drive/other-account': (facts) => ({
    title: 'This is another Google account',
    happened: `The backups belong to ${facts.text('expected', 'the account used before')}; the sign-in was for ${facts.text('found', 'another one')}.`,
    toDo: 'Sign in with the account that holds the backups.',
    action: 'sign-in',
  }),
  'drive/offline': () => ({
    title: 'Google Drive cannot be reached',
    happened:
      'There is no network, or it does not let this computer through to Google. Nothing is lost; uploads go on from where they stopped.',
    toDo: 'Check the network. Work goes on by itself when it is back.',
    action: 'retry',
  }),
  'drive/busy': byReason(busyReasons, () => ({
    title: 'Google Drive is busy',
    happened: 'Google asks to slow down or has a problem of its own.',
    toDo: 'Nothing now: it is tried again by itself. If it lasts for hours, look at Google’s status page.',
    action: 'retry',
  })),
  'drive/quota-full': byReason(fullReasons, (facts) => ({
    title: 'Google Drive is full',
    happened: `The account has ${facts.size('freeBytes', 'no room')} left${facts.phrase('email', ' (%)')}; the backup needs ${facts.size(['neededBytes', 'bytes'], 'more space')}.${inTrash(facts)}`,
    toDo: 'Free space on Drive, empty its trash, or buy more storage. Then try again.',
    action: 'open-drive',
  })),
  'drive/upload-limit': (facts) => ({
    title: 'Google’s daily upload limit is reached',
    happened: 'Google takes 750 GB a day from one account, and refuses more. Nothing is lost; the backup waits.',
    toDo: `Uploads go on by themselves ${facts.time('until', 'in a day', 'after %')}. “Try again” asks Google at once.`,
    action: 'retry',
  }),
  'drive/forbidden': byReason(forbiddenReasons, (facts) => ({
    title: 'Google refused the request',
    happened: `The account may not do this on Drive.${said(facts, 'Google')}`,
    toDo: 'Check that the Drive API is enabled for your OAuth client and that the company’s rules allow it.',
    action: 'open-google-guide',
  })),
  'drive/not-found': (facts) => ({
    title: 'A file is missing on Drive',
    happened: `${facts.text(['name', 'file'], 'A file of this snapshot')} is not there any more, or belongs to another account.`,
    toDo: 'Look into Drive’s trash: what lies there can be put back for 30 days.',
    action: 'open-drive',
  }),
  'drive/rejected': (facts) => ({
    title: 'Google did not understand a request',
    happened: `Drive answered with an error that waiting does not mend${facts.phrase('status', ' (status %)')}.${said(facts, 'It')}`,
    toDo: 'Try again. If it stays, look into the log and report it.',
    action: 'retry',
  }),
  'drive/session-lost': () => ({
    title: 'The upload has to begin again',
    happened: 'Google forgot the unfinished upload; it keeps one for about a week.',
    toDo: 'Run the job again.',
    action: 'retry',
  }),
  'drive/verify-mismatch': (facts) => ({
    title: 'The file on Drive is not what was sent',
    happened: `Size or hash of ${facts.text(['name', 'file'], 'the uploaded file')} differ from the original, so it does not count as a backup.`,
    toDo: 'Run the job again. If it happens twice, check this computer’s memory and network.',
    action: 'retry',
  }),
  'drive/download-damaged': (facts) => ({
    title: 'The download arrived damaged',
    happened: `What came back for ${facts.text(['name', 'file'], 'the file')} differs from what was stored.`,
    toDo: 'Try again. If it stays, use another snapshot.',
    action: 'retry',
  }),
};

/** The words of the reason that Google gave, where there are some. */
function byReason(reasons: Readonly<Record<string, Explain>>, general: Explain): Explain {
  return (facts): Words => {
    const reason = facts.text('reason', '');
    const particular = Object.hasOwn(reasons, reason) ? reasons[reason] : undefined;
    return (particular ?? general)(facts);
  };
}

function inTrash(facts: Facts): string {
  const size = facts.size('trashBytes', '');
  return size === '' || size.startsWith('0 ') ? '' : ` ${size} lie in its trash.`;
}
