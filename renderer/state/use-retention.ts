// What the rules say, asked anew when rules or snapshots change: a preview for a form, and the history of what was removed.
import { useCallback, useEffect, useState } from 'react';
import { toWireError, type WireError } from '../../shared/errors.ts';
import type { RemovedSnapshot, Retention, RetentionPreview } from '../../shared/retention.ts';
import type { Schedule } from '../../shared/schedule.ts';
import { api } from '../api.ts';
import { useFacts } from './use-app.ts';

/** Typing a number must not ask for each digit. */
const quietMs = 200;

export interface PreviewWish {
  readonly jobId: string;
  /** Null: the job's own, and its own schedule. */
  readonly retention: Retention | null;
  readonly schedule: Schedule | null;
}

export interface PreviewAnswer {
  /** Null until the first answer. */
  readonly preview: RetentionPreview | null;
  readonly error: WireError | null;
}

export function useRetentionPreview(wish: PreviewWish): PreviewAnswer {
  const { snapshots } = useFacts();
  const [answer, setAnswer] = useState<PreviewAnswer>({ preview: null, error: null });
  // The wish as text: a form makes a new object at each change of anything.
  const asked = JSON.stringify(wish);
  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(() => {
      api.retention.preview(JSON.parse(asked) as PreviewWish).then(
        (preview) => {
          if (isCurrent) setAnswer({ preview, error: null });
        },
        (thrown: unknown) => {
          if (isCurrent) setAnswer((last) => ({ ...last, error: toWireError(thrown) }));
        },
      );
    }, quietMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [asked, snapshots]);
  return answer;
}

export interface RemovedList {
  readonly rows: readonly RemovedSnapshot[];
  readonly error: WireError | null;
  readonly reload: () => void;
}

const removedRows = 200;

/** Removed last first; of one job, or of all. */
export function useRemoved(jobId: string | null): RemovedList {
  const [rows, setRows] = useState<readonly RemovedSnapshot[]>([]);
  const [error, setError] = useState<WireError | null>(null);
  const [turn, setTurn] = useState(0);
  const { snapshots } = useFacts();
  const reload = useCallback(() => {
    setTurn((count) => count + 1);
  }, []);
  useEffect(() => api.retention.onRemoved(reload), [reload]);
  useEffect(() => {
    let isCurrent = true;
    api.retention.listRemoved({ jobId, limit: removedRows }).then(
      (found) => {
        if (!isCurrent) return;
        setRows(found);
        setError(null);
      },
      (thrown: unknown) => {
        if (isCurrent) setError(toWireError(thrown));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [jobId, turn, snapshots.length]);
  return { rows, error, reload };
}
