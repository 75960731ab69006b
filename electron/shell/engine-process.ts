// Keeps the engine's process alive: starts it, waits for its hand-shake, starts it again with a growing delay when it
// ends, and drains it at quit. Calls that the process cannot answer any more end with `engine/stopped`.
import { utilityProcess, type UtilityProcess } from 'electron';
import {
  createLink,
  engineStoppedError,
  hostMessageSchema,
  type EngineStartOptions,
  type HostMessage,
  type MessageLink,
  type ShellMessage,
} from '../engine/base/message-link.ts';
import type { Log } from '../engine/base/ports.ts';
import { fromWireError, toWireError, type AppError } from '../../shared/errors.ts';
import type { Dispatch, Reply } from '../../shared/ipc/define.ts';
import { planRestart } from './restart-delay.ts';

/** Opening the database may copy it first (migrations): generous, and still an end to waiting. */
const handshakeTimeoutMs = 60_000;

/** How long the engine may take to put its runs away at quit before it is killed; a run that is cut off is found again. */
const drainTimeoutMs = 15_000;

/** Between SIGTERM and SIGKILL. */
const killAfterMs = 2000;

export interface EngineState {
  readonly state: 'starting' | 'ready' | 'failed';
  /** Why it is not ready, for a person; null when there is nothing to say. */
  readonly reason: string | null;
}

export interface EngineProcessOptions {
  /** The bundled entry of the engine's process. */
  readonly hostPath: string;
  readonly start: EngineStartOptions;
  readonly log: Log;
  /** Answers the engine's reverse calls. */
  readonly answer: Dispatch;
  readonly onEvent: (name: string, payload: unknown) => void;
  readonly onState: (state: EngineState) => void;
}

/** One try: a process from fork to exit. */
interface Attempt {
  readonly child: UtilityProcess;
  readonly link: MessageLink;
  /** Resolves when the hand-shake is over: null when the engine is ready, else why it is not. */
  readonly handshake: Promise<AppError | null>;
  readonly exited: Promise<void>;
}

export class EngineProcess {
  readonly #options: EngineProcessOptions;
  #state: EngineState = { state: 'starting', reason: null };
  #attempt: Attempt | null = null;
  #failures = 0;
  #restartTimer: NodeJS.Timeout | null = null;
  /** The host's own refusal to start; says more than `engine/stopped` does. */
  #refusal: AppError | null = null;
  #stopping: Promise<void> | null = null;

  constructor(options: EngineProcessOptions) {
    this.#options = options;
  }

  getState(): EngineState {
    return this.#state;
  }

  /** Null while no process runs. */
  getPid(): number | null {
    return this.#attempt?.child.pid ?? null;
  }

  start(): void {
    if (this.#stopping || this.#attempt) return;
    this.#setState({ state: 'starting', reason: null });
    this.#attempt = this.#fork();
  }

  /** Asks the engine. Waits for a start that is under way; never rejects. */
  invoke: Dispatch = async (name, input): Promise<Reply> => {
    const attempt = this.#attempt;
    const refused = attempt
      ? await attempt.handshake
      : (this.#refusal ?? engineStoppedError('the engine is not running'));
    if (!attempt || refused) return { ok: false, error: toWireError(refused) };
    return attempt.link.invoke(name, input);
  };

  /** Drains the engine and ends its process, by force when it does not. Resolves when no process is left. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    if (this.#restartTimer) clearTimeout(this.#restartTimer);
    const attempt = this.#attempt;
    if (!attempt) return;
    attempt.child.postMessage({ kind: 'stop' } satisfies ShellMessage);
    if (await endsWithin(attempt.exited, drainTimeoutMs)) return;
    this.#options.log.warn(`the engine did not drain within ${String(drainTimeoutMs / 1000)} s and is ended`);
    await endByForce(attempt);
  }

  #fork(): Attempt {
    const { log } = this.#options;
    const child = utilityProcess.fork(this.#options.hostPath, [], { serviceName: 'PgKeep engine', stdio: 'inherit' });
    const link = createLink(
      {
        post: (message) => {
          child.postMessage(message);
        },
        onMessage: (listener) => {
          child.on('message', listener);
        },
      },
      { answer: this.#options.answer, onEvent: this.#options.onEvent },
    );
    let readyAt: number | null = null;
    const exited = new Promise<void>((resolve) => {
      child.once('exit', (code) => {
        link.close(engineStoppedError(`the engine ended (exit code ${String(code)})`));
        resolve();
        this.#afterExit(code, readyAt);
      });
    });
    const handshake = waitForHandshake(child, exited).then((refused) => {
      if (refused) {
        this.#refusal = refused;
        log.error(`the engine did not start: ${refused.code}: ${refused.message}`);
        endByForce({ child, exited }).catch(() => undefined);
      } else {
        readyAt = performance.now();
        this.#refusal = null;
        log.info('the engine is ready');
        this.#setState({ state: 'ready', reason: null });
      }
      return refused;
    });
    child.once('spawn', () => {
      child.postMessage({ kind: 'start', options: this.#options.start } satisfies ShellMessage);
    });
    return { child, link, handshake, exited };
  }

  #afterExit(code: number, readyAt: number | null): void {
    this.#attempt = null;
    if (this.#stopping) return;
    const plan = planRestart(this.#failures, readyAt === null ? null : performance.now() - readyAt);
    this.#failures = plan.failures;
    const seconds = String(plan.delayMs / 1000);
    const reason = this.#refusal?.message ?? `The engine ended unexpectedly (exit code ${String(code)}).`;
    this.#options.log.error(`the engine ended with exit code ${String(code)}; next start in ${seconds} s`);
    this.#setState({ state: 'failed', reason });
    this.#restartTimer = setTimeout(() => {
      this.start();
    }, plan.delayMs);
  }

  #setState(state: EngineState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}

/** Resolves with null on `ready`, with the reason on `failed`, on exit and when the time is over. */
function waitForHandshake(child: UtilityProcess, exited: Promise<void>): Promise<AppError | null> {
  return new Promise((resolve) => {
    const finish = (result: AppError | null): void => {
      clearTimeout(timer);
      child.off('message', onMessage);
      resolve(result);
    };
    const onMessage = (raw: unknown): void => {
      const parsed = hostMessageSchema.safeParse(raw);
      if (parsed.success) finish(toRefusal(parsed.data));
    };
    const timer = setTimeout(() => {
      finish(engineStoppedError(`the engine was not ready within ${String(handshakeTimeoutMs / 1000)} s`));
    }, handshakeTimeoutMs);
    child.on('message', onMessage);
    void exited.then(() => {
      finish(engineStoppedError('the engine ended while it started'));
    });
  });
}

function toRefusal(message: HostMessage): AppError | null {
  return message.kind === 'ready' ? null : fromWireError(message.error);
}

async function endByForce({ child, exited }: Pick<Attempt, 'child' | 'exited'>): Promise<void> {
  const pid = child.pid;
  child.kill();
  if ((await endsWithin(exited, killAfterMs)) || pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended in this very moment.
  }
  await exited;
}

async function endsWithin(exited: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, ms);
  });
  const ended = await Promise.race([exited.then(() => true), late]);
  clearTimeout(timer);
  return ended;
}
