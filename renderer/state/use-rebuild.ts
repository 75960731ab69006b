// Getting the list back from Drive: how far it is, and what came of it.
import { useEffect, useState } from 'react';
import type { CatalogProgress, RebuildReport } from '../../shared/catalog.ts';
import { api } from '../api.ts';
import { useAction, type Action } from './use-action.ts';
import { useStore } from './use-app.ts';

export interface Rebuild extends Action<[]> {
  /** Of the newest one; null before. */
  readonly report: RebuildReport | null;
  readonly progress: CatalogProgress | null;
}

export function useRebuild(): Rebuild {
  const store = useStore();
  const [report, setReport] = useState<RebuildReport | null>(null);
  const [progress, setProgress] = useState<CatalogProgress | null>(null);
  useEffect(() => api.catalog.onProgressed(setProgress), []);
  const action = useAction(async () => {
    setReport(null);
    setProgress(null);
    setReport(await api.catalog.rebuild(undefined));
    await store.reload();
  });
  return { ...action, report, progress };
}
