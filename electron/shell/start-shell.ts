// Wires the shell's parts: engine process, vault, window, tray, notifications, power, quit. The one place that knows
// them all; each of them knows only what it is given here.
import { shell as desktop } from 'electron';
import path from 'node:path';
import { contract } from '../../shared/ipc/contract.ts';
import { createClient, createDispatch, createEmit } from '../../shared/ipc/define.ts';
import { toPlace, type Place } from '../../shared/place.ts';
import type { TrayModel } from '../../shared/tray-model.ts';
import type { Log } from '../engine/base/ports.ts';
import { createFileVault } from '../engine/base/vault-file.ts';
import { createEngineEvents } from './engine-events.ts';
import { EngineProcess, type EngineState } from './engine-process.ts';
import { startIpcRouter } from './ipc-router.ts';
import { createNotifier } from './notifier.ts';
import { findFile, readBetterSqlite3Binding, type ProgramFiles } from './paths.ts';
import { watchNetwork } from './network.ts';
import { createPower } from './power.ts';
import { createQuit } from './quit.ts';
import { createStartAtLogin } from './start-at-login.ts';
import { createShellHandlers } from './shell-handlers.ts';
import { createTrayActions } from './tray-actions.ts';
import { toWaitingTray } from './tray-menu.ts';
import { AppTray } from './tray.ts';
import { createVaultCalls } from './vault-calls.ts';
import { keyStoreCipher } from './vault.ts';
import { MainWindow } from './window.ts';

export interface ShellOptions {
  readonly dataDir: string;
  readonly files: ProgramFiles;
  readonly productVersion: string;
  readonly log: Log;
}

export interface Shell {
  readonly openWindow: (place?: Place) => void;
}

/** Starts everything; the app must be ready. Ends with the app. */
export function startShell({ dataDir, files, productVersion, log }: ShellOptions): Shell {
  const vault = createFileVault(path.join(dataDir, 'vault.json'), keyStoreCipher);
  const openWindow = (place?: Place): void => {
    window.open(place);
  };
  const notices = createNotifier(openWindow);
  const window = new MainWindow({
    preloadPath: files.preloadPath,
    rendererDir: files.rendererDir,
    iconPath: findFile(files.iconDirs, 'icon.png'),
    memoryFile: path.join(dataDir, 'window.json'),
    log,
    onFirstHide: () => {
      notices.send({
        title: 'PgKeep keeps running',
        body: 'It stays in the tray and goes on backing up. Start it again to open the window.',
        urgency: 'normal',
        open: toPlace('overview'),
      });
    },
  });
  const emitToPage = createEmit(contract, (name, payload) => {
    window.send(name, payload);
  });

  const drawTray = (model: TrayModel): void => {
    tray.draw(model);
    power.keepAwake(model.keepAwake);
    quit.afterRunsChanged();
  };
  const engine = new EngineProcess({
    hostPath: files.engineHostPath,
    start: { dataDir, productVersion, betterSqlite3Binding: readBetterSqlite3Binding(files.runtimeFile) },
    log,
    answer: createVaultCalls(vault),
    onEvent: createEngineEvents(
      contract,
      {
        openBrowser: (url) => {
          desktop.openExternal(url).catch((error: unknown) => {
            log.error(`the browser did not open: ${String(error)}`);
          });
        },
        notify: notices.send,
        drawTray,
        tellPage: (name, payload) => {
          window.send(name, payload);
        },
      },
      log,
    ),
    onState: (state) => {
      emitToPage('engine.stateChanged', state);
      showState(state);
    },
  });
  // The page has its own subscriptions; the shell only asks.
  const client = createClient(contract, { invoke: engine.invoke, subscribe: () => () => undefined });

  const refreshTray = (): void => {
    client.tray.get().then(drawTray, (error: unknown) => {
      log.warn(`the tray could not be refreshed: ${String(error)}`);
    });
  };
  const showState = ({ state, reason }: EngineState): void => {
    if (state === 'ready') refreshTray();
    else drawTray(toWaitingTray(state, reason));
  };

  const goOn = (): void => {
    if (engine.getState().state !== 'ready') return;
    refreshTray();
    client.runs.wake().catch((error: unknown) => {
      log.warn(`waiting runs were not taken up: ${String(error)}`);
    });
  };
  const noteSleep = (phase: 'suspend' | 'resume'): void => {
    if (engine.getState().state !== 'ready') return;
    client.schedule.noteSleep({ phase }).catch((error: unknown) => {
      log.warn(`the schedules were not told (${phase}): ${String(error)}`);
    });
  };
  const power = createPower({
    onSuspend: () => {
      noteSleep('suspend');
    },
    onResume: () => {
      noteSleep('resume');
      goOn();
    },
  });
  const network = watchNetwork(goOn);
  const quit = createQuit({
    window,
    listActiveRuns: () => tray.getModel()?.activeRuns ?? [],
    drain: async () => {
      await Promise.all([engine.stop(), window.remember()]);
      power.stop();
      network.stop();
      tray.destroy();
    },
  });
  const atLogin = createStartAtLogin(dataDir, log);
  const setStartAtLogin = async (wanted: boolean): Promise<boolean> => {
    try {
      await atLogin.set(wanted);
    } finally {
      tray.drawMenu();
      emitToPage('app.startAtLoginChanged', { enabled: atLogin.isOn() });
    }
    return atLogin.isOn();
  };
  const tray = new AppTray({
    iconDirs: files.iconDirs,
    startsAtLogin: atLogin.isOn,
    onAction: createTrayActions({
      ...{ engine: client, notices, setStartAtLogin, quit: quit.request },
      open: (page) => {
        openWindow(toPlace(page));
      },
    }),
    // Without the click's own arguments.
    onOpen: () => {
      openWindow();
    },
  });
  const handlers = createShellHandlers({
    productVersion,
    docsDirs: files.docsDirs,
    getWindow: () => window.getBrowserWindow(),
    getEngineState: () => engine.getState(),
    engine: client,
    requestQuit: quit.request,
    startAtLogin: { isOn: atLogin.isOn, set: setStartAtLogin },
  });
  startIpcRouter({
    contract,
    window,
    owners: { engine: engine.invoke, shell: createDispatch(contract, 'shell', handlers) },
  });
  engine.start();
  return { openWindow };
}
