// Point 1: whether files are still seen by another client of the project, and after the access was revoked.
import type { LiveContext } from '../context.ts';
import type { Finding } from '../finding.ts';

const data = Buffer.from('PgKeep live check\n');

export async function lookAtOtherClient({ drive, otherClient, signIn, say }: LiveContext): Promise<readonly Finding[]> {
  if (otherClient === null) return [{ point: 1, seen: 'no second client of the project was given', means: null }];
  const id = await drive.newId();
  await drive.upload({ id, name: 'seen by another client' }, data);
  say('Next page: the second client of your project.');
  drive.use(await signIn(otherClient));
  const { status } = await drive.get(id, 'id');
  const seen = `a file of the first client, asked for by the second: ${status}`;
  return [{ point: 1, seen, means: toKnown(status, { accessBoundTo: status === 200 ? 'project' : 'client' }) }];
}

/** Comes last: what it makes may be out of reach afterwards. */
export async function lookAtRevoking(context: LiveContext, token: string): Promise<readonly Finding[]> {
  const { drive, endpoints, client, signIn, say } = context;
  const id = await drive.newId();
  await drive.upload({ id, name: 'before revoking' }, data);
  const revoked = await drive.recorder.send({ method: 'POST', url: endpoints.revokeUrl, form: { token } });
  if (revoked.status !== 200) return [{ point: 1, seen: `revoking was refused: ${revoked.status}`, means: null }];
  say('The access is revoked. Next page: give it again.');
  drive.use(await signIn(client));
  const { status } = await drive.get(id, 'id');
  const seen = `a file from before revoking, after a new consent: ${status}`;
  return [{ point: 1, seen, means: toKnown(status, { revokeHidesFiles: status !== 200 }) }];
}

function toKnown(status: number, means: NonNullable<Finding['means']>): Finding['means'] {
  return status === 200 || status === 404 ? means : null;
}
