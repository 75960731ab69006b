// The system's key store as a cipher (Keychain, DPAPI, Secret Service, KWallet), by Electron's safeStorage. Refuses what
// safeStorage would take without a key store: a fixed password is no protection.
import { safeStorage } from 'electron';
import { AppError } from '../../shared/errors.ts';
import type { SecretCipher } from '../engine/base/vault-file.ts';

/**
 * Chromium marks what it encrypts on Linux: `v11` with a key from the key store, `v10` with a password that is in its
 * source (components/os_crypt, kObfuscationPrefixV10).
 */
const fixedPasswordMark = 'v10';

/** Electron 42 brought the asynchronous calls; the synchronous ones go away in 46. */
const isAsync = typeof (safeStorage as Partial<typeof safeStorage>).encryptStringAsync === 'function';

export const keyStoreCipher: SecretCipher = {
  scheme: 'safe-storage',
  encrypt: async (plainText) => {
    await requireKeyStore();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only call there is before Electron 42
    const data = isAsync ? await safeStorage.encryptStringAsync(plainText) : safeStorage.encryptString(plainText);
    if (isFixedPassword(data)) throw noKeyStore('basic_text');
    return data;
  },
  decrypt: async (data) => {
    await requireKeyStore();
    const bytes = Buffer.from(data);
    if (isFixedPassword(bytes)) throw new Error('not encrypted by a key store');
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only call there is before Electron 42
    return isAsync ? (await safeStorage.decryptStringAsync(bytes)).result : safeStorage.decryptString(bytes);
  },
};

function isFixedPassword(data: Buffer): boolean {
  return process.platform === 'linux' && data.subarray(0, 3).toString('latin1') === fixedPasswordMark;
}

async function requireKeyStore(): Promise<void> {
  const backend = process.platform === 'linux' ? safeStorage.getSelectedStorageBackend() : 'system';
  if (backend === 'basic_text' || backend === 'unknown') throw noKeyStore(backend);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only call there is before Electron 42
  const available = isAsync ? await safeStorage.isAsyncEncryptionAvailable() : safeStorage.isEncryptionAvailable();
  if (!available) throw noKeyStore(backend);
}

function noKeyStore(backend: string): AppError {
  const toDo = process.platform === 'linux' ? ': install or unlock a keyring (GNOME Keyring or KWallet)' : '';
  return new AppError('vault/unavailable', `the system's key store cannot be reached${toDo}`, { context: { backend } });
}
