// The demo from the first to the last step, on the real command line. Measures and judges; printing is its caller's part.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { formatBytes, formatPlural } from '../../shared/format.ts';
import { restoreSchema, type Restore } from '../../shared/restore.ts';
import { snapshotSchema, type Snapshot } from '../../shared/snapshot.ts';
import { compareDatabases } from '../support/compare-databases.ts';
import { createSampleShop, type SampleShop } from '../support/sample-shop.ts';
import type { DemoOptions } from './demo-options.ts';
import { describeRows, describeSizes, emptyResult, toStepLine, type DemoResult } from './demo-result.ts';
import { startDemoWorld, type Cleanup, type DemoWorld } from './demo-world.ts';
import { createCli, findInResult, type Cli } from './drive-cli.ts';
import { keepFiles, prepareKeepDir, type FoundFile } from './keep-files.ts';
import { findEncryptionDoubts } from './prove-encryption.ts';

const database = 'shop';
const restoredDatabase = 'shop_restored';

/** Texts of the sample shop's data and definitions, which a stored file must not show. */
const markers = [
  'CREATE TABLE',
  'customer1@',
  'Old Shop',
  'order_lines',
  'shop_clerk',
  'SCRAM-SHA-256',
  '"product":"PgKeep"',
];

type Say = (line: string) => void;

/** Never throws: what goes wrong is a problem in the result. */
export async function runDemo(options: DemoOptions, cleanup: Cleanup, say: Say): Promise<DemoResult> {
  const startedAt = performance.now();
  const problems: string[] = [];
  let result: DemoResult = { ...emptyResult, database };
  const learn = (facts: Partial<DemoResult>): void => {
    result = { ...result, ...facts };
  };
  try {
    await playDemo({ options, cleanup, say, problems, learn });
  } catch (error) {
    problems.push(toMessage(error));
  }
  const { encrypted, verified, restoredEqual } = result;
  const ok = problems.length === 0 && encrypted && verified && restoredEqual;
  return { ...result, ok, problems, seconds: toSeconds(startedAt) };
}

interface Play {
  readonly options: DemoOptions;
  readonly cleanup: Cleanup;
  readonly say: Say;
  readonly problems: string[];
  readonly learn: (facts: Partial<DemoResult>) => void;
}

async function playDemo({ options, cleanup, say, problems, learn }: Play): Promise<void> {
  if (options.keepDir !== null) await prepareKeepDir(options.keepDir);
  const world = await startDemoWorld(cleanup, database);
  const cli = createCli(world.cliPlace);
  await cleanup.add(() => cli.stop());

  const createdAt = performance.now();
  const shop = await createSampleShop(world.server, database, { sizeMb: options.sizeMb });
  const size = await measureDatabase(world);
  const createSeconds = toSeconds(createdAt);
  learn({ ...shop, ...size, createSeconds });
  say(toStepLine('PostgreSQL', `version ${size.serverVersion}, database "${database}"`));
  say(
    toStepLine(
      'Sample',
      `${describeRows(shop.tables, shop.rows)}, ${formatBytes(size.sizeBytes)} with indexes`,
      createSeconds,
    ),
  );

  const login = await signIn(cli);
  say(toStepLine('Sign-in', 'local Google, in the "browser"', login));

  const backup = await cli.run(['backup', '--all']);
  const snapshot = await findSnapshot(cli, backup.result);
  const { storedBytes } = snapshot;
  const dumpBytes = snapshot.dumpBytes ?? 0;
  learn({ dumpBytes, storedBytes, backupSeconds: backup.seconds, enginePeakRssBytes: backup.peakRssBytes });
  const memory = backup.peakRssBytes === null ? '' : `, ${formatBytes(backup.peakRssBytes)} of memory`;
  say(toStepLine('Backup', `${describeSizes(dumpBytes, storedBytes)}${memory}`, backup.seconds));

  const files = world.listStoredFiles();
  learn({ files: files.map(({ name, sizeBytes }) => ({ name, sizeBytes })) });
  const doubts = await findDoubts(files);
  learn({ encrypted: doubts.length === 0 });
  problems.push(...doubts, ...(await findWrongs(world, snapshot, files, shop)));
  say(
    toStepLine(
      'Stored',
      `${formatPlural(files.length, 'file')}, ${doubts.length === 0 ? 'encrypted with age' : 'NOT ENCRYPTED'}`,
    ),
  );

  // Each of the two is worth knowing when the other fails.
  await attempt(problems, async () => {
    const drill = await cli.run(['verify', '--latest']);
    const verified = await checkDrill(cli, drill.result, snapshot, problems);
    learn({ verified, drillSeconds: drill.seconds });
    say(toStepLine('Drill', verified ? 'restored and compared, every table is equal' : 'NOT VERIFIED', drill.seconds));
  });
  await attempt(problems, async () => {
    const restore = await cli.run(['restore', snapshot.id, '--new-database', restoredDatabase]);
    learn({ restoreSeconds: restore.seconds });
    say(toStepLine('Restore', `into the new database "${restoredDatabase}"`, restore.seconds));
    const comparedAt = performance.now();
    const comparison = await compareDatabases(world.server.url(database), world.server.url(restoredDatabase));
    const compareSeconds = toSeconds(comparedAt);
    learn({ restoredEqual: comparison.equal, compareSeconds });
    problems.push(...comparison.differences.slice(0, 20).map((line) => `restored database: ${line}`));
    const verdict = comparison.equal ? 'schema, rows, sequences, large objects and rights are equal' : 'NOT EQUAL';
    say(toStepLine('Comparison', verdict, compareSeconds));
  });

  if (options.keepDir !== null) {
    const kitFile = path.join(world.folder, 'kit.txt');
    await cli.run(['recovery-kit', '--out', kitFile]);
    await keepFiles(options.keepDir, files, kitFile);
    learn({ keptIn: options.keepDir });
  }
}

async function attempt(problems: string[], step: () => Promise<void>): Promise<void> {
  await step().catch((error: unknown) => problems.push(toMessage(error)));
}

/** Signs in as a person would: opens the address the command line names. Answers the seconds it took. */
async function signIn(cli: Cli): Promise<number> {
  let browser: Promise<unknown> = Promise.resolve();
  const { seconds } = await cli.run(['login'], (line) => {
    const url = z.url().safeParse(line['url']);
    if (line.type !== 'browser' || !url.success) return;
    browser = fetch(url.data).then((page) => page.text());
    // A page that does not come leaves the command line waiting; its own words tell why.
    browser.catch(() => undefined);
  });
  await browser;
  return seconds;
}

async function findSnapshot(cli: Cli, backupResult: unknown): Promise<Snapshot> {
  const made = findInResult(backupResult, snapshotSchema);
  const { result } = await cli.run(['snapshots']);
  const listed = findInResult(result, snapshotSchema);
  if (!made) throw new Error('the backup ended well and named no snapshot');
  if (listed?.id !== made.id) throw new Error('the backup’s snapshot is not the newest of the list');
  return made;
}

async function findDoubts(files: readonly FoundFile[]): Promise<string[]> {
  const doubts = await Promise.all(
    files.map(async (file) =>
      (await findEncryptionDoubts(file.path, markers)).map((doubt) => `${file.name}: ${doubt}`),
    ),
  );
  return files.length === 0 ? ['nothing is stored'] : doubts.flat();
}

/** Compares what the snapshot says with what is stored and what was made; nothing may be left in the spool. */
async function findWrongs(
  world: DemoWorld,
  snapshot: Snapshot,
  files: readonly FoundFile[],
  shop: SampleShop,
): Promise<string[]> {
  const wrongs: string[] = [];
  const said = new Map(snapshot.files.map((file) => [file.name, file]));
  for (const file of files) {
    const entry = said.get(file.name);
    if (!entry) wrongs.push(`${file.name} is stored and not part of the snapshot`);
    else if (entry.sizeBytes !== file.sizeBytes) wrongs.push(`${file.name} has another size than the snapshot says`);
    else if (entry.sha256 !== (await hashFile(file.path)))
      wrongs.push(`${file.name} has another SHA-256 than the snapshot says`);
    said.delete(file.name);
  }
  for (const name of said.keys()) wrongs.push(`${name} is part of the snapshot and not stored`);
  const storedBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  if (storedBytes !== snapshot.storedBytes) {
    wrongs.push(`${String(storedBytes)} bytes are stored, the snapshot says ${String(snapshot.storedBytes)}`);
  }
  if (snapshot.tables !== shop.tables || snapshot.rows !== shop.rows) {
    wrongs.push(
      `the snapshot counts ${String(snapshot.tables)} tables and ${String(snapshot.rows)} rows, the server ${describeRows(shop.tables, shop.rows)}`,
    );
  }
  const left = await readdir(world.spoolDir, { recursive: true }).catch(() => []);
  if (left.length > 0) wrongs.push(`the spool is not empty: ${left.join(', ')}`);
  return wrongs;
}

async function checkDrill(cli: Cli, result: unknown, snapshot: Snapshot, problems: string[]): Promise<boolean> {
  const drill: Restore | null = findInResult(result, restoreSchema);
  const differences = drill?.report?.differences ?? [];
  problems.push(...differences.map((line) => `drill: ${line}`));
  const { result: list } = await cli.run(['snapshots']);
  const verifiedAt = findInResult(list, snapshotSchema)?.verifiedAt ?? null;
  const good = drill?.kind === 'drill' && drill.snapshotId === snapshot.id && drill.report?.equal === true;
  if (good && verifiedAt === null) problems.push('the drill ended well and the snapshot is not marked as verified');
  if (!good) problems.push('the drill did not say that everything is equal');
  return good && verifiedAt !== null && drill.state === 'succeeded';
}

async function measureDatabase(world: DemoWorld): Promise<Pick<DemoResult, 'sizeBytes' | 'serverVersion'>> {
  const sql = `select pg_database_size(current_database())::float8 as size, current_setting('server_version') as version`;
  const rows = z
    .tuple([z.object({ size: z.number(), version: z.string() })])
    .parse(await world.server.query(sql, database));
  return { sizeBytes: rows[0].size, serverVersion: rows[0].version };
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function toSeconds(startedAt: number): number {
  return Math.round(performance.now() - startedAt) / 1000;
}
