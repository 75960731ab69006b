// The words for everything that a person should know about the account in time. Window and command line take them here.
import type { AccountWarning } from './account.ts';
import { assertNever } from './errors.ts';

export interface WarningWords {
  /** A few words, no full stop. */
  readonly title: string;
  /** What it means. */
  readonly text: string;
  /** What to do about it. */
  readonly toDo: string;
}

const publish =
  'Set the app of your OAuth client in Google’s console from “Testing” to “In production”, then sign in once more.';

/** `formatDay` writes an ISO time as a date for the reader. */
export function describeWarning(warning: AccountWarning, formatDay: (iso: string) => string): WarningWords {
  switch (warning.kind) {
    case 'ends-at':
      return {
        title: `This sign-in ends on ${formatDay(warning.endsAt)}`,
        text: 'Google gave it for a limited time; backups wait from then on.',
        toDo: publish,
      };
    case 'ends-weekly':
      return {
        title: 'Google ends the sign-in every seven days',
        text: 'It did so twice. That is the rule for apps whose publishing status is “Testing”.',
        toDo: publish,
      };
    case 'long-unused':
      return {
        title: 'The sign-in was not used for a long time',
        text: `PgKeep last used it on ${formatDay(warning.lastUsedAt)}. Google forgets a sign-in after six months without use.`,
        toDo: 'Let PgKeep run, and be online, at least once a month.',
      };
    case 'other-project':
      return {
        title: 'Older backups belong to another Google project',
        text: 'They were made with the OAuth client that was set before. Google shows an app only the files of its own project, so PgKeep cannot restore or tidy them up with this one.',
        toDo: 'Set the old client again to use them, or download them from Drive in the browser.',
      };
    case 'cannot-clean-up':
      return {
        title: 'Old backups cannot be removed from this folder',
        text: 'The account may add files to the folder but not put them into the trash.',
        toDo: 'Have the role “Content manager” given to it on the shared drive, or choose another folder.',
      };
    default:
      return assertNever(warning);
  }
}
