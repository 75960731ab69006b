// The pages of the audit log that are shown: the newest first, more by a button, anew when the filter changes or an act comes.
import { useCallback, useEffect, useState } from 'react';
import type { AuditEntry, AuditGroup } from '../../shared/audit.ts';
import { toWireError, type WireError } from '../../shared/errors.ts';
import { api } from '../api.ts';

const pageRows = 50;

export interface AuditList {
  /** Null until the first page is here. */
  readonly entries: readonly AuditEntry[] | null;
  readonly hasMore: boolean;
  readonly error: WireError | null;
  readonly showMore: () => void;
  readonly reload: () => void;
}

export function useAudit(group: AuditGroup | null, search: string): AuditList {
  const [entries, setEntries] = useState<readonly AuditEntry[] | null>(null);
  const [hasMore, setHasMore] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => {
    setTurn((count) => count + 1);
  }, []);
  useEffect(() => api.audit.onAppended(reload), [reload]);
  useEffect(() => {
    let isCurrent = true;
    api.audit.list({ group, search, before: null, limit: pageRows }).then(
      (page) => {
        if (!isCurrent) return;
        setEntries(page);
        setHasMore(page.length === pageRows);
        setError(null);
      },
      (thrown: unknown) => {
        if (isCurrent) setError(toWireError(thrown));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [group, search, turn]);
  const showMore = (): void => {
    const before = entries?.at(-1)?.seq ?? null;
    api.audit.list({ group, search, before, limit: pageRows }).then(
      (page) => {
        setEntries((shown) => [
          ...(shown ?? []),
          ...page.filter((entry) => !shown?.some(({ seq }) => seq === entry.seq)),
        ]);
        setHasMore(page.length === pageRows);
      },
      (thrown: unknown) => {
        setError(toWireError(thrown));
      },
    );
  };
  return { entries, hasMore, error, showMore, reload };
}
