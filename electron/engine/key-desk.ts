// The keys as a person handles them: the current one, the recovery kit written, and a kit of another computer read. Which
// key new backups are made for changes only where no backup was made with another one.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError, toAppError } from '../../shared/errors.ts';
import type { Key, KitOutcome } from '../../shared/settings.ts';
import { writeFileAtomic } from './base/atomic-file.ts';
import type { Clock, Log, SecretVault } from './base/ports.ts';
import {
  addFormerIdentities,
  ensureKey,
  identityName,
  maxKitBytes,
  parseRecoveryKit,
  readFormerIdentities,
  readIdentity,
  toRecipient,
  toRecoveryKit,
  type ReadKit,
} from './crypto/keys.ts';
import type { Db } from './store/database.ts';
import { listActiveRuns } from './store/runs.ts';
import { readSetting, writeSetting } from './store/settings.ts';
import { listSnapshots } from './store/snapshots.ts';

export interface KeyDeskOptions {
  readonly db: Db;
  readonly vault: SecretVault;
  readonly clock: Clock;
  readonly onChanged: (key: Key) => void;
  /** Tries private keys on backups that lie on Drive; null when Drive cannot be asked now. */
  readonly probe: (identities: readonly string[]) => Promise<KitOutcome['opens']>;
}

export interface KeyDesk {
  /** Throws `vault/unavailable` before the first key could be made. */
  readonly get: () => Key;
  readonly writeKit: (file: string) => Promise<Key>;
  /** Throws `crypto/kit-unreadable` and `input/not-found`; then nothing was changed. */
  readonly readKit: (file: string) => Promise<KitOutcome>;
}

export interface MakeKeyOptions {
  readonly db: Db;
  readonly vault: SecretVault;
  readonly clock: Clock;
  readonly log: Log;
}

/** The first start makes the key; true then. A key store that cannot be reached is no reason not to start: the check-up says it. */
export async function makeKey({ db, vault, clock, log }: MakeKeyOptions): Promise<boolean> {
  try {
    const stored = readSetting(db, 'key');
    const recipient = await ensureKey(vault, stored?.recipient ?? null);
    if (stored?.recipient === recipient) return false;
    writeSetting(db, 'key', { recipient, createdAt: clock.now().toISOString(), kitSavedAt: null });
    return true;
  } catch (error) {
    log.error(`encryption key: ${toAppError(error).message}`);
    return false;
  }
}

export function createKeyDesk(options: KeyDeskOptions): KeyDesk {
  const { db, vault, clock, onChanged } = options;
  /** One kit after the other, read or written: each goes by what the one before left. */
  let last: Promise<unknown> = Promise.resolve();

  const get = (): Key => {
    const key = readSetting(db, 'key');
    if (!key) throw new AppError('vault/unavailable', 'no key was made: the key store could not be reached');
    return { ...key, former: readSetting(db, 'formerRecipients') };
  };

  const take = async (kit: ReadKit): Promise<KitOutcome['use']> => {
    const [first = '', ...others] = kit.identities;
    const current = await vault.read(identityName);
    const stored = readSetting(db, 'key');
    const recipients = await Promise.all(kit.identities.map(toRecipient));
    if (current === null && stored) {
      // The key store lost the key. The kit may hold it, as its own or as a former one.
      const place = recipients.indexOf(stored.recipient);
      const own = kit.identities[place];
      if (own !== undefined) {
        await keepFormer(kit.identities.filter((identity) => identity !== own));
        await vault.write(identityName, own);
        return 'put-back';
      }
    }
    const known = new Set([...(current === null ? [] : [current]), ...(await readFormerIdentities(vault))]);
    if (kit.identities.every((identity) => known.has(identity))) return 'known';
    if (hasOwnBackups(db) || readSetting(db, 'keyFromKit')) {
      await keepFormer(kit.identities.filter((identity) => identity !== current));
      return 'added';
    }
    // Nothing is lost whenever the program ends between these: every key is in the vault before another takes its place.
    await keepFormer([...(current === null ? [] : [current]), ...others]);
    await vault.write(identityName, first);
    const at = clock.now().toISOString();
    // The kit is in the person's hands, else it could not have been read.
    writeSetting(db, 'key', { recipient: recipients[0] ?? '', createdAt: kit.createdAt ?? at, kitSavedAt: at });
    writeSetting(db, 'keyFromKit', true);
    return 'adopted';
  };

  const keepFormer = async (identities: readonly string[]): Promise<void> => {
    await addFormerIdentities(vault, identities);
    writeSetting(db, 'formerRecipients', await Promise.all((await readFormerIdentities(vault)).map(toRecipient)));
  };

  const writeKit = async (file: string): Promise<Key> => {
    const { former: _, ...key } = get();
    const identity = await readIdentity(vault);
    const email = readSetting(db, 'account')?.email ?? null;
    const former = await readFormerIdentities(vault);
    await writeFileAtomic(file, toRecoveryKit({ ...key, identity, email, former }));
    writeSetting(db, 'key', { ...key, kitSavedAt: clock.now().toISOString() });
    onChanged(get());
    return get();
  };

  const takeKit = async (file: string): Promise<Omit<KitOutcome, 'opens'> & { readonly kit: ReadKit }> => {
    const kit = await parseRecoveryKit(await readText(file), path.basename(file));
    const use = await take(kit);
    const key = get();
    onChanged(key);
    return { key, use, kit };
  };

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };

  return {
    get,
    writeKit: (file) => inTurn(() => writeKit(file)),
    readKit: async (file) => {
      const { key, use, kit } = await inTurn(() => takeKit(file));
      return { key, use, opens: await options.probe(kit.identities) };
    },
  };
}

/** Whether something here was, or is being, encrypted for the current key. */
function hasOwnBackups(db: Db): boolean {
  return listSnapshots(db, null).some(({ runId }) => runId !== null) || listActiveRuns(db).length > 0;
}

async function readText(file: string): Promise<string> {
  const name = path.basename(file);
  try {
    const { size } = await stat(file);
    if (size <= maxKitBytes) return await readFile(file, 'utf8');
  } catch (error) {
    throw new AppError('input/not-found', `${name} cannot be read`, { cause: error, context: { what: name } });
  }
  const problem = 'is far bigger than a recovery kit';
  throw new AppError('crypto/kit-unreadable', `no recovery kit: it ${problem}`, { context: { file: name, problem } });
}
