// Google's own OAuth client with our addresses, without its retries, its logging and its errors, which carry tokens.
import { OAuth2Client } from 'google-auth-library';
import { AppError } from '../../../shared/errors.ts';
import type { Clock, GoogleEndpoints, OAuthClientSettings } from '../base/ports.ts';
import { toDriveError, toNetworkError } from './drive-errors.ts';

/** The only right this program asks for: files it made itself. https://developers.google.com/workspace/drive/api/guides/api-specific-auth */
export const driveScope = 'https://www.googleapis.com/auth/drive.file';

/** Everything that the account may see. Asked for by a service account alone, to find a folder that a person made for it. */
export const wholeDriveScope = 'https://www.googleapis.com/auth/drive';

/** The token endpoint answers in well under a second; a minute means that nothing will come. */
const requestTimeoutMs = 60_000;

export function createOAuthClient(
  endpoints: GoogleEndpoints,
  settings: OAuthClientSettings,
  redirectUri?: string,
): OAuth2Client {
  if (settings.clientId === '') {
    throw new AppError('drive/client-missing', 'no Google OAuth client is set');
  }
  // With this variable set the library prints access tokens.
  delete process.env['GOOGLE_SDK_NODE_LOGGING'];
  const client = new OAuth2Client({
    clientId: settings.clientId,
    ...(settings.clientSecret === '' ? {} : { clientSecret: settings.clientSecret }),
    ...(redirectUri === undefined ? {} : { redirectUri }),
    endpoints: {
      oauth2AuthBaseUrl: endpoints.authUrl,
      oauth2TokenUrl: endpoints.tokenUrl,
      oauth2RevokeUrl: endpoints.revokeUrl,
    },
    transporterOptions: { timeout: requestTimeoutMs },
    useAuthRequestParameters: false,
  });
  // Its own three quick retries know neither our clock nor our signal.
  client.transporter.interceptors.request.add({
    resolved: (config) => {
      config.retry = false;
      delete config.retryConfig;
      return Promise.resolve(config);
    },
  });
  return client;
}

/**
 * When Google will end the sign-in by itself; null when the answer does not say so. `refresh_token_expires_in` (seconds)
 * comes with access for a limited time: https://developers.google.com/identity/protocols/oauth2
 */
export function readSignInEnd(credentials: object, askedAt: Date): Date | null {
  const seconds = 'refresh_token_expires_in' in credentials ? Number(credentials.refresh_token_expires_in) : Number.NaN;
  return Number.isFinite(seconds) && seconds > 0 ? new Date(askedAt.getTime() + seconds * 1000) : null;
}

/** A failure of the token endpoint, rebuilt from status and body alone. */
export function toTokenError(error: unknown, what: string, clock: Clock): AppError {
  if (error instanceof AppError) return error;
  const response = readResponse(error);
  if (!response) return toNetworkError(error, { what, endpoint: 'token' });
  return toDriveError(response.status, response.data, response.headers, { what, endpoint: 'token', now: clock.now() });
}

function readResponse(error: unknown): { status: number; data: unknown; headers: Record<string, string> } | null {
  if (typeof error !== 'object' || error === null || !('response' in error)) return null;
  const { response } = error;
  if (typeof response !== 'object' || response === null || !('status' in response)) return null;
  if (typeof response.status !== 'number') return null;
  return {
    status: response.status,
    data: 'data' in response ? response.data : null,
    headers: 'headers' in response ? toRecord(response.headers) : {},
  };
}

/** Google's client answers a `Headers` that is not the global class, so only its shape is asked. */
export function toRecord(headers: unknown): Record<string, string> {
  if (typeof headers !== 'object' || headers === null || !(Symbol.iterator in headers)) return {};
  return Object.fromEntries(headers as Iterable<readonly [string, string]>);
}
