// Keeps the machine from falling asleep while a run is active, and tells when it goes to sleep and wakes up.
import { powerMonitor, powerSaveBlocker } from 'electron';

export interface PowerListeners {
  readonly onSuspend: () => void;
  readonly onResume: () => void;
}

export interface Power {
  /** True: no sleep from now on. The screen may still go dark. */
  readonly keepAwake: (wanted: boolean) => void;
  readonly stop: () => void;
}

export function createPower({ onSuspend, onResume }: PowerListeners): Power {
  let blocker: number | null = null;
  const keepAwake = (wanted: boolean): void => {
    if (wanted && blocker === null) {
      blocker = powerSaveBlocker.start('prevent-app-suspension');
    } else if (!wanted && blocker !== null) {
      powerSaveBlocker.stop(blocker);
      blocker = null;
    }
  };
  powerMonitor.on('suspend', onSuspend);
  powerMonitor.on('resume', onResume);
  return {
    keepAwake,
    stop: () => {
      powerMonitor.off('suspend', onSuspend);
      powerMonitor.off('resume', onResume);
      keepAwake(false);
    },
  };
}
