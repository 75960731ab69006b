// Tries private keys on what lies on Drive: a person who brought the wrong recovery kit hears it at once.
import type { KitOutcome } from '../../../shared/settings.ts';
import type { CatalogContext } from './context.ts';
import { listSets } from './list-files.ts';
import { readManifestFacts } from './read-manifest.ts';

/** Newest sets of so many jobs are tried; older ones of the same job mostly have the same key. */
const maxTries = 5;
/** A person waits for it. */
const limitMs = 20_000;

/** Null when Drive cannot be asked in time: nobody signed in, no network. */
export async function probeKey(ctx: CatalogContext, identities: readonly string[]): Promise<KitOutcome['opens']> {
  const limited = { ...ctx, signal: AbortSignal.any([ctx.signal, AbortSignal.timeout(limitMs)]) };
  try {
    const { sets } = await listSets(limited);
    const newest = sets.filter((set, index) => sets.findIndex(({ jobId }) => jobId === set.jobId) === index);
    const files = newest.flatMap((set) => set.files.find(({ kind }) => kind === 'manifest') ?? []).slice(0, maxTries);
    let opened = 0;
    for (const file of files) {
      if ((await readManifestFacts(limited, identities, file)) !== 'wrong-key') opened += 1;
    }
    return { tried: files.length, opened };
  } catch (error) {
    ctx.log.info(`the key was not tried on Drive: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}
