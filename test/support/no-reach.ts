// For work that has its dump already and asks no server.
import type { Reach } from '../../electron/engine/reach/reach.ts';

function refuse(): Promise<never> {
  return Promise.reject(new Error('this test has no server'));
}

export const noReach: Reach = { open: refuse, openAddress: refuse };
