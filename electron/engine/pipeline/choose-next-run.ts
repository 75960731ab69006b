// Which of the runs that are ready starts next: a pure decision. One dump at a time, no database twice, and a run that only
// uploads holds nobody up.

/** Runs at work at the same time. Each one but the dumping one only uploads, by turns. */
const mostActive = 4;

export interface QueuedRun {
  readonly id: string;
  /** Server and database: `db.example.com:5432/shop`. */
  readonly place: string;
  /** Its dump is whole already. */
  readonly dumped: boolean;
}

/** The first of `ready`, in order, that may start beside the `active` ones; null when none may. */
export function chooseNextRun(ready: readonly QueuedRun[], active: readonly QueuedRun[]): string | null {
  if (active.length >= mostActive) return null;
  const isDumping = active.some(({ dumped }) => !dumped);
  const places = new Set(active.map(({ place }) => place));
  const next = ready.find(({ place, dumped }) => !places.has(place) && (dumped || !isDumping));
  return next?.id ?? null;
}
