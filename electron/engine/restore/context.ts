// What every step of a restore or drill is given.
import type { RestoreStage } from '../../../shared/restore.ts';
import type { Clock, EngineConfig, Log, Paths, SecretVault } from '../base/ports.ts';
import type { DriveAccess } from '../drive/access.ts';
import type { Reach } from '../reach/reach.ts';
import type { Db } from '../store/database.ts';

export interface RestoreContext {
  readonly db: Db;
  readonly vault: SecretVault;
  readonly paths: Paths;
  readonly config: EngineConfig;
  readonly clock: Clock;
  readonly drive: DriveAccess;
  /** The way to the server; what it opens is closed when the restore ends. */
  readonly reach: Reach;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly enter: (stage: RestoreStage) => void;
  readonly report: (progress: { doneBytes: number; totalBytes: number }) => void;
}
