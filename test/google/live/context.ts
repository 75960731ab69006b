// What every point of the live check works with.
import type { GoogleEndpoints, OAuthClientSettings } from '../../../electron/engine/base/ports.ts';
import type { Grant } from '../../../electron/engine/drive/sign-in.ts';
import type { DriveRole } from '../rights.ts';
import type { Finding } from './finding.ts';
import type { LiveDrive } from './live-drive.ts';

export interface LiveContext {
  readonly endpoints: GoogleEndpoints;
  readonly drive: LiveDrive;
  readonly client: OAuthClientSettings;
  /** A second client of the same project; null: none was given. */
  readonly otherClient: OAuthClientSettings | null;
  /** What the person is on the shared drive that the Picker may bring; null: not told. */
  readonly role: DriveRole | null;
  /** Sends the person to Google's page. Rejects as `signIn` does. */
  readonly signIn: (
    client: OAuthClientSettings,
    options?: { readonly pickFolder?: boolean; readonly timeoutMs?: number },
  ) => Promise<Grant>;
  /** How many requests point 8 may send to be refused; 0: none. */
  readonly burst: number;
  readonly say: (line: string) => void;
  /** A question to the person; no when nobody is there. */
  readonly confirm: (question: string) => Promise<boolean>;
}

export type Point = (context: LiveContext) => Promise<readonly Finding[]>;
