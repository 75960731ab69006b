// What became of a recovery kit, in the words that window and command line share.
import { formatPlural } from './format.ts';
import type { KitOutcome } from './settings.ts';

const useWords: Readonly<Record<KitOutcome['use'], string>> = {
  adopted:
    'The key of this kit is now this computer’s key: it opens the older backups, and new backups are made for it. The kit that you have fits both.',
  added:
    'The key of this kit opens the backups that were made with it. This computer has backups of its own, so new backups stay with its own key, which has a kit of its own.',
  known: 'The key of this kit was here already.',
  'put-back': 'This computer’s own key is back in its key store.',
};

/** Sentences; the last one says whether it opens what lies on Drive. */
export function describeKit({ use, opens }: Pick<KitOutcome, 'use' | 'opens'>): string[] {
  const lines = [useWords[use]];
  if (opens === null)
    return [...lines, 'Whether it opens the backups on Drive could not be tried: sign in to Google first.'];
  if (opens.tried === 0) return [...lines, 'There is no backup on this Drive that it could be tried on.'];
  if (opens.opened === 0) {
    return [
      ...lines,
      'It opens nothing of what lies on this Drive: it may be the kit of another installation, or this is another Google account.',
    ];
  }
  const tried = formatPlural(opens.tried, 'backup');
  return [
    ...lines,
    opens.opened === opens.tried
      ? `It opens the backups on Drive (tried on ${tried}).`
      : `It opens ${String(opens.opened)} of ${tried} on Drive that were tried; others were made with another key.`,
  ];
}

/** The kit does not fit this Drive at all. */
export function opensNothing({ opens }: Pick<KitOutcome, 'opens'>): boolean {
  return opens !== null && opens.tried > 0 && opens.opened === 0;
}
