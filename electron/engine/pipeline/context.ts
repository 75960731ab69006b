// What every step of a backup is given: the ports, the store, Drive, and the run it works for.
import type { AuditMark } from '../../../shared/audit.ts';
import type { RunProgress, RunStage } from '../../../shared/run.ts';
import type { DataEntry, Snapshot } from '../../../shared/snapshot.ts';
import type { Clock, EngineConfig, Log, Paths, SecretVault } from '../base/ports.ts';
import type { Connection } from '../../../shared/connection.ts';
import type { DriveAccess } from '../drive/access.ts';
import type { ServerFacts } from '../postgres/check-server.ts';
import type { Reach } from '../reach/reach.ts';
import type { Db } from '../store/database.ts';

export interface BackupContext {
  readonly db: Db;
  readonly vault: SecretVault;
  readonly paths: Paths;
  readonly config: EngineConfig;
  readonly clock: Clock;
  readonly drive: DriveAccess;
  /** The way to the server; what it opens is closed when the run ends. */
  readonly reach: Reach;
  /** A server has said what it is. */
  readonly onServer: (connection: Connection, server: ServerFacts) => void;
  readonly productVersion: string;
  readonly runId: string;
  /** The run's own log. */
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Runs the job's command before the backup, once for each run. Throws `hook/before-failed`. */
  readonly before: (database: string) => Promise<void>;
  /** Enters a stage; stored at once, so that the next start knows how far the run was. */
  readonly enter: (stage: RunStage) => void;
  /** Where the audit log stands, for the manifest. */
  readonly readAuditMark: () => AuditMark | null;
  /** What the dump holds, once it is whole; null when it was not counted. */
  readonly onContents: (data: readonly DataEntry[] | null) => void;
  /** Called in the transaction that records the snapshot. */
  readonly onRecorded: (snapshot: Snapshot) => void;
  /** Lets the rules of the job work. Answers warnings; rejects only when the run is told to end. */
  readonly retain: (jobId: string) => Promise<readonly string[]>;
  /** Tells the person what became of a folder on Drive. */
  readonly onFolderNews: (news: { readonly title: string; readonly text: string }) => void;
  /** Says which database this run of a whole server is about, and queues a run for each of the others. */
  readonly spread: (own: string, others: readonly string[]) => void;
  /** Merges into the run's live progress. */
  readonly report: (progress: Partial<RunProgress>) => void;
}
