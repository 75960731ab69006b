// The page's bridge: one way to ask and one to listen, by name. Checks only the shape of a name; what a page may call
// is decided by the router in the main process.
import { contextBridge, ipcRenderer } from 'electron';
import type { Reply, Transport, Undo } from '../shared/ipc/define.ts';

type Listener = (payload: unknown) => void;

/** `group.member` of the contract. */
const namePattern = /^[a-z]{1,40}\.[A-Za-z]{1,40}$/;

const listeners = new Map<string, Set<Listener>>();

ipcRenderer.on('event', (_event, name: string, payload: unknown) => {
  // A copy: a listener may undo itself or others while it is told.
  for (const listener of [...(listeners.get(name) ?? [])]) listener(payload);
});

const bridge: Transport = {
  invoke: async (name, input) => {
    requireName(name);
    return (await ipcRenderer.invoke('call', name, input)) as Reply;
  },
  subscribe: (name, listener): Undo => {
    requireName(name);
    // Of its own, so that the same function subscribed twice has two undos.
    const entry: Listener = (payload) => {
      listener(payload);
    };
    const all = listeners.get(name) ?? new Set();
    listeners.set(name, all.add(entry));
    return () => {
      all.delete(entry);
    };
  },
};

function requireName(name: unknown): void {
  if (typeof name !== 'string' || !namePattern.test(name)) throw new Error('not a name of the contract');
}

contextBridge.exposeInMainWorld('bridge', bridge);
