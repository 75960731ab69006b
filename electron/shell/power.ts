// Keeps the machine from falling asleep while a run is active, and tells when it woke up.
import { powerMonitor, powerSaveBlocker } from 'electron';

export interface Power {
  /** True from the first active run to the last. The screen may still go dark. */
  readonly setBusy: (busy: boolean) => void;
  readonly stop: () => void;
}

export function createPower(onResume: () => void): Power {
  let blocker: number | null = null;
  const setBusy = (busy: boolean): void => {
    if (busy && blocker === null) {
      blocker = powerSaveBlocker.start('prevent-app-suspension');
    } else if (!busy && blocker !== null) {
      powerSaveBlocker.stop(blocker);
      blocker = null;
    }
  };
  powerMonitor.on('resume', onResume);
  return {
    setBusy,
    stop: () => {
      powerMonitor.off('resume', onResume);
      setBusy(false);
    },
  };
}
