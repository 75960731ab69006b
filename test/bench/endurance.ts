// One large upload through everything at once: connections that break at random, the program killed twice, a token that
// expires. What counts is that the file arrives whole and how little was sent twice.
import { once } from 'node:events';
import { createRandom } from './random.ts';
import {
  hashFile,
  MB,
  MiB,
  openUploadWorld,
  type RunningProgram,
  type UploadReport,
  type UploadWorld,
} from './upload-world.ts';

export interface EnduranceFigures {
  readonly seed: number;
  readonly sizeBytes: number;
  readonly resets: number;
  readonly kills: number;
  readonly tokensExpired: number;
  /** Bytes of chunks that the server took, beyond one time the file. */
  readonly resentBytes: number;
  readonly resentShare: number;
  /** Files on Drive with other bytes, or too many: must be 0. */
  readonly wrongFiles: number;
  readonly seconds: number;
  readonly peakExtraRssBytes: number;
}

export interface EnduranceOptions {
  readonly sizeBytes: number;
  readonly seed: number;
  readonly dir: string;
  readonly resets: number;
  readonly kills: number;
  /** Absent: as the line behaves. */
  readonly chunkBytes?: number;
  readonly say: (line: string) => void;
}

export async function endure(options: EnduranceOptions): Promise<EnduranceFigures> {
  const { sizeBytes, seed, say } = options;
  const random = createRandom(seed);
  const world = await openUploadWorld(options.dir);
  const { google } = world;
  try {
    const runId = await world.addRun(sizeBytes);
    say(`  ${(sizeBytes / MB).toFixed(0)} MB in the spool`);
    // What goes wrong, by how far the upload is; each place is met once.
    const place = (): number => Math.floor(sizeBytes * 0.02) + random.below(Math.floor(sizeBytes * 0.95));
    const events = [
      ...Array.from({ length: options.resets }, () => ({ at: place(), what: 'reset' as const })),
      ...Array.from({ length: options.kills }, () => ({ at: place(), what: 'kill' as const })),
      { at: place(), what: 'expire' as const },
    ].sort((a, b) => a.at - b.at);
    const startedMs = performance.now();
    const done = { reset: 0, kill: 0, expire: 0 };
    let program = world.start(toProgram(options, runId));
    for (const { at, what } of events) {
      await until(program, `byte ${String(at)}`, () =>
        google.state().sessions.some((session) => session.storedBytes >= at),
      );
      if (what === 'reset') {
        const afterBytes = random.below(options.chunkBytes ?? 8 * MiB);
        const fault = google.failNext({ kind: 'chunk' }, { do: 'reset', at: 'body', afterBytes });
        await until(program, 'a broken connection', () => fault.hits() > 0);
      }
      done[what] += 1;
      if (what === 'expire') google.expireAccessTokens();
      if (what === 'kill') {
        program.child.kill('SIGKILL');
        await once(program.child, 'close');
        say(`  killed at ${(at / MB).toFixed(0)} MB, started again`);
        program = world.start(toProgram(options, runId));
      }
    }
    const report = await program.ended;
    const seconds = (performance.now() - startedMs) / 1000;
    const sentBytes = google
      .journal()
      .reduce((sum, entry) => sum + (entry.kind === 'chunk' ? entry.requestBytes : 0), 0);
    const resentBytes = sentBytes - sizeBytes;
    return {
      ...{ seed, sizeBytes, resets: done.reset, kills: done.kill, tokensExpired: done.expire },
      ...{ resentBytes, resentShare: resentBytes / sizeBytes, wrongFiles: await countWrong(world, runId, report) },
      ...{ seconds, peakExtraRssBytes: report?.peakExtraRssBytes ?? 0 },
    };
  } finally {
    await world.stop();
  }
}

function toProgram({ chunkBytes }: EnduranceOptions, runId: string): { runId: string; chunkBytes?: number } {
  return { runId, ...(chunkBytes === undefined ? {} : { chunkBytes }) };
}

/** Resolves when something is so at the server; a program that ends before says so at once. */
async function until(program: RunningProgram, what: string, isSo: () => boolean): Promise<void> {
  const ended = program.ended.then(() => {
    throw new Error(`the program ended before ${what}`);
  });
  ended.catch(() => undefined);
  while (!isSo()) {
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 3))]);
  }
}

async function countWrong(world: UploadWorld, runId: string, report: UploadReport | null): Promise<number> {
  const files = world.google.files().filter((file) => file.content !== null && file.trashedTime === null);
  const extra = files.filter((file) => report?.fileIds.includes(file.id) !== true).length;
  const [dumpId = ''] = report?.fileIds ?? [];
  const sent = await hashFile(world.dumpFile(runId));
  const stored = await hashFile(world.google.contentPath(dumpId));
  return extra + (files.length === 3 ? 0 : 1) + (sent.sha256 === stored.sha256 ? 0 : 1);
}
