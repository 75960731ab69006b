// Answers the engine's reverse calls with a vault. The names and shapes are message-link.ts's.
import { vaultInputSchemas, type VaultCall } from '../engine/base/message-link.ts';
import type { SecretVault } from '../engine/base/ports.ts';
import { AppError, toWireError } from '../../shared/errors.ts';
import type { Dispatch } from '../../shared/ipc/define.ts';

export function createVaultCalls(vault: SecretVault): Dispatch {
  const table: Record<VaultCall, (input: unknown) => Promise<string | null>> = {
    'vault.read': (input) => vault.read(vaultInputSchemas['vault.read'].parse(input).name),
    'vault.write': async (input) => {
      const { name, value } = vaultInputSchemas['vault.write'].parse(input);
      await vault.write(name, value);
      return null;
    },
    'vault.remove': async (input) => {
      await vault.remove(vaultInputSchemas['vault.remove'].parse(input).name);
      return null;
    },
  };
  return async (name, input) => {
    try {
      if (!isVaultCall(name)) throw new AppError('internal/unexpected', `the shell has no call ${name}`);
      return { ok: true, value: await table[name](input) };
    } catch (error) {
      return { ok: false, error: toWireError(error) };
    }
  };
}

function isVaultCall(name: string): name is VaultCall {
  return Object.hasOwn(vaultInputSchemas, name);
}
