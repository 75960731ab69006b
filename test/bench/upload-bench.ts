// How long an upload takes beside curl's of the same file to the same server, and what memory it needs.
import { MB, openUploadWorld, type UploadReport } from './upload-world.ts';
import { measureCurl, type UploadPlace } from './curl.ts';
import { median } from './median.ts';

export interface UploadFigures {
  readonly sizeBytes: number;
  readonly rounds: number;
  /** Medians. Ours holds ids, session, all three files of a set and the comparison with Drive's hashes. */
  readonly uploadSeconds: number;
  readonly curlSeconds: number;
  readonly ratio: number;
  /** The largest of all rounds. */
  readonly peakExtraRssBytes: number;
  readonly eventLoopP99Ms: number;
}

export interface BenchContext {
  readonly sizeMb: number;
  readonly rounds: number;
  readonly dir: string;
  readonly say: (line: string) => void;
}

export async function benchUpload({ sizeMb, rounds, dir, say }: BenchContext): Promise<UploadFigures> {
  const sizeBytes = sizeMb * MB;
  const world = await openUploadWorld(dir);
  try {
    const place: UploadPlace = {
      origin: world.google.origin,
      issueAccessToken: () => Promise.resolve(world.google.issueTokens().accessToken),
    };
    const curls: number[] = [];
    const reports: UploadReport[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const runId = await world.addRun(sizeBytes);
      // The side that goes first finds a colder disk: in turn.
      for (const side of round % 2 === 0 ? ['curl', 'ours'] : ['ours', 'curl']) {
        if (side === 'curl') curls.push(await measureCurl(place, world.dumpFile(runId)));
        else reports.push(await measureOurs(world.start({ runId }).ended));
        world.google.reset();
        world.google.setAccount({ limitBytes: null });
        await world.signIn();
      }
      await world.removeRun(runId);
      const last = reports.at(-1);
      say(`  round ${String(round + 1)}: curl ${show(curls.at(-1))} s, PgKeep ${show(last?.seconds)} s`);
    }
    const uploadSeconds = median(reports.map((report) => report.seconds));
    const curlSeconds = median(curls);
    return {
      ...{ sizeBytes, rounds, uploadSeconds, curlSeconds, ratio: uploadSeconds / curlSeconds },
      peakExtraRssBytes: Math.max(...reports.map((report) => report.peakExtraRssBytes)),
      eventLoopP99Ms: median(reports.map((report) => report.eventLoopP99Ms)),
    };
  } finally {
    await world.stop();
  }
}

async function measureOurs(ended: Promise<UploadReport | null>): Promise<UploadReport> {
  const report = await ended;
  if (!report) throw new Error('the upload program was killed');
  return report;
}

function show(value: number | undefined): string {
  return value?.toFixed(2) ?? '?';
}
