// Decides where a call from the page goes. Pure: ipc-router.ts has checked who is asking, the owner checks the input.
import { AppError, toWireError } from '../../shared/errors.ts';
import type { Contract, Dispatch, EventDef, Reply } from '../../shared/ipc/define.ts';
import { findMember } from '../../shared/ipc/define.ts';

export interface CallOwners {
  readonly engine: Dispatch;
  readonly shell: Dispatch;
}

/** Refuses unknown names, events and calls that are for the shell alone; hands the rest to its owner. */
export function createRouteCall(
  contract: Contract,
  owners: CallOwners,
): (name: unknown, input: unknown) => Promise<Reply> {
  return async (name, input) => {
    if (typeof name !== 'string') return refuse('a call without a name');
    const def = findMember(contract, name);
    if (def?.kind !== 'call' || def.access !== 'window') return refuse(`the page may not call ${name.slice(0, 80)}`);
    return owners[def.owner](name, input);
  };
}

/** The engine's event behind `name`; null for everything that the engine may not send. */
export function findEngineEvent(contract: Contract, name: string): EventDef | null {
  const def = findMember(contract, name);
  return def?.kind === 'event' && def.owner === 'engine' ? def : null;
}

function refuse(message: string): Reply {
  return {
    ok: false,
    error: toWireError(new AppError('input/invalid', message, { context: { field: 'name', problem: message } })),
  };
}
