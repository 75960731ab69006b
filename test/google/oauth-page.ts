// The authorisation page: checks the request as Google does, asks the person (or answers at once when the switch or the
// query says so), and redirects to the waiting program.
import { createHash } from 'node:crypto';
import { GoogleError } from './api-error.ts';
import type { ConsentRequest } from './consents.ts';
import type { Exchange } from './exchange.ts';
import { knownScopes } from './method-scopes.ts';
import { listPickable, pick, pickerParameters, readPickRequest } from './picker.ts';
import type { World } from './world.ts';

/** Parameters that Google's page takes and that change nothing here. */
const quietParameters = new Set(['access_type', 'prompt', 'include_granted_scopes', 'enable_granular_consent', 'hl']);
const usedParameters = new Set([
  ...['client_id', 'redirect_uri', 'response_type', 'scope', 'state'],
  ...['code_challenge', 'code_challenge_method', 'login_hint', '_consent'],
  ...pickerParameters,
]);

/** GET /o/oauth2/v2/auth. `_consent=allow|deny` answers for the person. */
export async function showConsentPage(exchange: Exchange): Promise<void> {
  const { world, url } = exchange;
  const agent = exchange.header('user-agent') ?? '';
  if (/Electron\/|; wv\)/.test(agent)) {
    throw page(403, 'disallowed_useragent', 'Sign in with the browser of the system, not with one inside a program.');
  }
  const request = checkRequest(world, url.searchParams);
  const answer = url.searchParams.get('_consent') ?? world.switches.consent;
  if (answer === 'page') {
    const id = world.consents.ask(request);
    await exchange.sendText(200, toPage(world, request, id), { 'Content-Type': 'text/html; charset=utf-8' });
    return;
  }
  const email = request.loginHint ?? world.accounts[0]?.email ?? '';
  await redirect(exchange, request, answer === 'allow' ? email : null, world.switches.picks);
}

/** POST /o/oauth2/v2/auth: the page's button. */
export async function takeConsent(exchange: Exchange): Promise<void> {
  const form = new URLSearchParams(await exchange.readText());
  const request = exchange.world.consents.takeRequest(form.get('request') ?? '');
  if (!request) throw page(400, 'invalid_request', 'This page was answered already. Start again in the program.');
  const email = form.get('decision') === 'allow' ? (form.get('account') ?? '') : null;
  await redirect(exchange, request, email, form.getAll('picked'));
}

async function redirect(
  exchange: Exchange,
  request: ConsentRequest,
  email: string | null,
  picks: readonly string[],
): Promise<void> {
  const { world } = exchange;
  const target = new URL(request.redirectUri);
  if (request.state !== null) target.searchParams.set('state', request.state);
  if (email === null) {
    target.searchParams.set('error', 'access_denied');
  } else {
    if (!world.accounts.some((account) => account.email === email)) {
      throw page(400, 'invalid_request', `There is no account ${email}.`);
    }
    const granted = world.switches.grantedScopes;
    const scopes = granted ? request.scopes.filter((scope) => granted.includes(scope)) : request.scopes;
    target.searchParams.set('code', world.consents.createCode({ request, email, scopes }));
    target.searchParams.set('scope', scopes.join(' '));
    if (request.pick !== null) {
      const project = world.tokens.appOf(request.clientId);
      const { pick: asked } = request;
      refuseOn(() => {
        pick(world, email, project, asked, picks);
      });
      target.searchParams.set('picked_file_ids', picks.join(','));
    }
  }
  await exchange.sendText(302, '', { Location: target.href });
}

function checkRequest(world: World, query: URLSearchParams): ConsentRequest {
  const bad = (what: string): GoogleError => page(400, 'invalid_request', what);
  for (const [name] of query) {
    if (!usedParameters.has(name) && !quietParameters.has(name)) {
      throw bad(`Parameter not allowed for this message type: ${name}`);
    }
  }
  const clientId = query.get('client_id');
  if (clientId === null) throw bad('Missing required parameter: client_id');
  if (!world.clients.some((client) => client.clientId === clientId)) {
    throw page(401, 'invalid_client', 'The OAuth client was not found.');
  }
  if (world.switches.deletedClients.includes(clientId)) {
    throw page(401, 'deleted_client', 'The OAuth client was deleted.');
  }
  const redirectUri = query.get('redirect_uri');
  if (redirectUri === null) throw bad('Missing required parameter: redirect_uri');
  if (!isLoopback(redirectUri)) {
    throw page(400, 'redirect_uri_mismatch', `A desktop client cannot be sent back to ${redirectUri}.`);
  }
  if (query.get('response_type') !== 'code') throw bad('response_type must be code');
  const scopes = (query.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  if (scopes.length === 0) throw bad('Missing required parameter: scope');
  const unknown = scopes.filter((scope) => !knownScopes.has(scope));
  if (unknown.length > 0) throw page(400, 'invalid_scope', `Some requested scopes were invalid: ${unknown.join(', ')}`);
  const asked = refuseOn(() => readPickRequest(query, scopes));
  if (asked !== null && world.switches.pickerLoopback === 'refused') {
    throw page(400, 'redirect_uri_mismatch', 'The Picker is sent back to a public https address only.');
  }
  const codeChallenge = query.get('code_challenge');
  if (codeChallenge === null) throw bad('Missing required parameter: code_challenge');
  if (query.get('code_challenge_method') !== 'S256') throw bad('code_challenge_method must be S256');
  if (!/^[A-Za-z0-9_-]{43}$/.test(codeChallenge)) throw bad('code_challenge is not a SHA-256 in base64url');
  return {
    ...{ clientId, redirectUri, scopes, codeChallenge, pick: asked },
    ...{ state: query.get('state'), loginHint: query.get('login_hint') },
  };
}

/** What the Picker does not take becomes Google's page about a bad request. */
function refuseOn<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) throw page(400, 'invalid_request', error.message);
    throw error;
  }
}

function isLoopback(uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname, hash, username } = new URL(uri);
  return (
    protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname) && hash === '' && username === ''
  );
}

/** True when `verifier` is what the challenge was made from (RFC 7636, S256). */
export function isVerifierOf(challenge: string, verifier: string): boolean {
  if (!/^[A-Za-z0-9\-._~]{43,128}$/.test(verifier)) return false;
  return createHash('sha256').update(verifier).digest('base64url') === challenge;
}

function toPage(world: World, request: ConsentRequest, id: string): string {
  const accounts = world.accounts.map(({ email, displayName }) => {
    const chosen = email === (request.loginHint ?? world.accounts[0]?.email) ? ' checked' : '';
    const input = `<input type="radio" name="account" value="${escapeHtml(email)}"${chosen}>`;
    return `<p><label>${input} ${escapeHtml(displayName)} (${escapeHtml(email)})</label></p>`;
  });
  const scopes = request.scopes.map((scope) => `<li>${escapeHtml(scope)}</li>`);
  return toDocument(
    'Sign in to the local Google',
    `<p>A program wants to use your Drive:</p><ul>${scopes.join('')}</ul>
<form method="post" action="/o/oauth2/v2/auth"><input type="hidden" name="request" value="${id}">${accounts.join('')}${toPickList(world, request)}
<p><button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button></p></form>`,
  );
}

/** One line for each item that the person may choose. */
function toPickList(world: World, request: ConsentRequest): string {
  const { pick: asked } = request;
  if (asked === null) return '';
  const email = request.loginHint ?? world.accounts[0]?.email ?? '';
  const items = listPickable(world, email, asked).map(({ id, name }) => {
    const input = `<input type="${asked.several ? 'checkbox' : 'radio'}" name="picked" value="${escapeHtml(id)}">`;
    return `<li><label>${input} ${escapeHtml(name)}</label></li>`;
  });
  return `<p>Choose what the program may use:</p><ul>${items.join('')}</ul>`;
}

function page(status: number, error: string, text: string): GoogleError {
  const body = `<p>Error ${String(status)}: ${error}</p><p>${escapeHtml(text)}</p>`;
  return new GoogleError(status, toDocument('Access blocked', body), 'text/html; charset=utf-8');
}

function toDocument(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${body}</html>\n`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
