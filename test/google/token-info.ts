// GET and POST /tokeninfo: what an access token is good for.
import { oauthError } from './api-error.ts';
import type { Exchange } from './exchange.ts';

export async function tellTokenInfo(exchange: Exchange): Promise<void> {
  const { world, url } = exchange;
  const form = new URLSearchParams(await exchange.readText());
  const token = form.get('access_token') ?? url.searchParams.get('access_token');
  if (token === null)
    throw oauthError(400, 'invalid_request', 'either access_token, id_token, or token_handle required');
  const known = world.tokens.describe(token);
  if (!known) throw oauthError(400, 'invalid_token', 'Invalid Value');
  await exchange.sendJson(200, {
    ...{ azp: known.clientId, aud: known.clientId, scope: known.scopes.join(' ') },
    exp: String(Math.floor(world.now().getTime() / 1000) + known.expiresInSeconds),
    ...{ expires_in: String(known.expiresInSeconds), access_type: 'offline' },
  });
}
