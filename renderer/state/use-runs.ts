// The pages of the history that are shown: the newest first, more by a button, and what changes meanwhile in its place.
import { useCallback, useEffect, useRef, useState } from 'react';
import { toWireError, type WireError } from '../../shared/errors.ts';
import { isRunActive, type Run } from '../../shared/run.ts';
import type { ListedRun, RunFilter, RunPage, RunPlace } from '../../shared/run-history.ts';
import { api } from '../api.ts';

const pageRuns = 50;

export interface RunList {
  /** Null until the first page is here. */
  readonly runs: readonly ListedRun[] | null;
  readonly hasMore: boolean;
  /** A page is on its way. */
  readonly busy: boolean;
  /** Up to when was looked, while a search goes on through a long history; null otherwise. */
  readonly lookedTo: string | null;
  readonly error: WireError | null;
  readonly showMore: () => void;
  readonly reload: () => void;
}

interface Shown {
  readonly runs: readonly ListedRun[] | null;
  readonly next: RunPlace | null;
  readonly busy: boolean;
  readonly error: WireError | null;
}

const nothing: Shown = { runs: null, next: null, busy: true, error: null };

/** `filter` must be the same value as long as it says the same. */
export function useRuns(filter: RunFilter): RunList {
  const [shown, setShown] = useState<Shown>(nothing);
  const [turn, setTurn] = useState(0);
  /** The newest load; what an older one answers is of another filter. */
  const newest = useRef(0);

  const load = useCallback(
    async (before: RunPlace | null, known: readonly ListedRun[]): Promise<void> => {
      newest.current += 1;
      const mine = newest.current;
      const runs = [...known];
      const enough = runs.length + pageRuns;
      try {
        let place = before;
        do {
          const page: RunPage = await api.runs.search({ ...filter, before: place, limit: enough - runs.length });
          if (mine !== newest.current) return;
          runs.push(...page.runs.filter(({ id }) => !runs.some((run) => run.id === id)));
          place = page.next;
          const busy = place !== null && runs.length < enough;
          setShown({ runs: [...runs], next: place, busy, error: null });
        } while (place !== null && runs.length < enough);
      } catch (thrown) {
        if (mine === newest.current) setShown((old) => ({ ...old, busy: false, error: toWireError(thrown) }));
      }
    },
    [filter],
  );

  useEffect(() => {
    setShown((old) => ({ ...old, busy: true }));
    void load(null, []);
    return () => {
      newest.current += 1;
    };
  }, [load, turn]);

  const reload = useCallback(() => {
    setTurn((count) => count + 1);
  }, []);
  useEffect(
    () =>
      api.runs.onChanged((run) => {
        // One that is over has a size, or another place among the filtered: asked for anew.
        if (!isRunActive(run) && matches(run, filter)) reload();
        setShown((old) => ({ ...old, runs: old.runs && follow(old.runs, run, filter) }));
      }),
    [filter, reload],
  );

  return {
    ...{ runs: shown.runs, busy: shown.busy, error: shown.error, reload },
    hasMore: shown.next !== null,
    lookedTo: shown.busy && shown.next !== null ? shown.next.createdAt : null,
    showMore: () => {
      setShown((old) => ({ ...old, busy: true }));
      void load(shown.next, shown.runs ?? []);
    },
  };
}

function matches(run: Run, { jobId, state, trigger, database, from, to }: RunFilter): boolean {
  return (
    (jobId === null || run.jobId === jobId) &&
    (state === null || run.state === state) &&
    (trigger === null || run.trigger === trigger) &&
    (database === null || run.database === database) &&
    (from === null || run.createdAt >= from) &&
    (to === null || run.createdAt < to)
  );
}

function follow(runs: readonly ListedRun[], run: Run, filter: RunFilter): readonly ListedRun[] {
  const place = runs.findIndex(({ id }) => id === run.id);
  if (place < 0) {
    const isNewer = runs.every(({ createdAt }) => createdAt <= run.createdAt);
    return isNewer && filter.text === '' && matches(run, filter) ? [{ ...run, storedBytes: null }, ...runs] : runs;
  }
  if (filter.state !== null && run.state !== filter.state) return runs.filter(({ id }) => id !== run.id);
  return runs.map((shown) => (shown.id === run.id ? { ...run, storedBytes: shown.storedBytes } : shown));
}
