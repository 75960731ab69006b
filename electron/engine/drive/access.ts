// Drive as the other parts hold it: the requests, the tokens and the addresses in one hand.
import type { Clock, GoogleEndpoints, Log, SecretVault } from '../base/ports.ts';
import { createDriveApi, type DriveApi } from './api.ts';
import type { OAuthClientSettings } from './oauth-client.ts';
import { createTokens, type Tokens } from './token.ts';

export interface DriveAccess {
  readonly api: DriveApi;
  readonly tokens: Tokens;
  readonly endpoints: GoogleEndpoints;
}

export interface DriveAccessOptions {
  readonly endpoints: GoogleEndpoints;
  readonly client: () => Promise<OAuthClientSettings>;
  readonly vault: SecretVault;
  readonly clock: Clock;
  readonly log: Log;
  readonly onSignedOut: () => void;
}

export function createDriveAccess(options: DriveAccessOptions): DriveAccess {
  const tokens = createTokens(options);
  return { api: createDriveApi({ ...options, tokens }), tokens, endpoints: options.endpoints };
}
