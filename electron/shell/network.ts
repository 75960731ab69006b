// Tells when the machine has a network again. Electron has no event for it in the main process, so it is looked at.
import { net } from 'electron';

const everyMs = 10_000;

/** `onBack` is called when a look finds a network and the look before found none. */
export function watchNetwork(onBack: () => void): { readonly stop: () => void } {
  let wasOnline = net.isOnline();
  const timer = setInterval(() => {
    const isOnline = net.isOnline();
    if (isOnline && !wasOnline) onBack();
    wasOnline = isOnline;
  }, everyMs);
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}
