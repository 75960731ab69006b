// The account as people see it, and what they are warned of: pure functions of what is stored and what was last seen.
import type { Account, AccountWarning, BackupFolder, DriveTrouble } from '../../../shared/account.ts';
import type { WireError } from '../../../shared/errors.ts';
import type { ClientSource } from './google-client.ts';
import type { SettingValue } from '../store/settings.ts';

export type StoredAccount = NonNullable<SettingValue<'account'>>;

const dayMs = 24 * 3_600_000;

/** A client in "Testing" ends a sign-in after seven days; the next use of it may be some hours later. */
const weeklyEndMs = { from: 6.5 * dayMs, to: 8 * dayMs };

/** So often means a rule, not a chance. */
const weeklyEndsToWarn = 2;

/** Google forgets after six months: https://developers.google.com/identity/protocols/oauth2#expiration */
const longUnusedMs = 150 * dayMs;

export interface AccountFacts {
  readonly stored: StoredAccount | null;
  readonly serviceAccount: SettingValue<'serviceAccount'>;
  readonly signingIn: boolean;
  readonly client: ClientSource;
  readonly folder: BackupFolder | null;
  readonly usage: { readonly usageBytes: number; readonly limitBytes: number | null } | null;
  readonly problem: WireError | null;
  readonly trouble: DriveTrouble | null;
  readonly warnings: readonly AccountWarning[];
}

export function toAccount(facts: AccountFacts): Account {
  const { stored, folder, usage } = facts;
  const state = facts.signingIn ? 'signing-in' : !stored ? 'none' : stored.signedOut ? 'signed-out' : 'ready';
  // What a person's own storage has left says nothing about a shared drive.
  const known = folder?.onSharedDrive === true ? null : usage;
  return {
    state,
    signedOutBy: state === 'signed-out' ? (stored?.signedOutBy ?? 'google') : null,
    kind: stored?.kind ?? 'person',
    email: stored ? (facts.serviceAccount?.clientEmail ?? stored.email) : null,
    actsFor: facts.serviceAccount?.actsFor ?? null,
    client: facts.client,
    folder: stored ? folder : null,
    usageBytes: known?.usageBytes ?? null,
    limitBytes: known?.limitBytes ?? null,
    problem: facts.problem,
    trouble: facts.trouble,
    warnings: [...facts.warnings],
  };
}

export interface WarningFacts {
  readonly stored: StoredAccount | null;
  readonly now: Date;
  /** The project of the client in use; empty: none, or a service account. */
  readonly project: string;
  /** Whether there are backups made before this time; null: any. */
  readonly hasBackups: (before: string | null) => boolean;
  /** Null: not known. */
  readonly canCleanUp: boolean | null;
}

export function listWarnings({ stored, now, project, hasBackups, canCleanUp }: WarningFacts): AccountWarning[] {
  if (!stored) return [];
  const warnings: AccountWarning[] = [];
  if (stored.signInEndsAt !== null && !stored.signedOut) {
    warnings.push({ kind: 'ends-at', endsAt: stored.signInEndsAt });
  } else if (stored.weeklyEnds >= weeklyEndsToWarn) {
    warnings.push({ kind: 'ends-weekly' });
  }
  if (stored.lastUsedAt !== null && now.getTime() - Date.parse(stored.lastUsedAt) > longUnusedMs) {
    warnings.push({ kind: 'long-unused', lastUsedAt: stored.lastUsedAt });
  }
  const otherClient = project !== '' && stored.project !== '' && project !== stored.project && hasBackups(null);
  if (otherClient || (stored.projectSince !== null && hasBackups(stored.projectSince))) {
    warnings.push({ kind: 'other-project' });
  }
  if (canCleanUp === false) warnings.push({ kind: 'cannot-clean-up' });
  return warnings;
}

/** How many sign-ins in a row ended after a week, now that one more has ended. */
export function countWeeklyEnds(stored: Pick<StoredAccount, 'weeklyEnds' | 'signedInAt'>, now: Date): number {
  if (stored.signedInAt === null) return stored.weeklyEnds;
  const lasted = now.getTime() - Date.parse(stored.signedInAt);
  if (lasted >= weeklyEndMs.from && lasted <= weeklyEndMs.to) return stored.weeklyEnds + 1;
  return lasted > weeklyEndMs.to ? 0 : stored.weeklyEnds;
}
