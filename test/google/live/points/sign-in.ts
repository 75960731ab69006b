// Points 4 and 5: a Desktop client without its secret, and the Picker on the way back to a loopback address.
import type { OAuthClientSettings } from '../../../../electron/engine/base/ports.ts';
import type { Grant } from '../../../../electron/engine/drive/sign-in.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { LiveContext } from '../context.ts';
import type { Finding } from '../finding.ts';

export interface SignedIn {
  readonly grant: Grant;
  readonly findings: readonly Finding[];
}

/** Tries without the secret first; a person has to say yes a second time when Google wants it. */
export async function signInWithoutSecret({ client, signIn, say }: LiveContext): Promise<SignedIn> {
  try {
    const grant = await signIn({ ...client, clientSecret: '' });
    return { grant, findings: [toFinding('the code was exchanged without the secret', false)] };
  } catch (error) {
    const ended = ['drive/sign-in-denied', 'drive/sign-in-timeout', 'drive/offline', 'drive/scope-missing'];
    if (!(error instanceof AppError) || ended.includes(error.code)) throw error;
    say('Without the client secret Google refused. Once more, with it.');
    const grant = await signIn(client);
    return { grant, findings: [toFinding(`without the secret: ${error.code}`, true)] };
  }
}

function toFinding(seen: string, clientSecretRequired: boolean): Finding {
  return { point: 4, seen, means: { clientSecretRequired } };
}

export interface Picked {
  readonly folderId: string | null;
  readonly grant: Grant | null;
  readonly findings: readonly Finding[];
}

/** A page that shows an error is left long before. */
const pickTimeoutMs = 180_000;

/** The person chooses a folder that the app did not make. */
export async function pickFolder({ client, signIn, say, confirm }: LiveContext): Promise<Picked> {
  say('Next page: choose a folder that you made yourself, best one on a shared drive. Nothing in it is changed.');
  try {
    const grant = await signIn(client, { pickFolder: true, timeoutMs: pickTimeoutMs });
    const folderId = grant.pickedIds[0] ?? null;
    const seen = `the Picker came back to 127.0.0.1 with ${grant.pickedIds.length} item(s)`;
    return { folderId, grant, findings: [{ point: 5, seen, means: { pickerLoopback: 'allowed' } }] };
  } catch (error) {
    if (error instanceof AppError && error.code === 'drive/sign-in-denied') {
      return { ...none, findings: [{ point: 5, seen: 'the page was left by Cancel', means: null }] };
    }
    // A page that refuses a loopback address never comes back: Google shows its error to the person alone.
    const isLate = error instanceof AppError && error.code === 'drive/sign-in-timeout';
    if (isLate && !(await confirm('Did Google show an error about the redirect address?'))) {
      return { ...none, findings: [{ point: 5, seen: 'nobody finished the Picker’s page', means: null }] };
    }
    const seen = 'the Picker’s page did not come back to 127.0.0.1';
    return { ...none, findings: [{ point: 5, seen, means: { pickerLoopback: 'refused' } }] };
  }
}

const none = { folderId: null, grant: null };

/** What refreshing tells: whether a new refresh token comes, and whether an end of the sign-in is told. */
export async function refreshOnce(
  { drive, endpoints }: LiveContext,
  client: OAuthClientSettings,
  grant: Grant,
): Promise<SignedIn> {
  const answer = await drive.recorder.send({
    ...{ method: 'POST', url: endpoints.tokenUrl },
    form: {
      ...{ grant_type: 'refresh_token', refresh_token: grant.refreshToken },
      ...{ client_id: client.clientId, client_secret: client.clientSecret },
    },
  });
  if (answer.status !== 200) {
    return { grant, findings: [{ point: 'also', seen: `a refresh was refused: ${answer.status}`, means: null }] };
  }
  const { refresh_token: next, access_token: accessToken, refresh_token_expires_in: life } = answer.json;
  const fresh: Grant = {
    ...grant,
    accessToken: typeof accessToken === 'string' ? accessToken : grant.accessToken,
    refreshToken: typeof next === 'string' ? next : grant.refreshToken,
  };
  drive.use(fresh);
  const rotated = next !== undefined && next !== grant.refreshToken;
  const lifeSeconds = typeof life === 'number' ? life : null;
  const told =
    lifeSeconds === null ? 'no end of the sign-in is told' : `the sign-in is told to end in ${lifeSeconds} s`;
  const seen = rotated ? 'a refresh gave a new refresh token' : 'a refresh gave no new refresh token';
  return {
    grant: fresh,
    findings: [
      { point: 'also', seen, means: { rotateRefreshTokens: rotated } },
      { point: 'also', seen: told, means: toLife(lifeSeconds) },
    ],
  };
}

/** Just under seven days is the life of a client in testing; anything else is access that the person gave for a time. */
function toLife(seconds: number | null): Finding['means'] {
  if (seconds === null) return null;
  const days = seconds / 86_400;
  return days > 6.9 && days <= 7 ? { testingTellsLife: true } : { refreshTokenLifeSeconds: seconds };
}
