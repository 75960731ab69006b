// What the store keeps of the account: whose it is, and how its sign-in began, was used and ended. No requests, no tokens.
import { AppError } from '../../../shared/errors.ts';
import { countWeeklyEnds, type StoredAccount } from './account-view.ts';
import type { Clock } from '../base/ports.ts';
import type { RefreshFacts } from '../drive/token.ts';
import type { Db } from '../store/database.ts';
import { readSetting, writeSetting } from '../store/settings.ts';

/** A sign-in that lasts longer than this is of no client in "Testing". */
const pastWeekMs = 8 * 24 * 3_600_000;

export type SignedIn = Pick<StoredAccount, 'permissionId' | 'email' | 'kind' | 'project' | 'signInEndsAt'>;

export interface AccountRecord {
  readonly read: () => StoredAccount | null;
  /**
   * Answers the id. Throws `drive/other-account` unless it is the account that the backups lie in, and `drive/busy` when
   * nobody says whose it is.
   */
  readonly requireSame: (permissionId: string | null | undefined, email: string) => string;
  readonly writeSignedIn: (facts: SignedIn) => void;
  /** Nothing for somebody who never signed in. */
  readonly writeEnd: (by: NonNullable<StoredAccount['signedOutBy']>) => void;
  readonly noteRefresh: (facts: RefreshFacts) => void;
}

export function createAccountRecord(db: Db, clock: Clock): AccountRecord {
  const read = (): StoredAccount | null => readSetting(db, 'account');
  return {
    read,
    requireSame: (permissionId, email) => {
      if (permissionId == null) {
        throw new AppError('drive/busy', 'Google did not say whose account it is', { retry: 'later' });
      }
      const stored = read();
      if (stored && stored.permissionId !== permissionId) {
        throw new AppError('drive/other-account', 'the sign-in is of another Google account', {
          context: { expected: stored.email, found: email === '' ? 'another account' : email },
        });
      }
      return permissionId;
    },
    writeSignedIn: (facts) => {
      const stored = read();
      const now = clock.now().toISOString();
      const known = stored !== null && stored.project !== '' && facts.project !== '';
      const moved = known && stored.project !== facts.project;
      writeSetting(db, 'account', {
        ...facts,
        ...{ signedOut: false, signedOutBy: null, signedInAt: now, lastUsedAt: now },
        weeklyEnds: stored?.weeklyEnds ?? 0,
        projectSince: moved ? now : (stored?.projectSince ?? null),
      });
    },
    writeEnd: (by) => {
      const stored = read();
      if (!stored) return;
      const weeklyEnds = by === 'google' ? countWeeklyEnds(stored, clock.now()) : stored.weeklyEnds;
      writeSetting(db, 'account', { ...stored, weeklyEnds, signedOut: true, signedOutBy: by, signInEndsAt: null });
    },
    noteRefresh: ({ signInEndsAt }) => {
      const stored = read();
      if (!stored || stored.signedOut) return;
      const now = clock.now();
      const longLived = stored.signedInAt !== null && now.getTime() - Date.parse(stored.signedInAt) > pastWeekMs;
      writeSetting(db, 'account', {
        ...stored,
        lastUsedAt: now.toISOString(),
        signInEndsAt: signInEndsAt?.toISOString() ?? stored.signInEndsAt,
        weeklyEnds: longLived ? 0 : stored.weeklyEnds,
      });
    },
  };
}
