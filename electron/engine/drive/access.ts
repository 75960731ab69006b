// Drive as the other parts hold it: the requests, the tokens, the addresses and the account's limits in one hand.
import type { GoogleEndpoints, Log, OAuthClientSettings, SecretVault } from '../base/ports.ts';
import { createAccountGuard, type AccountGuard, type AccountGuardOptions } from './account-guard.ts';
import { createDriveApi, type DriveApi } from './api.ts';
import type { ServiceAccountKey } from './key-grant.ts';
import { createTokens, type RefreshFacts, type Tokens } from './token.ts';

export interface DriveAccess {
  readonly api: DriveApi;
  readonly tokens: Tokens;
  readonly endpoints: GoogleEndpoints;
  readonly guard: AccountGuard;
}

export interface DriveAccessOptions extends AccountGuardOptions {
  readonly endpoints: GoogleEndpoints;
  readonly client: () => Promise<OAuthClientSettings>;
  /** See TokenOptions. */
  readonly serviceAccount?: () => Promise<ServiceAccountKey | null>;
  readonly onRefreshed?: (facts: RefreshFacts) => void;
  readonly vault: SecretVault;
  readonly log: Log;
  readonly onSignedOut: () => void;
}

export function createDriveAccess(options: DriveAccessOptions): DriveAccess {
  const tokens = createTokens(options);
  const guard = createAccountGuard(options);
  return { api: createDriveApi({ ...options, tokens, guard }), tokens, endpoints: options.endpoints, guard };
}
