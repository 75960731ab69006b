// What is warned of, and when a sign-in counts as one of those that end after a week: pure decisions.
import { describe, expect, it } from 'vitest';
import {
  countWeeklyEnds,
  listWarnings,
  toAccount,
  type AccountFacts,
  type StoredAccount,
  type WarningFacts,
} from '../../../electron/engine/account/account-view.ts';
import { projectOf } from '../../../electron/engine/account/google-client.ts';
import { describeWarning } from '../../../shared/account-warnings.ts';
import { describeFolder, type AccountWarning } from '../../../shared/account.ts';
import { noAccount } from '../../fakes/no-account.ts';

const now = new Date('2026-11-25T12:00:00Z');
const ago = (days: number): string => new Date(now.getTime() - days * 24 * 3_600_000).toISOString();

const stored: StoredAccount = {
  ...{ permissionId: '1', email: 'anna@office.example', kind: 'person', signedOut: false, signedOutBy: null },
  ...{ signedInAt: ago(10), lastUsedAt: ago(0), signInEndsAt: null, weeklyEnds: 0 },
  ...{ project: '111', projectSince: null },
};

const kindsOf = (change: Partial<StoredAccount>, facts: Partial<WarningFacts> = {}): string[] =>
  listWarnings({
    ...{ stored: { ...stored, ...change }, now, project: '111', canCleanUp: true, hasBackups: () => true },
    ...facts,
  }).map(({ kind }) => kind);

describe('a person is warned', () => {
  it.each<[string, Partial<StoredAccount>, Partial<WarningFacts>, string[]]>([
    ['of nothing when all is well', {}, {}, []],
    ['of a told end', { signInEndsAt: ago(-3) }, {}, ['ends-at']],
    ['of no end once it has come', { signInEndsAt: ago(-3), signedOut: true }, {}, []],
    ['not after one week that ended', { weeklyEnds: 1 }, {}, []],
    ['after two weeks that ended', { weeklyEnds: 2 }, {}, ['ends-weekly']],
    ['of the told end rather than of the weeks', { weeklyEnds: 2, signInEndsAt: ago(-3) }, {}, ['ends-at']],
    ['not after four months without use', { lastUsedAt: ago(120) }, {}, []],
    ['after five months without use', { lastUsedAt: ago(151) }, {}, ['long-unused']],
    ['of another project’s client', {}, { project: '222' }, ['other-project']],
    ['not of another client of the same project', {}, { project: '111' }, []],
    ['not of another project while there are no backups', {}, { project: '222', hasBackups: () => false }, []],
    [
      'of backups from before the change',
      { project: '222', projectSince: ago(2) },
      { project: '222' },
      ['other-project'],
    ],
    ['not with a service account', {}, { project: '' }, []],
    ['where old backups cannot be removed', {}, { canCleanUp: false }, ['cannot-clean-up']],
    ['not where that is unknown', {}, { canCleanUp: null }, []],
  ])('%s', (_, change, facts, kinds) => {
    expect(kindsOf(change, facts)).toEqual(kinds);
  });

  it('asks for the backups from before the change of the project, and no later ones', () => {
    const asked: (string | null)[] = [];
    const hasBackups = (before: string | null): boolean => {
      asked.push(before);
      return false;
    };
    expect(kindsOf({ projectSince: ago(2) }, { hasBackups })).toEqual([]);
    expect(asked).toEqual([ago(2)]);
  });
});

describe('sign-ins that end after a week', () => {
  it.each([
    [6.4, 1, 1],
    [6.6, 1, 2],
    [7.9, 0, 1],
    [8.1, 1, 0],
    [90, 5, 0],
    [0.1, 1, 1],
  ])('one that lasted %d days makes of %d in a row %d', (days, before, after) => {
    expect(countWeeklyEnds({ weeklyEnds: before, signedInAt: ago(days) }, now)).toBe(after);
  });
});

describe('the words of a warning', () => {
  it.each<AccountWarning>([
    { kind: 'ends-at', endsAt: ago(-3) },
    { kind: 'ends-weekly' },
    { kind: 'long-unused', lastUsedAt: ago(160) },
    { kind: 'other-project' },
    { kind: 'cannot-clean-up' },
  ])('for $kind say what it means and what to do', (warning) => {
    const { title, text, toDo } = describeWarning(warning, (iso) => iso.slice(0, 10));
    expect(title).toMatch(/^[A-Z].{10,60}[^.!]$/u);
    for (const sentence of [text, toDo]) expect(sentence).toMatch(/^[A-Z].{20,}\.$/u);
    expect(title + text + toDo).not.toMatch(/undefined|null|!/u);
  });
});

describe('the account', () => {
  const facts: AccountFacts = {
    ...{ stored, serviceAccount: null, signingIn: false, client: 'own', problem: null, trouble: null, warnings: [] },
    folder: { id: 'f', name: 'PgKeep', parentId: null, parentName: null, driveName: 'My Drive', onSharedDrive: false },
    usage: { usageBytes: 5, limitBytes: 10 },
  };

  it('shows a person’s space, and none for a folder on a shared drive', () => {
    expect(toAccount(facts)).toMatchObject({ state: 'ready', usageBytes: 5, limitBytes: 10 });
    const folder = { ...noAccount.folder, ...facts.folder, onSharedDrive: true } as NonNullable<AccountFacts['folder']>;
    expect(toAccount({ ...facts, folder })).toMatchObject({ usageBytes: null, limitBytes: null });
  });

  it('names who ended a sign-in, also for a row of an older version', () => {
    const ended = { ...stored, signedOut: true };
    expect(toAccount({ ...facts, stored: ended })).toMatchObject({ state: 'signed-out', signedOutBy: 'google' });
    expect(toAccount({ ...facts, stored: { ...ended, signedOutBy: 'person' } })).toMatchObject({
      signedOutBy: 'person',
    });
    expect(toAccount({ ...facts, stored: { ...ended, signedOutBy: 'person' }, signingIn: true })).toMatchObject({
      ...{ state: 'signing-in', signedOutBy: null },
    });
  });

  it('has its folder described from the drive down', () => {
    const folder = { ...facts.folder, parentName: 'Backups', driveName: 'Office' } as NonNullable<
      AccountFacts['folder']
    >;
    expect(describeFolder(folder)).toBe('Office › Backups › PgKeep');
  });
});

describe('the project of a client', () => {
  it.each([
    ['1004711235813-abc.apps.googleusercontent.com', '1004711235813'],
    ['1004711235813-xyz.apps.googleusercontent.com', '1004711235813'],
    ['odd-client', 'odd-client'],
    ['', ''],
  ])('of %s is %s', (clientId, project) => {
    expect(projectOf(clientId)).toBe(project);
  });
});
