// The one window: sandboxed, shows app://pgkeep/ and goes nowhere else, hides instead of closing, remembers its place.
import { BrowserWindow, screen, session, type WebContents } from 'electron';
import type { Place } from '../../shared/place.ts';
import type { Log } from '../engine/base/ports.ts';
import { isOwnUrl, pageUrl } from './page-origin.ts';
import { closeSession } from './page-session.ts';
import {
  chooseBounds,
  minimumSize,
  readWindowMemory,
  usualSize,
  writeWindowMemory,
  type WindowMemory,
} from './window-memory.ts';

/** Moves come in bursts; the memory is written once they are over. */
const rememberAfterMs = 500;

export interface MainWindowOptions {
  readonly preloadPath: string;
  readonly rendererDir: string;
  readonly iconPath: string | null;
  /** File of the window's memory. */
  readonly memoryFile: string;
  readonly log: Log;
  /** The window was closed for the first time ever: the program goes on in the tray. */
  readonly onFirstHide: () => void;
}

export class MainWindow {
  readonly #options: MainWindowOptions;
  #window: BrowserWindow | null = null;
  #mayClose = false;
  /** Where to go once the renderer listens. */
  #wanted: Place | null = null;
  #rememberTimer: NodeJS.Timeout | null = null;
  #memory: WindowMemory;
  #written: Promise<void> = Promise.resolve();

  constructor(options: MainWindowOptions) {
    this.#options = options;
    this.#memory = readWindowMemory(options.memoryFile);
    closeSession(session.defaultSession, options.rendererDir);
  }

  /** Shows the window, at `place` when given. */
  open(place?: Place): void {
    const window = this.#window ?? this.#create();
    if (place) {
      if (window.webContents.isLoadingMainFrame()) this.#wanted = place;
      else this.send('app.navigated', place);
    }
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  getBrowserWindow(): BrowserWindow | null {
    return this.#window;
  }

  /** True for our window's contents while they show our page. */
  owns(contents: WebContents): boolean {
    return this.#window?.webContents.id === contents.id;
  }

  send(name: string, payload: unknown): void {
    if (this.#window && !this.#window.isDestroyed()) this.#window.webContents.send('event', name, payload);
  }

  /** From now on closing closes: the program is about to end. */
  allowClose(): void {
    this.#mayClose = true;
  }

  #create(): BrowserWindow {
    const { preloadPath, iconPath, log } = this.#options;
    const memory = this.#memory;
    const screens = screen.getAllDisplays().map((display) => display.workArea);
    const window = new BrowserWindow({
      ...usualSize,
      ...(chooseBounds(memory.bounds, screens) ?? {}),
      minWidth: minimumSize.width,
      minHeight: minimumSize.height,
      title: 'PgKeep',
      ...(iconPath ? { icon: iconPath } : {}),
      show: false,
      autoHideMenuBar: true,
      webPreferences: {
        preload: preloadPath,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
      },
    });
    this.#window = window;
    if (memory.maximized) window.maximize();
    lockContents(window.webContents, log);
    window.webContents.on('did-finish-load', () => {
      const place = this.#wanted;
      this.#wanted = null;
      if (place) this.send('app.navigated', place);
    });
    // A page that crashed is of no use to anybody; its next opening starts a fresh one.
    window.webContents.on('render-process-gone', (_event, details) => {
      log.error(`the window's process ended: ${details.reason}`);
      this.#window = null;
      window.destroy();
    });
    const onMoved = (): void => {
      this.#rememberSoon();
    };
    window.on('resize', onMoved);
    window.on('move', onMoved);
    window.on('close', (event) => {
      if (this.#mayClose) return;
      event.preventDefault();
      window.hide();
      if (!this.#memory.toldAboutTray) this.#options.onFirstHide();
      this.#memory = { ...this.#memory, toldAboutTray: true };
      void this.remember();
    });
    window.on('closed', () => {
      this.#window = null;
    });
    window.loadURL(pageUrl).catch((error: unknown) => {
      log.error(`the page did not load: ${String(error)}`);
    });
    return window;
  }

  /** Writes down where the window is. To be awaited before the program ends. */
  remember(): Promise<void> {
    const window = this.#window;
    if (window && !window.isDestroyed()) {
      this.#memory = { ...this.#memory, bounds: window.getNormalBounds(), maximized: window.isMaximized() };
    }
    const { memoryFile, log } = this.#options;
    const memory = this.#memory;
    this.#written = this.#written
      .then(() => writeWindowMemory(memoryFile, memory))
      .catch((error: unknown) => {
        log.warn(`the window's place could not be kept: ${String(error)}`);
      });
    return this.#written;
  }

  #rememberSoon(): void {
    if (this.#rememberTimer) clearTimeout(this.#rememberTimer);
    this.#rememberTimer = setTimeout(() => void this.remember(), rememberAfterMs);
  }
}

/** No way out of the page: no other address, no new window, no embedded page. */
function lockContents(contents: WebContents, log: Log): void {
  const refuse = (event: { preventDefault: () => void; url: string }): void => {
    event.preventDefault();
    log.warn(`the page may not go to ${event.url.slice(0, 200)}`);
  };
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isOwnUrl(event.url)) refuse(event);
  });
  contents.on('will-redirect', refuse);
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
  contents.setWindowOpenHandler(({ url }) => {
    log.warn(`the page may not open ${url.slice(0, 200)}`);
    return { action: 'deny' };
  });
}
