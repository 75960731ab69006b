// The calls that only the shell can answer: versions, quit, links, the engine's state, and the dialogs for files.
import { app, dialog, shell, type BrowserWindow, type OpenDialogOptions, type SaveDialogOptions } from 'electron';
import path from 'node:path';
import type { ConnectionFileKind } from '../../shared/connection.ts';
import { AppError } from '../../shared/errors.ts';
import type { PgKeepClient, ShellHandlers } from '../../shared/ipc/contract.ts';
import type { EngineState } from './engine-process.ts';
import { findFile } from './paths.ts';

export interface ShellHandlersOptions {
  readonly productVersion: string;
  readonly docsDirs: readonly string[];
  readonly getWindow: () => BrowserWindow | null;
  readonly getEngineState: () => EngineState;
  readonly engine: Pick<
    PgKeepClient,
    'account' | 'audit' | 'connections' | 'jobs' | 'keys' | 'restores' | 'runs' | 'tools'
  >;
  readonly requestQuit: () => void;
  readonly startAtLogin: { readonly isOn: () => boolean; readonly set: (wanted: boolean) => Promise<boolean> };
}

/** Drive's own page of a folder; ids have letters, digits, `-` and `_`. */
const folderUrl = 'https://drive.google.com/drive/folders/';
/** While no backup has made the folder: whatever carries the product's name. */
const searchUrl = 'https://drive.google.com/drive/search?q=PgKeep%20type%3Afolder';

export function createShellHandlers(options: ShellHandlersOptions): ShellHandlers {
  return {
    app: {
      describe: () => ({
        version: options.productVersion,
        electron: process.versions.electron,
        node: process.versions.node,
      }),
      // Answered first: the page that asked is about to go.
      quit: () => {
        setImmediate(options.requestQuit);
      },
      getStartAtLogin: () => ({ enabled: options.startAtLogin.isOn() }),
      setStartAtLogin: async ({ enabled }) => ({ enabled: await options.startAtLogin.set(enabled) }),
      openLink: async ({ to }) => {
        if (to === 'drive-folder') await shell.openExternal(await findFolderUrl(options.engine));
        else await openDocument(to === 'restore-guide' ? 'restore.md' : 'google-setup.md', options.docsDirs);
      },
    },
    engine: {
      getState: () => options.getEngineState(),
    },
    account: {
      chooseClientFile: async () => {
        const chosen = await askForExistingFile(options.getWindow(), {
          title: 'OAuth client from Google’s console',
          filters: jsonFiles,
          properties: ['openFile'],
        });
        return chosen === null ? null : options.engine.account.useClientFile({ path: chosen });
      },
      chooseServiceAccountFile: async (wish) => {
        const chosen = await askForExistingFile(options.getWindow(), {
          title: 'Key of a service account',
          filters: jsonFiles,
          properties: ['openFile'],
        });
        return chosen === null ? null : options.engine.account.useServiceAccountFile({ ...wish, path: chosen });
      },
    },
    connections: {
      chooseFile: async ({ kind }) => {
        const chosen = await askForExistingFile(options.getWindow(), {
          title: fileTitles[kind],
          properties: ['openFile', 'showHiddenFiles'],
        });
        return chosen === null ? null : options.engine.connections.acceptFile({ kind, path: chosen });
      },
      chooseEnvFile: async () => {
        const chosen = await askForExistingFile(options.getWindow(), {
          title: 'Choose an .env file with a database address',
          properties: ['openFile', 'showHiddenFiles'],
        });
        return chosen === null ? null : options.engine.connections.readEnvFile({ path: chosen });
      },
    },
    tools: {
      chooseFolder: async () => {
        const chosen = await askForExistingFile(options.getWindow(), {
          title: 'Choose the folder with pg_dump and pg_restore',
          properties: ['openDirectory', 'showHiddenFiles'],
        });
        return chosen === null ? null : options.engine.tools.addFolder({ path: chosen });
      },
    },
    jobs: {
      chooseHook: async ({ kind }) => {
        const command = await askForExistingFile(options.getWindow(), {
          title: `Script to run ${kind} each backup`,
          properties: ['openFile', 'showHiddenFiles'],
        });
        return command === null ? null : options.engine.jobs.acceptHook({ way: 'file', command });
      },
    },
    keys: {
      saveKit: async () => {
        const chosen = await askForFile(options.getWindow(), {
          title: 'Save the recovery kit',
          defaultPath: path.join(app.getPath('documents'), 'PgKeep recovery kit.txt'),
          filters: [{ name: 'Text', extensions: ['txt'] }],
          properties: ['createDirectory', 'showOverwriteConfirmation'],
        });
        return chosen === null ? null : options.engine.keys.writeKit({ path: chosen });
      },
      openKit: async () => {
        const [chosen] = await askForFiles(options.getWindow(), {
          title: 'Open a recovery kit',
          defaultPath: app.getPath('documents'),
          properties: ['openFile'],
        });
        return chosen === undefined ? null : options.engine.keys.readKit({ path: chosen });
      },
    },
    audit: {
      export: async () => {
        const chosen = await askForFile(options.getWindow(), {
          title: 'Export the activity log',
          defaultPath: path.join(app.getPath('documents'), 'PgKeep activity.jsonl'),
          filters: [{ name: 'JSON lines', extensions: ['jsonl'] }],
          properties: ['createDirectory', 'showOverwriteConfirmation'],
        });
        return chosen === null ? null : options.engine.audit.writeFile({ path: chosen });
      },
    },
    runs: {
      export: async (filter) => {
        const chosen = await askForFile(options.getWindow(), {
          title: 'Export the runs as a table',
          defaultPath: path.join(app.getPath('documents'), 'PgKeep runs.csv'),
          filters: [{ name: 'CSV', extensions: ['csv'] }],
          properties: ['createDirectory', 'showOverwriteConfirmation'],
        });
        return chosen === null ? null : options.engine.runs.writeFile({ ...filter, path: chosen });
      },
      saveLog: async ({ id }) => {
        const chosen = await askForFile(options.getWindow(), {
          title: 'Save the log of the run',
          defaultPath: path.join(app.getPath('documents'), 'PgKeep run.log'),
          filters: [{ name: 'Text', extensions: ['log', 'txt'] }],
          properties: ['createDirectory', 'showOverwriteConfirmation'],
        });
        return chosen === null ? null : options.engine.runs.writeLog({ id, path: chosen });
      },
    },
    restores: {
      openFile: async () => {
        const paths = await askForFiles(options.getWindow(), {
          title: 'Choose a backup file (and its manifest, if you have it)',
          defaultPath: app.getPath('downloads'),
          filters: [
            { name: 'Backups of PgKeep', extensions: ['age'] },
            { name: 'All files', extensions: ['*'] },
          ],
          properties: ['openFile', 'multiSelections'],
        });
        return paths.length === 0 ? null : options.engine.restores.readFile({ paths });
      },
    },
  };
}

async function askForFile(window: BrowserWindow | null, options: SaveDialogOptions): Promise<string | null> {
  const answer = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options));
  return answer.canceled || answer.filePath === '' ? null : answer.filePath;
}

const fileTitles: Readonly<Record<ConnectionFileKind, string>> = {
  'root-cert': 'Certificate authority that the server’s certificate comes from',
  cert: 'Client certificate',
  key: 'Private key of the client certificate',
  crl: 'List of revoked certificates',
  'ssh-key': 'Private SSH key',
};

const jsonFiles = [{ name: 'JSON', extensions: ['json'] }];

async function askForExistingFile(window: BrowserWindow | null, options: OpenDialogOptions): Promise<string | null> {
  return (await askForFiles(window, options))[0] ?? null;
}

async function askForFiles(window: BrowserWindow | null, options: OpenDialogOptions): Promise<string[]> {
  const answer = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options));
  return answer.canceled ? [] : answer.filePaths;
}

async function findFolderUrl(engine: Pick<PgKeepClient, 'account'>): Promise<string> {
  const id = (await engine.account.get(undefined)).folder?.id ?? '';
  return /^[\w-]+$/.test(id) ? `${folderUrl}${id}` : searchUrl;
}

async function openDocument(name: string, dirs: readonly string[]): Promise<void> {
  const file = findFile(dirs, name);
  const problem = file ? await shell.openPath(file) : 'it is not part of this installation';
  if (problem !== '') {
    throw new AppError('input/not-found', `the guide ${name} cannot be opened: ${problem}`, {
      context: { what: 'guide' },
    });
  }
}
