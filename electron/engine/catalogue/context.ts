// What the work on the catalogue is given: the list here, Drive there, and the keys that open manifests.
import type { Clock, Log, SecretVault } from '../base/ports.ts';
import type { DriveAccess } from '../drive/access.ts';
import type { Db } from '../store/database.ts';

export interface CatalogContext {
  readonly db: Db;
  readonly vault: SecretVault;
  readonly clock: Clock;
  readonly drive: DriveAccess;
  readonly log: Log;
  readonly signal: AbortSignal;
}
