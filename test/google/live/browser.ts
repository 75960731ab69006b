// How the person comes to Google's page: the system's browser, or the address alone, or (for the local Google, which can
// answer by itself) a request.
import { spawn } from 'node:child_process';
import type { BrowserOpener, GoogleEndpoints } from '../../../electron/engine/base/ports.ts';

export type BrowserWay = 'open' | 'print' | 'fetch';

export function createBrowser(way: BrowserWay, endpoints: GoogleEndpoints, say: (line: string) => void): BrowserOpener {
  if (way === 'fetch') return { open: (url) => fetchPage(url, endpoints) };
  return {
    open: (url) => {
      say(`Google's page:\n${url}`);
      if (way === 'open') openPage(url);
      return Promise.resolve();
    },
  };
}

/** Where no browser starts, the address that was printed is the way. */
function openPage(url: string): void {
  const commands: Partial<Record<NodeJS.Platform, readonly string[]>> = {
    darwin: ['open', url],
    win32: ['rundll32', 'url.dll,FileProtocolHandler', url],
  };
  const [command = 'xdg-open', ...args] = commands[process.platform] ?? ['xdg-open', url];
  spawn(command, args, { stdio: 'ignore', detached: true })
    .once('error', () => undefined)
    .unref();
}

/** Throws when the page does not send back at once. */
async function fetchPage(url: string, endpoints: GoogleEndpoints): Promise<void> {
  if (new URL(endpoints.authUrl).hostname !== '127.0.0.1') throw new Error('--browser fetch is for the local Google');
  const page = await fetch(url, { redirect: 'manual' });
  const back = page.headers.get('location');
  if (back === null) throw new Error(`the page was not left: ${String(page.status)}`);
  // The loopback answers when the sign-in is over, which waits for this.
  void fetch(back).catch(() => undefined);
}
