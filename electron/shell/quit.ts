// Ends the program without losing a run by surprise: asks while one is active, drains the engine, then leaves.
import { app, dialog } from 'electron';
import type { MainWindow } from './window.ts';

export interface QuitOptions {
  readonly window: MainWindow;
  /** Names of the jobs whose runs are active now. */
  readonly listActiveRuns: () => readonly string[];
  /** Drains and ends what must not outlive the program; must not reject. */
  readonly drain: () => Promise<void>;
}

export interface Quit {
  /** A person wants to quit: asks first while a run is active. */
  readonly request: () => void;
  /** To be called when the active runs have changed: "finish first" waits for the last one. */
  readonly afterRunsChanged: () => void;
}

const answers = ['Finish first, then quit', 'Stop now, resume later', 'Cancel'] as const;

export function createQuit({ window, listActiveRuns, drain }: QuitOptions): Quit {
  let afterRuns = false;
  let asking = false;
  let drained: 'no' | 'under-way' | 'yes' = 'no';

  // Every way out comes by here: the tray, the session's end, SIGTERM.
  app.on('before-quit', (event) => {
    if (drained === 'yes') return;
    event.preventDefault();
    if (drained === 'under-way') return;
    drained = 'under-way';
    void drain().finally(() => {
      drained = 'yes';
      window.allowClose();
      app.quit();
    });
  });

  const ask = async (jobs: readonly string[]): Promise<void> => {
    const question = {
      type: 'question' as const,
      buttons: [...answers],
      defaultId: 0,
      cancelId: 2,
      noLink: true,
      title: 'Quit PgKeep',
      message: 'A backup is running',
      detail: `${jobs.join(', ')}. A dump that is whole goes on to Drive at the next start; one that is still being made ends, and leaves nothing behind.`,
    };
    const parent = window.getBrowserWindow();
    const { response } = await (parent?.isVisible()
      ? dialog.showMessageBox(parent, question)
      : dialog.showMessageBox(question));
    if (response === 0) afterRuns = true;
    if (response === 1 || (response === 0 && listActiveRuns().length === 0)) app.quit();
  };

  return {
    request: () => {
      const jobs = listActiveRuns();
      if (jobs.length === 0) {
        app.quit();
        return;
      }
      if (asking) return;
      asking = true;
      void ask(jobs).finally(() => {
        asking = false;
      });
    },
    afterRunsChanged: () => {
      if (afterRuns && listActiveRuns().length === 0) app.quit();
    },
  };
}
