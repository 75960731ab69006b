// The words people read for every error code: what happened and what to do. Window, mails, notifications and command
// line all take them from here, so that the same failure has the same words everywhere.
import { driveWords } from './error-words/drive.ts';
import { localWords } from './error-words/local.ts';
import { messageWords } from './error-words/messages.ts';
import { postgresWords } from './error-words/postgres.ts';
import { sshWords } from './error-words/ssh.ts';
import { createFacts, type ActionKind, type Explain } from './error-words/words.ts';
import type { ErrorCode, WireError } from './errors.ts';

export interface ErrorAction {
  /** The button's text. */
  readonly label: string;
  readonly kind: ActionKind;
}

export interface ErrorDescription {
  /** A few words, no full stop. */
  readonly title: string;
  /** One or two sentences. */
  readonly happened: string;
  /** One or two sentences; true without a window, too. */
  readonly toDo: string;
  /** The one button that helps; null when no button can. */
  readonly action: ErrorAction | null;
}

const words: Readonly<Record<ErrorCode, Explain>> = {
  ...postgresWords,
  ...sshWords,
  ...driveWords,
  ...messageWords,
  ...localWords,
};

const actionLabels: Readonly<Record<ActionKind, string>> = {
  retry: 'Try again',
  'sign-in': 'Sign in to Google',
  'open-google': 'Open Google settings',
  'open-connections': 'Open connections',
  'open-jobs': 'Open jobs',
  'open-checks': 'Open the check-up',
  'open-mail': 'Open mail settings',
  'open-notifications': 'Open notification settings',
  'open-drive': 'Open the Drive folder',
  'open-google-guide': 'Read the Google guide',
  'open-restore-guide': 'Read the restore guide',
};

/** Words for any error that crossed a border or rests in the store. Missing context falls back to general words. */
export function describeError(error: WireError): ErrorDescription {
  const { title, happened, toDo, action } = words[error.code](createFacts(error.context));
  return {
    title,
    happened: startUpper(happened),
    toDo,
    action: action ? { label: actionLabels[action], kind: action } : null,
  };
}

/** A sentence whose first word stands for a missing fact, such as "the server", begins with a capital all the same. */
function startUpper(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
