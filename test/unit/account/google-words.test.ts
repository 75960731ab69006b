// The words for sign-ins, credentials and folders differ by reason; every reason that the program knows has whole sentences.
import { describe, expect, it } from 'vitest';
import { describeError } from '../../../shared/describe-error.ts';
import type { ErrorCode, ErrorContext } from '../../../shared/errors.ts';

const reasons = (code: ErrorCode, key: string, values: readonly string[]): [ErrorCode, ErrorContext][] =>
  values.map((value) => [code, { [key]: value, folder: 'Backups' }]);

const cases: readonly [ErrorCode, ErrorContext][] = [
  ...reasons('drive/sign-in-failed', 'reason', [
    'admin_policy_enforced',
    'org_internal',
    'redirect_uri_mismatch',
    'listen',
  ]),
  ...reasons('drive/client-refused', 'reason', ['invalid_client', 'deleted_client', 'unauthorized_client']),
  ...reasons('drive/key-refused', 'reason', ['unauthorized_client', 'invalid_grant']),
  ...reasons('drive/credentials-unusable', 'found', ['web', 'service-account', 'client', 'authorized_user']),
  ...reasons('drive/credentials-unusable', 'found', ['damaged-key', 'no-json', 'unknown']),
  ...reasons('drive/folder-unusable', 'reason', ['no-address', 'unseen', 'unseen-by-service-account', 'none-picked']),
  ...reasons('drive/folder-unusable', 'reason', ['no-folder', 'trashed', 'read-only', 'my-drive', 'gone']),
];

describe('words that depend on the reason', () => {
  it.each(cases)('%s %j', (code, context) => {
    const { happened, toDo } = describeError({ code, message: 'for the log only', retry: 'never', context });
    for (const text of [happened, toDo]) {
      expect(text).toMatch(/^[“A-Z].*[.”)]$/u);
      expect(text.length).toBeLessThan(240);
      expect(text).not.toMatch(/undefined|null|for the log only|!/u);
    }
  });

  it('are different for every reason of one code', () => {
    const said = cases.map(([code, context]) => describeError({ code, message: '', retry: 'never', context }));
    expect(new Set(said.map(({ happened, toDo }) => happened + toDo)).size).toBe(cases.length);
  });
});
