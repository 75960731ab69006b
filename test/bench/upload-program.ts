// A program of its own that uploads a run's spool the way the engine does, with the real store, vault file and clock, so
// that it can be measured, killed and started again. Argument: JSON of `dataDir`, `runId` and perhaps `chunkBytes`; the last
// line of stdout is the report.
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { systemClock } from '../../electron/engine/base/clock.ts';
import { readConfig, toPaths } from '../../electron/engine/base/config.ts';
import { createFileVault, ownerOnlyCipher } from '../../electron/engine/base/vault-file.ts';
import type { Log } from '../../electron/engine/base/ports.ts';
import { createDriveAccess } from '../../electron/engine/drive/access.ts';
import type { BackupContext } from '../../electron/engine/pipeline/context.ts';
import { reopenSpool } from '../../electron/engine/pipeline/spool.ts';
import { uploadSpool, verifySpool, type UploadPlan } from '../../electron/engine/pipeline/upload-spool.ts';
import { openDatabase } from '../../electron/engine/store/database.ts';
import { readDumped } from '../../electron/engine/store/runs.ts';
import { testClientId, testClientSecret } from '../google/options.ts';
import { noReach } from '../support/no-reach.ts';

const { dataDir, runId, chunkBytes } = JSON.parse(process.argv[2] ?? '{}') as {
  dataDir: string;
  runId: string;
  chunkBytes?: number;
};
const silent = (): void => undefined;
const log: Log = { debug: silent, info: silent, warn: silent, error: silent };
const paths = toPaths(dataDir);
const config = readConfig(paths);
const { db, close } = openDatabase(paths.databasePath);
const vault = createFileVault(path.join(dataDir, 'vault.json'), ownerOnlyCipher);
const dumped = readDumped(db, runId);
if (!dumped) throw new Error(`no dump of ${runId}`);
const names = new Map(dumped.files.map((file) => [file.kind, file]));
const sizeOf = (kind: 'dump' | 'globals' | 'manifest'): number => names.get(kind)?.sizeBytes ?? 0;
const spool = await reopenSpool(paths.spoolDir, runId, {
  ...{ dump: sizeOf('dump'), globals: sizeOf('globals'), manifest: sizeOf('manifest') },
});
const drive = createDriveAccess({
  ...{ endpoints: config.google, vault, clock: systemClock, log, onSignedOut: silent },
  client: () => Promise.resolve({ clientId: testClientId, clientSecret: testClientSecret }),
});
const ctx: BackupContext = {
  ...{ db, vault, paths, config, clock: systemClock, drive, productVersion: '0.0.0-bench', runId, log },
  ...{ signal: new AbortController().signal, enter: silent, report: silent, spread: silent, onFolderNews: silent },
  ...{ readAuditMark: () => null, onContents: silent, onRecorded: silent, retain: () => Promise.resolve([]) },
  ...{ reach: noReach, onServer: silent, before: () => Promise.resolve() },
};
const plan: UploadPlan = {
  ...{ jobId: 'bench', setId: dumped.setId, baseName: dumped.baseName, database: dumped.database },
  ...{ createdAt: dumped.createdAt, serverMajor: 18, folderId: 'root' },
  ...(chunkBytes === undefined ? {} : { chunkBytes }),
  nameOf: (kind) => names.get(kind)?.name ?? kind,
};

const before = process.memoryUsage.rss();
let peak = before;
const look = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 10);
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
const startedMs = performance.now();
await uploadSpool(ctx, plan, spool, Promise.resolve(dumped), ctx.signal);
const files = await verifySpool(ctx, plan, spool, dumped);
const seconds = (performance.now() - startedMs) / 1000;
delay.disable();
clearInterval(look);
peak = Math.max(peak, process.memoryUsage.rss());
await spool.close();
close();
const report = {
  ...{ seconds, peakExtraRssBytes: peak - before, eventLoopP99Ms: delay.percentile(99) / 1e6 },
  fileIds: files.map((file) => file.driveFileId),
};
process.stdout.write(`${JSON.stringify(report)}\n`);
