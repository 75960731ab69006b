// Whose trouble an error is: of one job, of its server, of the Google account or of this computer. What several jobs meet for
// the same reason is told once.
import type { ErrorCode } from '../../../shared/errors.ts';

/** The server does not let anybody in, whatever the database. */
const ofServer: readonly ErrorCode[] = [
  'pg/host-not-found',
  'pg/connection-refused',
  'pg/auth-failed',
  'pg/ssl-failed',
  'pg/too-many-connections',
  'pg/server-starting',
  'pg/server-gone',
  'pg/timeout',
];

const ofComputer: readonly ErrorCode[] = ['pg/tool-missing', 'pg/tool-too-old', 'crypto/key-missing'];
const computerAreas = ['vault', 'store', 'spool'];

/** One file of one run: the account as such works. */
const ofRun: readonly ErrorCode[] = [
  'drive/not-found',
  'drive/rejected',
  'drive/session-lost',
  'drive/verify-mismatch',
  'drive/download-damaged',
];

export type Scope = 'signed-out' | 'account' | 'computer' | `server:${string}` | `job:${string}`;

export function toScope(code: ErrorCode, job: { readonly id: string; readonly connectionId: string | null }): Scope {
  if (code === 'drive/signed-out' || code === 'drive/no-account') return 'signed-out';
  if (code.startsWith('drive/') && !ofRun.includes(code)) return 'account';
  if (ofServer.includes(code) && job.connectionId !== null) return `server:${job.connectionId}`;
  const area = code.slice(0, code.indexOf('/'));
  return ofComputer.includes(code) || computerAreas.includes(area) ? 'computer' : `job:${job.id}`;
}
