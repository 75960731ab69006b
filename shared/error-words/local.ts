// Words for failures on this computer: keys, stores, disk, runs, forms and the program itself.
import type { ErrorCode } from '../errors.ts';
import { said, type Explain } from './words.ts';

type LocalCode = Exclude<ErrorCode, `${'pg' | 'ssh' | 'drive' | 'mail' | 'webhook'}/${string}`>;

export const localWords: Readonly<Record<LocalCode, Explain>> = {
  'crypto/key-missing': () => ({
    title: 'The private key is not on this computer',
    happened: 'The backup is encrypted, and the key that opens it is not in this computer’s key store.',
    toDo: 'Take the key from your recovery kit.',
    action: 'open-restore-guide',
  }),
  'crypto/wrong-key': () => ({
    title: 'The key does not fit this backup',
    happened: 'The file was encrypted for another key.',
    toDo: 'Use the recovery kit of the installation that made this backup.',
    action: 'open-restore-guide',
  }),
  'crypto/damaged-file': (facts) => ({
    title: 'The encrypted file is damaged',
    happened: `${facts.text(['name', 'file'], 'The file')} was changed or cut short after it was made.`,
    toDo: 'Download it again. If it stays damaged, use another snapshot.',
    action: 'retry',
  }),
  'crypto/kit-unreadable': (facts) => ({
    title: 'This is no recovery kit',
    happened: `${facts.text('file', 'The file')} ${facts.text('problem', 'holds no private key')}.`,
    toDo: 'Choose the recovery kit, or a file with the line that begins with AGE-SECRET-KEY-1.',
    action: 'open-restore-guide',
  }),
  'crypto/compression-unsupported': (facts) => ({
    title: 'This compression is not known here',
    happened: `The file is compressed with ${facts.text(['compression', 'name'], 'a method')} that this version cannot open.`,
    toDo: 'Update PgKeep, or open the file by hand with age, zstd and pg_restore.',
    action: 'open-restore-guide',
  }),
  'vault/unavailable': () => ({
    title: 'The key store cannot be reached',
    happened: 'The operating system’s key store keeps the passwords and the key, and it does not answer.',
    toDo: 'Unlock the keyring (on Linux: GNOME Keyring or KWallet must run) and start PgKeep again.',
    action: 'open-checks',
  }),
  'vault/locked-elsewhere': () => ({
    title: 'The stored secrets belong to another login',
    happened: 'Passwords and key were stored by another user or computer and cannot be opened here.',
    toDo: 'Enter the passwords again, sign in to Google again, and take the key from your recovery kit.',
    action: 'open-connections',
  }),
  'store/damaged': () => ({
    title: 'PgKeep’s own list is damaged',
    happened: 'The file with jobs, runs and snapshots cannot be read. The backups on Drive are not affected.',
    toDo: 'Put back the copy that lies beside the file, or start anew with your recovery kit.',
  }),
  'store/newer-version': () => ({
    title: 'A newer PgKeep was used here',
    happened: 'Its list of jobs and runs was written by a newer version, which this one does not understand.',
    toDo: 'Install the newest version of PgKeep.',
  }),
  'store/in-use': () => ({
    title: 'PgKeep is already running',
    happened: 'Another copy of the program uses the same data.',
    toDo: 'Use the copy that is open, or end it first.',
  }),
  'spool/disk-full': (facts) => ({
    title: 'This computer’s disk is full',
    happened: `There is no room for the encrypted copy on its way to Drive${facts.phrase('folder', ' (%)')}${facts.sizePhrase('freeBytes', '; only % are free')}.`,
    toDo: `Free ${facts.size(['neededBytes', 'bytes'], 'some space')} on this computer and run the job again.`,
    action: 'retry',
  }),
  'spool/failed': (facts) => ({
    title: 'The working file could not be written',
    happened: `The encrypted copy on its way to Drive could not be written or read.${said(facts, 'The system')}`,
    toDo: 'Check the disk and the rights of PgKeep’s data folder, then run the job again.',
    action: 'open-checks',
  }),
  'spool/window-lost': () => ({
    title: 'The upload would have to begin again',
    happened:
      'This computer has no room for the whole dump, so what Google Drive had confirmed was freed. Then Google Drive lost it. Nothing incomplete was kept.',
    toDo: 'Run the job again. With more free room on this computer such a loss is made good by itself.',
    action: 'retry',
  }),
  'spool/window-stalled': (facts) => ({
    title: 'Google Drive was away for too long',
    happened: `This computer has no room for the whole dump, so the dump stood still while Google Drive took nothing for ${facts.plural('minutes', 'minute', 'minutes', 'many minutes')}. It was ended so that the server is not kept waiting.`,
    toDo: 'Run the job again when the connection is good, free more room on this computer, or set a longer wait.',
    action: 'retry',
  }),
  'hook/before-failed': (facts) => ({
    title: 'The command before the backup failed',
    happened: `${facts.text('file', 'The command')} ${facts.text('problem', 'did not end well')}, so nothing was dumped.`,
    toDo: 'Read its output in the log of the run and mend it, or let the job go on without it.',
    action: 'open-jobs',
  }),
  'archive/damaged': () => ({
    title: 'The dump cannot be read',
    happened: 'The data is not a whole dump of pg_dump.',
    toDo: 'Run the job again. For a restore, use another snapshot.',
    action: 'retry',
  }),
  'restore/not-equal': (facts) => ({
    title: 'The restored data differs',
    happened: `The data came back, but ${facts.plural('count', 'difference was', 'differences were', 'differences were')} found against what was backed up${facts.phrase('detail', ': %')}.`,
    toDo: `Read the differences in the report.${facts.phrase('database', ' The data stays in the database %; nothing else was changed.')} Do not rely on this snapshot; make a new backup and test that.`,
  }),
  'restore/no-manifest': () => ({
    title: 'The snapshot has no list of contents',
    happened: 'Its manifest is missing, so the result cannot be compared and single tables cannot be chosen.',
    toDo: 'Restore everything, or use another snapshot.',
  }),
  'restore/not-a-backup': (facts) => ({
    title: 'This file is not a backup',
    happened: `${facts.text('file', 'The file')} ${facts.text('problem', 'is not an age file')}.`,
    toDo: 'Choose the file that ends in .dump.zst.age, .dump.gz.age, .sql.zst.age or .sql.gz.age.',
    action: 'open-restore-guide',
  }),
  'restore/plain-archive': (facts) => ({
    title: 'This file is not encrypted',
    happened: `${facts.text('file', 'The file')} is pg_dump’s own archive or SQL, which needs no key and no PgKeep.`,
    toDo: 'Bring it back with pg_restore -d DATABASE FILE, or SQL with psql -d DATABASE -f FILE.',
    action: 'open-restore-guide',
  }),
  'restore/plain-whole': (facts) => ({
    title: 'Plain SQL comes back whole',
    happened: `This backup is plain SQL: ${facts.text('what', 'it comes back only as it is')}. Nothing was restored.`,
    toDo: 'Restore everything into a new database and take from there what you need. Roles that the server lacks come first, from the globals file.',
    action: 'open-restore-guide',
  }),
  'retention/pinned': (facts) => ({
    title: 'The snapshot is pinned',
    happened: `${facts.text('snapshot', 'The snapshot')} is pinned, here or on another computer, so nothing removes it.`,
    toDo: 'Take the pin off first, then delete it.',
  }),
  'retention/in-use': (facts) => ({
    title: 'The snapshot is in use',
    happened: `A restore, a restore test, a download or another removal of ${facts.text('snapshot', 'the snapshot')} is going on.`,
    toDo: 'Wait until it is done, then delete it.',
  }),
  'retention/last-good': (facts) => ({
    title: 'This is the newest good backup',
    happened: `There is no newer good backup of ${facts.text('database', 'the database')} than ${facts.text('snapshot', 'this one')}.`,
    toDo: 'Make a new backup first, or say once more that this one may go.',
  }),
  'retention/no-right': (facts) => ({
    title: 'No right to use the trash',
    happened: `The Google account may not move ${facts.text('snapshot', 'the files of the snapshot')} into the trash. Nothing was removed.`,
    toDo: 'On a shared drive ask for the role “Content manager”; elsewhere ask the owner of the files.',
    action: 'open-google',
  }),
  'retention/not-ours': (facts) => ({
    title: 'Not the files of this snapshot',
    happened: `What Google Drive shows for ${facts.text('snapshot', 'the snapshot')} does not carry its marks, so it was left alone.`,
    toDo: 'Compare the list with Drive. What lies there can be removed on Drive’s own page.',
    action: 'open-drive',
  }),
  'retention/gone': (facts) => ({
    title: 'Not in the trash any more',
    happened: `${facts.text('snapshot', 'The snapshot')} cannot be brought back: Google empties the trash after 30 days, or somebody has emptied it.`,
    toDo: 'Use another snapshot.',
  }),
  'run/interrupted': () => ({
    title: 'The run was cut off',
    happened: 'The program or the computer ended before the copy was whole. Nothing incomplete was kept.',
    toDo: 'Run the job again.',
    action: 'retry',
  }),
  'run/cancelled': () => ({
    title: 'Cancelled',
    happened: 'The work was cancelled. Nothing incomplete was kept.',
    toDo: 'Start it again whenever you like.',
    action: 'retry',
  }),
  'run/already-active': (facts) => ({
    title: 'A run is still active',
    happened: `A ${facts.text('what', 'backup or restore')}${facts.phrase('job', ' of %')} is going on at this moment.`,
    toDo: 'Wait until it is done, or cancel it first.',
  }),
  'run/superseded': () => ({
    title: 'A newer backup took its place',
    happened: 'The dump of this run waited to be uploaded until a newer one of the same database was whole.',
    toDo: 'Nothing: the newer backup goes on.',
  }),
  'run/needs-connection': (facts) => ({
    title: 'The job has no connection yet',
    happened: `The job${facts.phrase('job', ' %')} was found on Drive; which server its database is on is not known here.`,
    toDo: 'Choose a connection for it under Jobs. For a restore, say which server the data goes to.',
    action: 'open-jobs',
  }),
  'run/plain-keys': (facts) => ({
    title: 'Plain SQL cannot be without these rows',
    happened: `The job leaves out rows to which ${facts.text('keys', 'foreign keys')} would point. psql cannot leave out the keys, so such a backup could not be restored; none was made.`,
    toDo: 'Keep the job in PostgreSQL’s archive format, or leave out the rows of the tables that point there, too.',
    action: 'open-jobs',
  }),
  'audit/broken': (facts) => ({
    title: 'The activity log was tampered with',
    happened: `${facts.phrase('seq', 'Entry % and what comes after it') || 'Its guard or its entries'} cannot be relied on. Backups and settings are not affected.`,
    toDo: 'Keep a copy of the data folder as it is, and find out who had access to it.',
  }),
  'input/invalid': (facts) => ({
    title: 'Something is not filled in correctly',
    happened: `${facts.phrase('field', 'The value of “%” is not accepted') || 'A value is not accepted'}${facts.phrase('problem', ': %')}.`,
    toDo: 'Correct it and try again.',
  }),
  'input/not-found': (facts) => ({
    title: 'It is not there any more',
    happened: `${facts.phrase('what', 'This is not there: %') || 'What was asked for does not exist'}. It may have been removed meanwhile.`,
    toDo: 'Go back to the list and choose again.',
  }),
  'input/in-use': (facts) => ({
    title: 'It is still in use',
    happened: `It was not removed, because it is still needed by ${facts.text('by', 'a job')}.`,
    toDo: 'Change or remove what needs it first.',
  }),
  'engine/stopped': () => ({
    title: 'The backup engine is not running',
    happened: 'The part of PgKeep that does the work has ended. It is started again by itself.',
    toDo: 'Wait a moment and try again. If it stays, quit PgKeep and start it anew.',
    action: 'retry',
  }),
  'app/start-at-login': (facts) => ({
    title: 'Start at login could not be changed',
    happened: `The system did not take the change${facts.phrase('file', ' (%)')}.`,
    toDo: 'Look at the permissions of that place, or change it in the system’s own list of programs that start at login.',
  }),
  'internal/unexpected': () => ({
    title: 'Something unexpected happened',
    happened: 'PgKeep met a situation it does not know. What is on Drive is not affected.',
    toDo: 'Try again. If it comes back, report it with the log.',
    action: 'retry',
  }),
};
