// A service account's way to a token: it signs what it wants (RFC 7523) and needs neither a person nor a browser.
import { oauthError } from './api-error.ts';
import { knownScopes } from './method-scopes.ts';
import type { Claims } from './service-accounts.ts';
import type { World } from './world.ts';

export const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** Google takes an assertion of an hour at most; a clock may be wrong by some minutes. */
const maxLifeSeconds = 3600;
const skewSeconds = 300;

/** Google's libraries sign for this address whatever the key file says. */
const googleTokenUrl = 'https://oauth2.googleapis.com/token';

/** The answer of the token address. Throws `invalid_grant`, `invalid_scope`, `unauthorized_client`. */
export function exchangeAssertion(world: World, assertion: string, tokenUrl: string): Record<string, unknown> {
  const claims = world.services.read(assertion);
  if (typeof claims === 'string') throw oauthError(400, 'invalid_grant', claims);
  const account = world.services.find(claims.iss);
  if (!account) throw oauthError(400, 'invalid_grant', 'Invalid grant: account not found');
  checkTimes(claims, world.now().getTime() / 1000);
  if (claims.aud !== tokenUrl && claims.aud !== googleTokenUrl) {
    throw oauthError(400, 'invalid_grant', 'Invalid JWT: Failed audience check.');
  }
  const scopes = (claims.scope ?? '').split(' ').filter((scope) => scope !== '');
  if (scopes.length === 0 || !scopes.every((scope) => knownScopes.has(scope))) {
    throw oauthError(400, 'invalid_scope', 'Invalid OAuth scope or ID token audience provided.');
  }
  const email = choosePrincipal(world, claims);
  const { clientId, project } = account;
  const tokens = world.tokens.issueService({ email, clientId, project }, scopes);
  return { access_token: tokens.accessToken, expires_in: tokens.expiresInSeconds, token_type: 'Bearer' };
}

function checkTimes({ iat, exp }: Claims, nowSeconds: number): void {
  const isGood = iat <= nowSeconds + skewSeconds && exp > nowSeconds && exp > iat && exp - iat <= maxLifeSeconds;
  if (isGood) return;
  const rule = 'Token must be a short-lived token (60 minutes) and in a reasonable timeframe.';
  throw oauthError(400, 'invalid_grant', `Invalid JWT: ${rule} Check your iat and exp values in the JWT claim.`);
}

/** The account itself, or the person it stands for when an administrator allowed that. */
function choosePrincipal(world: World, { iss, sub }: Claims): string {
  if (sub === undefined || sub === iss) return iss;
  if (world.switches.delegation === 'refused') {
    const text =
      'Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the ' +
      'scopes requested.';
    throw oauthError(401, 'unauthorized_client', text);
  }
  if (!world.accounts.some((account) => account.email === sub)) {
    throw oauthError(400, 'invalid_grant', 'Invalid email or User ID');
  }
  return sub;
}
