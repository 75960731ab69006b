// The OAuth client that a build carries: build/bundle.mjs puts it in from PGKEEP_GOOGLE_CLIENT_ID and
// PGKEEP_GOOGLE_CLIENT_SECRET. A checkout and a build without them have none.
import type { OAuthClientSettings } from './ports.ts';

declare const PGKEEP_GOOGLE_CLIENT_ID: string | undefined;
declare const PGKEEP_GOOGLE_CLIENT_SECRET: string | undefined;

/** Null: a person brings an own client. */
export function readBuiltInClient(): OAuthClientSettings | null {
  const clientId = typeof PGKEEP_GOOGLE_CLIENT_ID === 'string' ? PGKEEP_GOOGLE_CLIENT_ID : '';
  const clientSecret = typeof PGKEEP_GOOGLE_CLIENT_SECRET === 'string' ? PGKEEP_GOOGLE_CLIENT_SECRET : '';
  return clientId === '' ? null : { clientId, clientSecret };
}
