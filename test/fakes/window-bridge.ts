// The window's double of everything behind the bridge, for pages in a plain browser. Its handlers are typed by the
// contract and go through the contract's own checks, so a change of the contract breaks it at compile time.
import '../../renderer/strict-csp.ts';
import type { AppError } from '../../shared/errors.ts';
import { contract, type PgKeepEmit } from '../../shared/ipc/contract.ts';
import { createDispatch, createEmit, findMember, type Transport } from '../../shared/ipc/define.ts';
import { createWorld, type Scenario, type World } from './window-bridge-data.ts';
import { createEngineHandlers, createShellHandlers } from './window-bridge-handlers.ts';

/** What a test can do from outside the page's own buttons. */
export interface BridgeControls {
  readonly emit: PgKeepEmit;
  readonly world: World;
  /** Names of all calls so far, in their order. */
  readonly calls: readonly string[];
  /** The next call of this name fails with the error. */
  readonly failNext: (name: string, error: AppError) => void;
}

export function createWindowBridge(scenario: Scenario): Transport & { readonly controls: BridgeControls } {
  const world = createWorld(scenario, Date.now());
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  const emit = createEmit(contract, (name, payload) => {
    for (const listener of listeners.get(name) ?? []) listener(structuredClone(payload));
  });
  const engine = createDispatch(contract, 'engine', createEngineHandlers(world, emit));
  const shell = createDispatch(contract, 'shell', createShellHandlers(world, emit));
  const calls: string[] = [];
  const faults = new Map<string, AppError>();
  return {
    invoke: async (name, input) => {
      calls.push(name);
      const fault = faults.get(name);
      faults.delete(name);
      if (fault) {
        const { code, message, retry, context } = fault;
        return { ok: false, error: { code, message, retry, context: { ...context } } };
      }
      const def = findMember(contract, name);
      if (def?.kind === 'call' && def.access === 'shell') throw new Error(`${name} is not for the window`);
      const dispatch = def?.owner === 'shell' ? shell : engine;
      return structuredClone(await dispatch(name, structuredClone(input)));
    },
    subscribe: (name, listener) => {
      if (findMember(contract, name)?.kind !== 'event') throw new Error(`no event ${name}`);
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener));
      return () => set.delete(listener);
    },
    controls: { emit, world, calls, failNext: (name, error) => faults.set(name, error) },
  };
}
