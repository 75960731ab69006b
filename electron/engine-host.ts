// The engine's own process (Electron's utilityProcess): takes the start message, hosts the engine behind the link to the
// shell, drains on `stop`.
import './engine/base/lean-heap.ts';
import { toWireError } from '../shared/errors.ts';
import { fromReply } from '../shared/ipc/define.ts';
import { systemClock } from './engine/base/clock.ts';
import { systemCalendar } from './engine/base/system-calendar.ts';
import { readConfig, toPaths } from './engine/base/config.ts';
import { createLog } from './engine/base/log.ts';
import {
  createLink,
  shellMessageSchema,
  type EngineStartOptions,
  type HostMessage,
  type MessageLink,
} from './engine/base/message-link.ts';
import type { SecretVault } from './engine/base/ports.ts';
import { createEngine, type Engine } from './engine/engine.ts';

/** Electron's parent port in a utility process: https://www.electronjs.org/docs/latest/api/parent-port */
interface ParentPort {
  readonly postMessage: (message: unknown) => void;
  readonly on: (event: 'message', listener: (event: { readonly data: unknown }) => void) => void;
}

const parentPort = (process as unknown as { readonly parentPort: ParentPort }).parentPort;

const log = createLog((level, message) => {
  process.stderr.write(`${new Date().toISOString()} ${level} ${message}\n`);
});

let engine: Engine | null = null;

const link: MessageLink = createLink(
  {
    post: (message) => {
      parentPort.postMessage(message);
    },
    onMessage: (listener) => {
      parentPort.on('message', (event) => {
        listener(event.data);
      });
    },
  },
  {
    answer: async (name, input) => {
      if (!engine) return { ok: false, error: toWireError(new Error('the engine has not started')) };
      return engine.dispatch(name, input);
    },
    onEvent: () => undefined,
  },
);

parentPort.on('message', ({ data }) => {
  const parsed = shellMessageSchema.safeParse(data);
  if (!parsed.success) return;
  if (parsed.data.kind === 'stop') void stop();
  else void start(parsed.data.options);
});

async function start(options: EngineStartOptions): Promise<void> {
  try {
    const paths = toPaths(options.dataDir);
    engine = createEngine({
      paths,
      config: readConfig(paths),
      clock: systemClock,
      calendar: systemCalendar,
      vault: createLinkVault(link),
      browser: {
        open: (url) => {
          link.emit('account.browserWanted', { url });
          return Promise.resolve();
        },
      },
      log,
      productVersion: options.productVersion,
      way: 'window',
      nativeBinding: options.betterSqlite3Binding,
      post: link.emit,
    });
    await engine.start({ resumeRuns: true, schedule: true });
    tell({ kind: 'ready' });
  } catch (error) {
    log.error(`start: ${toWireError(error).message}`);
    tell({ kind: 'failed', error: toWireError(error) });
  }
}

async function stop(): Promise<void> {
  try {
    await engine?.stop();
  } catch (error) {
    log.error(`stop: ${toWireError(error).message}`);
  }
  process.exit(0);
}

function tell(message: HostMessage): void {
  parentPort.postMessage(message);
}

/** The system's key store belongs to the shell; the engine asks for each secret when it needs it. */
function createLinkVault({ invoke }: MessageLink): SecretVault {
  return {
    read: async (name) => {
      const value = fromReply(await invoke('vault.read', { name }));
      return typeof value === 'string' ? value : null;
    },
    write: async (name, value) => {
      fromReply(await invoke('vault.write', { name, value }));
    },
    remove: async (name) => {
      fromReply(await invoke('vault.remove', { name }));
    },
  };
}
