// What the engine's own process is asked for, and what it answers: engine-program.ts on one side, run-engine.ts on the other.

export interface EngineTask {
  readonly dataDir: string;
  readonly envFile: string;
  readonly act: 'sign-in' | 'backup' | 'restore';
  /** For a restore: the new database, filled from the newest snapshot. */
  readonly database: string;
}

export interface EngineReport {
  /** From the call until the engine says that it is done; the start of the process is not in it. */
  readonly seconds: number;
  /** Of the newest snapshot; 0 while there is none. */
  readonly dumpBytes: number;
  readonly storedBytes: number;
  /** Resident memory of the process before the call, and the most that it ever had. */
  readonly idleRssBytes: number;
  readonly peakRssBytes: number;
  readonly eventLoopP99Ms: number;
  /** Of the engine's process, all its threads, without PostgreSQL's programs. */
  readonly cpuSeconds: number;
}
