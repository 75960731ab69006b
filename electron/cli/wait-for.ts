// Waits until a restore has settled, telling its progress; Ctrl-C cancels it.
import { formatPercent } from '../../shared/format.ts';
import type { PgKeepClient } from '../../shared/ipc/contract.ts';
import type { Restore } from '../../shared/restore.ts';
import type { Output } from './output.ts';

export async function waitForRestore(client: PgKeepClient, output: Output, started: Restore): Promise<Restore> {
  const undoInterrupt = onInterrupt(() => client.restores.cancel({ id: started.id }));
  try {
    return await new Promise<Restore>((resolve, reject) => {
      const look = (restore: Restore): void => {
        if (restore.id !== started.id) return;
        if (restore.state !== 'running') {
          undo();
          resolve(restore);
          return;
        }
        const { stage, progress } = restore;
        const percent = progress ? ` ${formatPercent(progress.doneBytes, progress.totalBytes)}` : '';
        output.progress({ restore: restore.id, stage, progress }, `${restore.kind} ${stage ?? ''}${percent}`);
      };
      const undo = client.restores.onChanged(look);
      void client.restores.list({ limit: 5 }).then((restores) => {
        const now = restores.find((restore) => restore.id === started.id);
        if (now) look(now);
      }, reject);
    });
  } finally {
    undoInterrupt();
  }
}

export function onInterrupt(cancel: () => Promise<unknown>): () => void {
  const listener = (): void => {
    cancel().catch(() => undefined);
  };
  process.once('SIGINT', listener);
  return () => process.removeListener('SIGINT', listener);
}
