// One pattern for everything a button does: busy while it runs, its error as words where the person looks.
import { useCallback, useRef, useState } from 'react';
import { toWireError, type WireError } from '../../shared/errors.ts';

export interface Action<A extends readonly unknown[]> {
  readonly run: (...args: A) => void;
  readonly busy: boolean;
  readonly error: WireError | null;
  readonly clear: () => void;
}

/** A second press while busy does nothing. The newest error stays until the next run or `clear`. */
export function useAction<A extends readonly unknown[]>(act: (...args: A) => Promise<unknown>): Action<A> {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const active = useRef(false);
  const run = (...args: A): void => {
    if (active.current) return;
    active.current = true;
    setBusy(true);
    setError(null);
    act(...args)
      .catch((thrown: unknown) => {
        setError(toWireError(thrown));
      })
      .finally(() => {
        active.current = false;
        setBusy(false);
      });
  };
  const clear = useCallback(() => {
    setError(null);
  }, []);
  return { run, busy, error, clear };
}
