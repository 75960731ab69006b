// How components reach the state: the store from React's context, the facts once they are loaded, and the time.
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { AppState, Facts } from './app-state.ts';
import type { Store } from './store.ts';

export const StoreContext = createContext<Store | null>(null);
/** Only below the frame, which shows nothing else until the facts are there. */
export const FactsContext = createContext<Facts | null>(null);

export function useStore(): Store {
  const store = useContext(StoreContext);
  if (!store) throw new Error('no store above this component');
  return store;
}

export function useAppState(): AppState {
  const store = useStore();
  return useSyncExternalStore(store.subscribe, store.get);
}

export function useFacts(): Facts {
  const facts = useContext(FactsContext);
  if (!facts) throw new Error('no facts above this component');
  return facts;
}

/** The current time, renewed every `everyMs` milliseconds, for ages and running lengths. */
export function useNow(everyMs = 30_000): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(new Date());
    }, everyMs);
    return () => {
      clearInterval(timer);
    };
  }, [everyMs]);
  return now;
}
