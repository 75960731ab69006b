// The vault's file: named secrets, each as its cipher left it. Reads and writes it whole; the cipher comes from outside.
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { writeFileAtomic } from './atomic-file.ts';
import type { SecretVault } from './ports.ts';

/** How secrets rest in the file. Both functions throw `vault/unavailable` when the key store cannot be reached. */
export interface SecretCipher {
  /** Written beside each entry; entries of another scheme stay as they are. */
  readonly scheme: 'safe-storage' | 'owner-only-file';
  readonly encrypt: (plainText: string) => Promise<Uint8Array>;
  readonly decrypt: (data: Uint8Array) => Promise<string>;
}

/**
 * For a machine without a desktop's key store: the file's mode (600) is the protection, as with libpq's passfile.
 * https://www.postgresql.org/docs/current/libpq-pgpass.html
 */
export const ownerOnlyCipher: SecretCipher = {
  scheme: 'owner-only-file',
  encrypt: (plainText) => Promise.resolve(Buffer.from(plainText, 'utf8')),
  decrypt: (data) => Promise.resolve(Buffer.from(data).toString('utf8')),
};

const vaultFileSchema = z.object({
  version: z.literal(1),
  entries: z.record(z.string(), z.looseObject({ scheme: z.string(), data: z.string() })),
});
type VaultFile = z.infer<typeof vaultFileSchema>;

/**
 * A vault in `file` (mode 600; base64 of the encrypted value by name). Changes go one after the other and survive a power
 * cut. `vault/locked-elsewhere`: the entry was made with another key store; `store/damaged`: the file is not readable as
 * a vault and is left alone.
 */
export function createFileVault(file: string, cipher: SecretCipher): SecretVault {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
  return {
    read: (name) =>
      inTurn(async () => {
        const entries = (await readVaultFile(file)).entries;
        const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
        if (!entry) return null;
        if (entry.scheme !== cipher.scheme) throw lockedElsewhere(name);
        return decryptEntry(name, entry.data, cipher);
      }),
    write: (name, value) =>
      inTurn(async () => {
        const content = await readVaultFile(file);
        const data = Buffer.from(await cipher.encrypt(value)).toString('base64');
        await saveVaultFile(file, { ...content.entries, [name]: { scheme: cipher.scheme, data } });
      }),
    remove: (name) =>
      inTurn(async () => {
        const content = await readVaultFile(file);
        if (!Object.hasOwn(content.entries, name)) return;
        const rest = Object.entries(content.entries).filter(([key]) => key !== name);
        await saveVaultFile(file, Object.fromEntries(rest));
      }),
  };
}

async function decryptEntry(name: string, data: string, cipher: SecretCipher): Promise<string> {
  try {
    return await cipher.decrypt(Buffer.from(data, 'base64'));
  } catch (error) {
    throw error instanceof AppError ? error : lockedElsewhere(name);
  }
}

function lockedElsewhere(name: string): AppError {
  return new AppError('vault/locked-elsewhere', `the secret ${name} was locked by another key store`, {
    context: { name },
  });
}

async function readVaultFile(file: string): Promise<VaultFile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { version: 1, entries: {} };
    throw new AppError('vault/unavailable', `the vault file ${file} cannot be read`, { cause: error });
  }
  try {
    return vaultFileSchema.parse(JSON.parse(text));
  } catch {
    throw new AppError('store/damaged', `${file} is not a vault file`, { context: { file } });
  }
}

async function saveVaultFile(file: string, entries: VaultFile['entries']): Promise<void> {
  await writeFileAtomic(file, `${JSON.stringify({ version: 1, entries }, null, 2)}\n`);
}
