// What one look at Google showed: the open point, what was seen, and which switch of the local Google it means.
import type { Switches } from '../options.ts';

/** The ten points that no source settles, and what else is seen on the way. */
export const openPoints = {
  1: 'access to files after revoking, and with another client of the project',
  2: 'when a used id is refused, and the id of a dead session',
  3: 'a dead session, DELETE of a session, chunks without Authorization, bytes below and above the offset',
  4: 'signing in without the client secret',
  5: 'the Picker with a loopback address',
  6: 'whether chunks cost quota',
  7: 'when the hashes appear',
  8: 'Retry-After',
  9: 'rights on a shared drive',
  10: 'the refusal at 750 GB a day',
  also: 'seen on the way',
} as const;

export type PointName = keyof typeof openPoints;

export interface Finding {
  readonly point: PointName;
  readonly seen: string;
  /** Null: it could not be settled this time. */
  readonly means: Partial<Switches> | null;
}

export function toLine({ point, seen, means }: Finding): string {
  const settings = Object.entries(means ?? {}).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${String(point).padStart(4)}  ${seen}  ->  ${means === null ? 'not settled' : settings.join(' ')}`;
}

/** All settings together, as `LocalGoogle.set` takes them. */
export function toSwitches(findings: readonly Finding[]): Partial<Switches> {
  return Object.assign({}, ...findings.map(({ means }) => means ?? {})) as Partial<Switches>;
}
