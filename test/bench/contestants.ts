// Everything that is measured on one database, by name, in the order in which a round goes: what makes a file comes before
// what reads it.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import type { BenchPlace } from './bench-place.ts';
import { measureCurl } from './curl.ts';
import type { EngineReport } from './engine-task.ts';

export const contestantNames = ['limit', 'story', 'native', 'programs', 'ours', 'pg-restore', 'ours-restore'] as const;
export type ContestantName = (typeof contestantNames)[number];

/** What one contestant took once. */
export interface Lap {
  /** All of it, with the upload where there is one. */
  readonly seconds: number;
  /** Of it, before the upload. */
  readonly dumpSeconds?: number;
  readonly engine?: EngineReport;
}

export interface Contestant {
  /** Programs that it needs besides PostgreSQL's. */
  readonly needs: readonly string[];
  /** In words, for the report. */
  readonly what: string;
  readonly run: (place: BenchPlace) => Promise<Lap>;
}

const nativeFile = 'native.dump';
const restored = 'restored';

export const contestants: Readonly<Record<ContestantName, Contestant>> = {
  limit: {
    needs: [],
    what: 'pg_dump -Fc -Z0 > /dev/null',
    run: async ({ time }) => ({ seconds: await time('pg_dump -Fc -Z0 > /dev/null') }),
  },
  story: {
    needs: ['gzip', 'curl'],
    what: 'pg_dump -f x.sql, gzip x.sql, curl',
    run: (place) => dumpAndUpload(place, 'pg_dump -f story.sql; gzip story.sql', 'story.sql.gz'),
  },
  native: {
    needs: ['curl'],
    what: 'pg_dump -Fc, curl',
    run: (place) => dumpAndUpload(place, `pg_dump -Fc -f ${nativeFile}`, nativeFile, true),
  },
  programs: {
    needs: ['zstd', 'age', 'curl'],
    what: 'pg_dump -Fc -Z0 | zstd | age, curl',
    run: (place) =>
      dumpAndUpload(place, `pg_dump -Fc -Z0 | zstd -q | age -r ${place.recipient} > x.dump.zst.age`, 'x.dump.zst.age'),
  },
  ours: {
    needs: [],
    what: 'PgKeep: dump, compress, encrypt, upload, verify',
    run: async ({ engine }) => {
      const report = await engine({ act: 'backup' });
      return { seconds: report.seconds, engine: report };
    },
  },
  'pg-restore': {
    needs: [],
    what: 'pg_restore of the file on this disk',
    run: async (place) => {
      await place.server.createDatabase(restored);
      const seconds = await place.time(`pg_restore -d ${restored} ${nativeFile}`);
      await dropDatabase(place, restored);
      return { seconds };
    },
  },
  'ours-restore': {
    needs: [],
    what: 'PgKeep: download, decrypt, restore, dump again and compare',
    run: async (place) => {
      const report = await place.engine({ act: 'restore', database: restored });
      await dropDatabase(place, restored);
      return { seconds: report.seconds, engine: report };
    },
  },
};

/** What must lie there before a contestant can run, when nobody who makes it takes part. */
export async function prepareFor(place: BenchPlace, names: readonly ContestantName[]): Promise<void> {
  if (names.includes('pg-restore') && !names.includes('native')) await place.time(`pg_dump -Fc -f ${nativeFile}`);
  if (names.includes('ours-restore') && !names.includes('ours')) await place.engine({ act: 'backup' });
}

async function dumpAndUpload(place: BenchPlace, command: string, name: string, keeps = false): Promise<Lap> {
  const file = path.join(place.folder, name);
  await rm(file, { force: true });
  const dumpSeconds = await place.time(command);
  const uploadSeconds = await measureCurl(place.google, file);
  if (!keeps) await rm(file);
  return { seconds: dumpSeconds + uploadSeconds, dumpSeconds };
}

async function dropDatabase({ server }: BenchPlace, name: string): Promise<void> {
  await server.query(`drop database ${pg.escapeIdentifier(name)}`);
}
