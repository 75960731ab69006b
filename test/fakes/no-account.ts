// The account before anybody has signed in.
import type { Account } from '../../shared/account.ts';

export const noAccount: Account = {
  state: 'none',
  signedOutBy: null,
  kind: 'person',
  email: null,
  actsFor: null,
  client: 'none',
  folder: null,
  usageBytes: null,
  limitBytes: null,
  problem: null,
  trouble: null,
  warnings: [],
};
