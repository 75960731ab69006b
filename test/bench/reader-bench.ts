// What reading a dump along costs: seconds a gigabyte of both readers beside pg_dump's own. Run it with
// `node test/bench/reader-bench.ts [MB]`; the bench of the whole pipeline calls `benchReader`.
import { fileURLToPath } from 'node:url';
import type { DumpFormat } from '../../shared/dump-choice.ts';
import { toPgTarget, withPassfile } from '../../electron/engine/postgres/connection.ts';
import { startDump } from '../../electron/engine/postgres/dump.ts';
import { createDumpReader } from '../../electron/engine/postgres/dump-reader.ts';
import { findTools } from '../../electron/engine/postgres/find-tools.ts';
import { gatherBlocks } from '../../electron/engine/base/gather-blocks.ts';
import { createSampleShop } from '../support/sample-shop.ts';
import { startTestServer, type TestServer } from '../support/postgres-server.ts';
import { tmpdir } from 'node:os';

export interface ReaderFigures {
  readonly format: DumpFormat;
  readonly bytes: number;
  /** Medians, for a thousand million bytes. */
  readonly readerSecondsPerGb: number;
  readonly pgDumpSecondsPerGb: number;
  /** The reader's processor time as a share of the time that pg_dump alone takes. */
  readonly share: number;
}

/** As large as the pipeline's own blocks (dump-to-spool.ts). */
const blockBytes = 512 * 1024;

/** Dumps the database `rounds` times in each format and reads the bytes from memory as often. */
export async function benchReader(server: TestServer, database: string, rounds = 3): Promise<ReaderFigures[]> {
  const tools = (await findTools([server.binDir]))[0];
  if (!tools) throw new Error('no PostgreSQL client programs on this machine');
  const { host, port, user, password } = server;
  const target = toPgTarget({ host, port, user, database, sslMode: 'disable' }, password);
  const dumpOnce = (format: DumpFormat, take: (block: Buffer) => void): Promise<number> =>
    withPassfile(target, tmpdir(), async (env) => {
      const startedMs = performance.now();
      const dump = startDump({ tools, target, env, format });
      for await (const block of gatherBlocks(dump.stdout, blockBytes)) take(block);
      await dump.done;
      return (performance.now() - startedMs) / 1000;
    });
  const figures: ReaderFigures[] = [];
  for (const format of ['custom', 'plain'] as const) {
    const blocks: Buffer[] = [];
    await dumpOnce(format, (block) => blocks.push(Buffer.from(block)));
    const bytes = blocks.reduce((sum, block) => sum + block.length, 0);
    const dumpSeconds: number[] = [];
    const readSeconds: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      dumpSeconds.push(await dumpOnce(format, () => undefined));
      const startedMs = performance.now();
      const reader = createDumpReader(format);
      for (const block of blocks) reader.write(block);
      reader.finish();
      readSeconds.push((performance.now() - startedMs) / 1000);
    }
    const perGb = (seconds: readonly number[]): number => (median(seconds) / bytes) * 1e9;
    const [readerSecondsPerGb, pgDumpSecondsPerGb] = [perGb(readSeconds), perGb(dumpSeconds)];
    figures.push({
      format,
      bytes,
      readerSecondsPerGb,
      pgDumpSecondsPerGb,
      share: readerSecondsPerGb / pgDumpSecondsPerGb,
    });
  }
  return figures;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

async function main(): Promise<void> {
  const sizeMb = Number(process.argv[2] ?? '300');
  const server = await startTestServer();
  try {
    await createSampleShop(server, 'shop', { sizeMb });
    for (const figure of await benchReader(server, 'shop')) {
      const { format, bytes, readerSecondsPerGb: read, pgDumpSecondsPerGb: dump, share } = figure;
      process.stdout.write(
        `${format}: ${(bytes / 1e6).toFixed(0)} MB, reader ${read.toFixed(2)} s/GB (${read.toFixed(2)} ns/byte), ` +
          `pg_dump ${dump.toFixed(2)} s/GB, ${(share * 100).toFixed(1)} % of it\n`,
      );
    }
  } finally {
    await server.stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
