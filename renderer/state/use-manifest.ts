// A snapshot's manifest, downloaded when something shows it. Keeps nothing between two showings: the engine caches.
import { useEffect, useState } from 'react';
import { toWireError, type WireError } from '../../shared/errors.ts';
import type { Manifest } from '../../shared/snapshot.ts';
import { api } from '../api.ts';

export interface ManifestState {
  /** Null while it is on its way, and after an error. */
  readonly manifest: Manifest | null;
  readonly error: WireError | null;
  readonly reload: () => void;
}

interface Answer {
  readonly key: string;
  readonly manifest: Manifest | null;
  readonly error: WireError | null;
}

/** Null asks for nothing. */
export function useManifest(snapshotId: string | null): ManifestState {
  const [attempt, setAttempt] = useState(0);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const key = `${snapshotId ?? ''}/${String(attempt)}`;
  useEffect(() => {
    if (snapshotId === null) return undefined;
    let current = true;
    api.snapshots.getManifest({ id: snapshotId }).then(
      (manifest) => {
        if (current) setAnswer({ key, manifest, error: null });
      },
      (thrown: unknown) => {
        if (current) setAnswer({ key, manifest: null, error: toWireError(thrown) });
      },
    );
    return () => {
      current = false;
    };
  }, [snapshotId, key]);
  const fresh = answer?.key === key ? answer : null;
  const reload = (): void => {
    setAttempt(attempt + 1);
  };
  return { manifest: fresh?.manifest ?? null, error: fresh?.error ?? null, reload };
}
