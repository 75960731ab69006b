// Which page is shown, kept in the address after the `#`, so that going back works and a reload stays.
import { useSyncExternalStore } from 'react';

export const pageNames = ['overview', 'jobs', 'runs', 'snapshots', 'restore', 'settings', 'activity'] as const;
export type PageName = (typeof pageNames)[number];

export interface Route {
  readonly page: PageName;
  /** Ids and choices of the page, e.g. `run`, `job`, `snapshot`, `tab`. */
  readonly params: Readonly<Record<string, string>>;
}

/** `#/runs?run=5` -> the runs page with run 5 open. Anything unknown is the overview. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const page = pageNames.find((name) => name === path) ?? 'overview';
  return { page, params: Object.fromEntries(new URLSearchParams(query)) };
}

export function toHash(page: PageName, params: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(params).toString();
  return `#/${page}${query === '' ? '' : `?${query}`}`;
}

export function goTo(page: PageName, params: Readonly<Record<string, string>> = {}): void {
  window.location.hash = toHash(page, params);
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => {
    window.removeEventListener('hashchange', listener);
  };
}

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, () => window.location.hash));
}
