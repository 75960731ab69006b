// A place in the window that a notification leads to: a page, and what is open there.
import { z } from 'zod';

export const placePages = ['overview', 'jobs', 'runs', 'snapshots', 'restore', 'settings', 'activity'] as const;

export const placeSchema = z.object({
  page: z.enum(placePages),
  /** As in the page's address, e.g. `run` or `tab`. */
  params: z.record(z.string(), z.string()),
});
export type Place = z.infer<typeof placeSchema>;

export function toPlace(page: Place['page'], params: Place['params'] = {}): Place {
  return { page, params };
}
