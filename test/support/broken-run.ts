// What must be so after a run that came to nothing, whatever broke it: looked for on the local Google, on this disk, among the
// processes and in the words that a person reads.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { describeError } from '../../shared/describe-error.ts';
import type { ErrorCode, RetryKind } from '../../shared/errors.ts';
import type { Run } from '../../shared/run.ts';
import type { EngineWorld, RunningEngine } from './engine-world.ts';

/** Stands in rows of the test's database, so that a copy of them in plain text is found. */
export const plainMarker = 'PLAINTEXT-MARKER-1234567890';

export interface Expected {
  readonly code: ErrorCode;
  readonly retry: RetryKind;
  /** What the words tell the person to do. */
  readonly toDo: RegExp;
}

export interface BrokenRunWatch {
  readonly expectFailed: (run: Run, expected: Expected) => Promise<void>;
  /** Nothing of the run on Drive, in the spool, among the passfiles or the processes, and no plain text. */
  readonly expectNothingLeft: () => Promise<void>;
}

/** Remembers what is there before the run. */
export async function watchBrokenRun(world: EngineWorld, engine: RunningEngine): Promise<BrokenRunWatch> {
  const files = world.google.files().map((file) => file.id);
  const snapshots = await engine.client.snapshots.list({ jobId: null });
  const toldBefore = engine.notices.length;

  const expectNothingLeft = async (): Promise<void> => {
    const added = world.google.files().filter((file) => file.content !== null && !files.includes(file.id));
    expect(added.map((file) => file.name)).toEqual([]);
    expect(world.openSessions()).toEqual([]);
    expect(world.spool()).toEqual([]);
    expect(listTempFiles(world.dataDir)).toEqual([]);
    expect(findPlainText(world.dataDir)).toEqual([]);
    expect(listChildren('pg_dump')).toEqual([]);
    expect(await engine.client.snapshots.list({ jobId: null })).toEqual(snapshots);
  };

  return {
    expectNothingLeft,
    expectFailed: async (run, { code, retry, toDo }) => {
      expect(run).toMatchObject({ state: 'failed', snapshotId: null, error: { code, retry } });
      if (!run.error) return;
      const words = describeError(run.error);
      expect(words.toDo).toMatch(toDo);
      const raised = engine.notices.slice(toldBefore);
      // A disk that fills up is told of by itself, too.
      const told =
        code === 'spool/disk-full' ? raised.filter(({ title }) => !title.includes('disk is getting full')) : raised;
      expect(told).toEqual([
        expect.objectContaining({ urgency: 'critical', title: expect.stringContaining('failed') as string }),
      ]);
      expect(told[0]?.body).toContain(words.toDo);
      await expectNothingLeft();
    },
  };
}

/** Passfiles, while a program of PostgreSQL runs. */
export function listTempFiles(dataDir: string): string[] {
  const folder = path.join(dataDir, 'temp');
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Files of the data folder with rows of the database in plain text. */
export function findPlainText(dataDir: string): string[] {
  try {
    return execFileSync('grep', ['-rlaF', plainMarker, dataDir], { encoding: 'utf8' }).split('\n').filter(Boolean);
  } catch (error) {
    // grep's answer for "nowhere".
    if (error instanceof Error && 'status' in error && error.status === 1) return [];
    throw error;
  }
}

/** Ids of this process's children that run the program of this name. */
export function listChildren(program: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((id) => {
      try {
        const [, name, rest = ''] = /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${id}/stat`, 'utf8')) ?? [];
        return name === program && Number(rest) === process.pid ? [Number(id)] : [];
      } catch {
        // It has just ended.
        return [];
      }
    });
}
