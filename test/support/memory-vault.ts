// A vault for tests that need somewhere to put a secret and want to see what was put there.
import type { SecretVault } from '../../electron/engine/base/ports.ts';

export interface MemoryVault extends SecretVault {
  readonly secrets: ReadonlyMap<string, string>;
  /** Every value that was ever in it. */
  readonly everWritten: ReadonlySet<string>;
}

export function createMemoryVault(initial: Readonly<Record<string, string>> = {}): MemoryVault {
  const secrets = new Map(Object.entries(initial));
  const everWritten = new Set(secrets.values());
  return {
    secrets,
    everWritten,
    read: (name) => Promise.resolve(secrets.get(name) ?? null),
    write: (name, value) => {
      secrets.set(name, value);
      everWritten.add(value);
      return Promise.resolve();
    },
    remove: (name) => {
      secrets.delete(name);
      return Promise.resolve();
    },
  };
}
