// One window a test: opened by the test, closed after it, and by then nothing of the page may have complained.
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { Scenario } from '../../fakes/window-bridge-data.ts';
import { readViolations, startWindowHost, type OpenOptions, type OpenWindow, type WindowHost } from './open-window.ts';

/** For the body of a `describe`: sets up the browser for all of its tests. */
export function useWindow(chromium: string | null): (scenario: Scenario, options?: OpenOptions) => Promise<Page> {
  let host: WindowHost;
  let opened: OpenWindow | null = null;
  beforeAll(async () => {
    host = await startWindowHost(chromium ?? '');
  }, 90_000);
  afterAll(async () => {
    await host.stop();
  });
  afterEach(async () => {
    if (!opened) return;
    expect(opened.complaints).toEqual([]);
    expect(await readViolations(opened.page)).toEqual([]);
    await opened.close();
    opened = null;
  });
  return async (scenario, options) => {
    opened = await host.open(scenario, options);
    return opened.page;
  };
}
