// The token and revocation addresses of OAuth, and the check of a bearer token on an API request.
import { apiError, GoogleError, notImplemented, oauthError } from './api-error.ts';
import type { Exchange } from './exchange.ts';
import { exchangeAssertion, jwtBearer } from './jwt-grant.ts';
import { judgeScopes, type MethodName } from './method-scopes.ts';
import { isVerifierOf } from './oauth-page.ts';
import { toOrigin } from './origin.ts';
import type { Caller, IssuedTokens } from './tokens.ts';
import type { World } from './world.ts';

/** POST /token: a code, a refresh token, or a service account's assertion, against an access token. */
export async function exchangeToken(exchange: Exchange): Promise<void> {
  if (exchange.request.method !== 'POST') throw oauthError(405, 'invalid_request', 'POST is needed.');
  if (!(exchange.header('content-type') ?? '').startsWith('application/x-www-form-urlencoded')) {
    throw oauthError(400, 'invalid_request', 'The body must be a form.');
  }
  const { world } = exchange;
  const form = new URLSearchParams(await exchange.readText());
  const grantType = form.get('grant_type');
  if (grantType === jwtBearer) {
    await exchange.sendJson(
      200,
      exchangeAssertion(world, form.get('assertion') ?? '', `${toOrigin(exchange.request)}/token`),
    );
    return;
  }
  const clientId = checkClient(world, form, exchange.header('authorization'));
  if (grantType === 'authorization_code') {
    const tokens = exchangeCode(world, form, clientId);
    await exchange.sendJson(200, { ...toAnswer(tokens), refresh_token: tokens.refreshToken });
  } else if (grantType === 'refresh_token') {
    const old = form.get('refresh_token');
    if (old === null) throw oauthError(400, 'invalid_request', 'Missing required parameter: refresh_token');
    const tokens = world.tokens.refresh(old, clientId);
    if (!tokens) throw oauthError(400, 'invalid_grant', 'Token has been expired or revoked.');
    const rotated = tokens.refreshToken === old ? {} : { refresh_token: tokens.refreshToken };
    await exchange.sendJson(200, { ...toAnswer(tokens), ...rotated });
  } else {
    throw oauthError(400, 'unsupported_grant_type', `Invalid grant_type: ${grantType ?? ''}`);
  }
}

/** POST /revoke with `token` in the query or the form. */
export async function revokeToken(exchange: Exchange): Promise<void> {
  if (exchange.request.method !== 'POST') throw oauthError(405, 'invalid_request', 'POST is needed.');
  const { world, url } = exchange;
  const token = new URLSearchParams(await exchange.readText()).get('token') ?? url.searchParams.get('token') ?? '';
  const ended = world.tokens.revoke(token);
  if (!ended) throw oauthError(400, 'invalid_token', 'Token expired or revoked');
  if (world.switches.revokeHidesFiles) world.files.hideFrom(ended.email, listApps(world, ended.project));
  await exchange.sendJson(200, {});
}

/** What a client's project was given so far is out of its sight. */
function hideFiles(world: World, email: string, clientId: string): void {
  const project = world.clients.find((client) => client.clientId === clientId)?.project ?? '';
  world.files.hideFrom(email, listApps(world, project));
}

/** Every name that a project's mark on a file may have (see the switch `accessBoundTo`). */
function listApps(world: World, project: string): string[] {
  const clients = world.clients.filter((client) => client.project === project);
  return [project, ...clients.map(({ clientId }) => clientId)];
}

/** Who asks. Throws Drive's 401, or 403 when the scopes do not allow the method. */
export function authorize(exchange: Exchange, method: MethodName): Caller {
  const token = /^Bearer (.+)$/i.exec(exchange.header('authorization') ?? '')?.[1];
  const place = { location: 'Authorization', locationType: 'header' } as const;
  if (token === undefined) throw apiError(401, 'required', 'Login Required.', place);
  const caller = exchange.world.tokens.findCaller(token);
  if (!caller) throw apiError(401, 'authError', 'Invalid Credentials', place);
  exchange.world.meter.charge(caller.email, exchange.facts.kind);
  const verdict = judgeScopes(method, caller.scopes);
  if (verdict === 'too-little') throw scopesTooNarrow(exchange.world);
  if (verdict === 'elsewhere') throw notImplemented(`what the scopes ${caller.scopes.join(' ')} open`);
  const query = exchange.url.searchParams;
  const allDrives = ['supportsAllDrives', 'supportsTeamDrives'].some((name) => query.get(name) === 'true');
  return { ...caller, allDrives };
}

export function scopesTooNarrow(world: World): Error {
  const message = 'Request had insufficient authentication scopes.';
  const plain = apiError(403, 'insufficientPermissions', `Insufficient Permission: ${message}`);
  if (world.switches.scopeRefusal === 'reason') return plain;
  const details = [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
      domain: 'googleapis.com',
      metadata: { service: 'drive.googleapis.com' },
    },
  ];
  const body = JSON.stringify({ error: { code: 403, message, status: 'PERMISSION_DENIED', details } });
  return new GoogleError(403, body, plain.contentType);
}

function exchangeCode(world: World, form: URLSearchParams, clientId: string): IssuedTokens {
  const grant = world.consents.takeCode(form.get('code') ?? '');
  if (grant?.request.clientId !== clientId) throw oauthError(400, 'invalid_grant', 'Malformed auth code.');
  if (grant.request.redirectUri !== form.get('redirect_uri')) {
    throw oauthError(400, 'redirect_uri_mismatch', 'Bad Request');
  }
  const verifier = form.get('code_verifier');
  if (verifier === null) throw oauthError(400, 'invalid_grant', 'Missing code verifier.');
  if (!isVerifierOf(grant.request.codeChallenge, verifier)) {
    throw oauthError(400, 'invalid_grant', 'Invalid code verifier.');
  }
  if (world.switches.consentHidesFiles) hideFiles(world, grant.email, clientId);
  return world.tokens.issue(grant.email, clientId, grant.scopes);
}

/** Client id and secret come in the form or as basic authentication. */
function checkClient(world: World, form: URLSearchParams, authorization: string | undefined): string {
  const basic = /^Basic (.+)$/i.exec(authorization ?? '')?.[1];
  const [basicId, basicSecret] = basic === undefined ? [] : Buffer.from(basic, 'base64').toString('utf8').split(':');
  const clientId = basicId === undefined ? form.get('client_id') : decodeURIComponent(basicId);
  const secret = basicSecret === undefined ? form.get('client_secret') : decodeURIComponent(basicSecret);
  if (clientId === null) throw oauthError(400, 'invalid_request', 'Could not determine client ID from request.');
  const client = world.clients.find((candidate) => candidate.clientId === clientId);
  if (!client) throw oauthError(401, 'invalid_client', 'The OAuth client was not found.');
  if (world.switches.deletedClients.includes(clientId)) {
    throw oauthError(401, 'deleted_client', 'The OAuth client was deleted.');
  }
  if (secret === null && world.switches.clientSecretRequired) {
    throw oauthError(400, 'invalid_request', 'client_secret is missing.');
  }
  if (secret !== null && secret !== client.clientSecret) throw oauthError(401, 'invalid_client', 'Unauthorized');
  return clientId;
}

function toAnswer(tokens: IssuedTokens): Record<string, unknown> {
  return {
    access_token: tokens.accessToken,
    expires_in: tokens.expiresInSeconds,
    scope: tokens.scopes.join(' '),
    token_type: 'Bearer',
    ...(tokens.refreshLifeSeconds === null ? {} : { refresh_token_expires_in: tokens.refreshLifeSeconds }),
  };
}
