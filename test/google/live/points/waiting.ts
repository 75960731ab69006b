// Point 7, and how long lists lag: what is not there at once is looked for again until it is, or for a minute.
import { setTimeout as waitFor } from 'node:timers/promises';
import type { LiveContext } from '../context.ts';
import type { Finding } from '../finding.ts';
import type { LiveAnswer } from '../recorder.ts';

const patienceMs = 60_000;
const stepMs = 250;
const data = Buffer.alloc(100_000, 'x');

export async function lookAtHashes({ drive }: LiveContext): Promise<readonly Finding[]> {
  const id = await drive.newId();
  const last = await drive.upload({ id, name: 'hashes' }, data);
  const there = Object.keys(hashNames).filter((name) => last.json[name] !== undefined);
  if (there.length === 3) return [{ point: 7, seen: 'all hashes are in the last answer', means: { hashesAfterMs: 0 } }];
  const names = Object.keys(hashNames).join(',');
  const tookMs = await until(
    () => drive.get(id, names),
    (answer) => Object.keys(hashNames).every((name) => answer.json[name] !== undefined),
  );
  const lateHashes = there.includes('md5Checksum') ? 'sha' : 'all';
  const seen = `in the last answer: ${there.join(', ') || 'no hash'}; the rest after ${tookMs ?? 'more than 60000'} ms`;
  return [{ point: 7, seen, means: { hashesAfterMs: tookMs ?? patienceMs, lateHashes } }];
}

const hashNames = { md5Checksum: 'md5', sha1Checksum: 'sha1', sha256Checksum: 'sha256' } as const;

export async function lookAtLists({ drive }: LiveContext): Promise<readonly Finding[]> {
  const id = await drive.newId();
  const name = 'looked for in lists';
  await drive.upload({ id, name }, data);
  const find = async (term: string): Promise<number | null> =>
    await until(
      () =>
        drive.ask({
          ...{ method: 'GET' },
          path: `/drive/v3/files?fields=files(id)&q=${encodeURIComponent(`${term} and trashed = false`)}`,
        }),
      (answer) => answer.text.includes(id),
    );
  const [listLagMs, nameLagMs] = [await find(`'${drive.folderId}' in parents`), await find(`name = '${name}'`)];
  const tell = (ms: number | null): string => (ms === 0 ? 'at once' : `after ${ms ?? 'more than 60000'} ms`);
  return [
    {
      point: 'also',
      seen: `a new file is in its folder’s list ${tell(listLagMs)}`,
      means: { listLagMs: listLagMs ?? patienceMs },
    },
    {
      point: 'also',
      seen: `a new file is found by name ${tell(nameLagMs)}`,
      means: { nameLagMs: nameLagMs ?? patienceMs },
    },
  ];
}

/** Milliseconds until the answer is accepted, 0 when the first one is; null: never in the time given. */
async function until(ask: () => Promise<LiveAnswer>, accepts: (answer: LiveAnswer) => boolean): Promise<number | null> {
  const startedAt = performance.now();
  for (let first = true; performance.now() - startedAt < patienceMs; first = false) {
    if (accepts(await ask())) return first ? 0 : Math.round(performance.now() - startedAt);
    await waitFor(stepMs);
  }
  return null;
}
