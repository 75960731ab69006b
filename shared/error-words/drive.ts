// Words for failures of the Google sign-in and of Google Drive.
import type { ErrorCode } from '../errors.ts';
import { busyReasons, forbiddenReasons, fullReasons } from './drive-reasons.ts';
import {
  describeCredentials,
  describeFolderProblem,
  describeFolderRemedy,
  describeKeyRefusal,
  describeSignInRemedy,
} from './google-access.ts';
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
    happened: 'Nobody finished on Google’s page within five minutes, or the browser was closed.',
    toDo: 'Sign in again and finish on Google’s page within five minutes.',
    action: 'sign-in',
  }),
  'drive/sign-in-failed': (facts) => ({
    title: 'Sign-in did not work',
    happened: `Google did not complete the sign-in.${said(facts, 'It')}`,
    toDo: describeSignInRemedy(facts.text('reason', '')),
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
    happened: 'This copy of PgKeep has no OAuth client of its own, and none of yours is set.',
    toDo: 'Make an OAuth client of the type “Desktop app” in Google’s console and give PgKeep its JSON file, or its client ID and secret.',
    action: 'open-google',
  }),
  'drive/client-refused': (facts) => ({
    title: 'Google does not accept the OAuth client',
    happened:
      facts.text('reason', '') === 'deleted_client'
        ? 'The OAuth client was deleted at Google, by somebody or because nobody used it for six months.'
        : `The client ID is not known to Google, or the client secret does not belong to it.${said(facts, 'Google')}`,
    toDo:
      facts.text('reason', '') === 'deleted_client'
        ? 'Restore it in Google’s console; that works for 30 days. A client of another project does not see the older backups.'
        : 'Look the client up in Google’s console and give PgKeep its JSON file once more. The sign-in itself was not ended.',
    action: 'open-google',
  }),
  'drive/key-refused': (facts) => ({
    title: 'Google does not accept the service account',
    happened: describeKeyRefusal(facts.text('reason', '')),
    toDo:
      facts.text('reason', '') === 'unauthorized_client'
        ? 'In the admin console, under domain-wide delegation, enter the service account’s ID with the scope that docs/google-setup.md names.'
        : 'Make a new key for the service account in Google’s console and give PgKeep its JSON file. Check this computer’s clock, too.',
    action: 'open-google',
  }),
  'drive/credentials-unusable': (facts) => ({
    title: 'This file is not the one that is needed',
    happened: describeCredentials(facts.text('found', '')),
    toDo: 'In Google’s console choose Clients, Create client, application type “Desktop app”, and download its JSON. For a server: the JSON key of a service account.',
    action: 'open-google-guide',
  }),
  'drive/folder-unusable': (facts) => ({
    title: 'This folder cannot hold backups',
    happened: describeFolderProblem(facts.text('reason', ''), facts.text('folder', 'The folder')),
    toDo: describeFolderRemedy(facts.text('reason', '')),
    action: 'open-google',
  }),
  'drive/no-storage': () => ({
    title: 'A service account has no storage',
    happened: 'Google gives a service account no room of its own, so nothing can be kept in its My Drive.',
    toDo: 'Give PgKeep a folder on a shared drive of which the service account is a member, or let it act for a person (delegation).',
    action: 'open-google',
  }),
  'drive/other-account': (facts) => ({
    title: 'This is another Google account',
    happened: `The backups belong to ${facts.text('expected', 'the account used before')}; the sign-in was for ${facts.text('found', 'another one')}.`,
    toDo: 'Sign in with the account that holds the backups. Nothing was changed.',
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
