// One run by its id: live from the facts while it is among the newest, asked for otherwise.
import { useEffect, useState } from 'react';
import type { Run } from '../../shared/run.ts';
import { api } from '../api.ts';
import { useFacts } from './use-app.ts';

/** Null while it is on its way, and for an unknown one. */
export function useRun(id: string | null): Run | null {
  const { runs } = useFacts();
  const [asked, setAsked] = useState<Run | null>(null);
  const live = runs.find((run) => run.id === id) ?? null;
  const isMissing = id !== null && live === null;
  useEffect(() => {
    if (!isMissing) return undefined;
    let isCurrent = true;
    api.runs.get({ id }).then(
      (run) => {
        if (isCurrent) setAsked(run);
      },
      () => {
        if (isCurrent) setAsked(null);
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [id, isMissing]);
  return live ?? (asked?.id === id ? asked : null);
}
