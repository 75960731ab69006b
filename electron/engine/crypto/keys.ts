// The installation's age keys: the identity that new backups are made for, the former ones that open older backups, and
// the recovery kit on paper, written and read.
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { AppError } from '../../../shared/errors.ts';
import type { SecretVault } from '../base/ports.ts';

/** The vault's name for the private key. */
export const identityName = 'key/identity';

/** The vault's name for the private keys that only open older backups, one a line. */
export const formerIdentitiesName = 'key/former';

/**
 * The recipient of the key in the vault; makes the key when there is none and `expectedRecipient` is null.
 * Throws `crypto/key-missing` when a key was made before and the vault no longer has it: a new one would not open the
 * backups that exist.
 */
export async function ensureKey(vault: SecretVault, expectedRecipient: string | null): Promise<string> {
  const stored = await vault.read(identityName);
  if (stored !== null) return identityToRecipient(stored);
  if (expectedRecipient !== null) throw missingKey(expectedRecipient);
  const identity = await generateX25519Identity();
  await vault.write(identityName, identity);
  return identityToRecipient(identity);
}

/** The private key. Throws `crypto/key-missing`. */
export async function readIdentity(vault: SecretVault): Promise<string> {
  const identity = await vault.read(identityName);
  if (identity === null) throw missingKey(null);
  return identity;
}

/** Every private key that can open a backup, the current one first. Throws `crypto/key-missing` when there is none. */
export async function readIdentities(vault: SecretVault): Promise<readonly string[]> {
  const current = await vault.read(identityName);
  const all = [...(current === null ? [] : [current]), ...(await readFormerIdentities(vault))];
  if (all.length === 0) throw missingKey(null);
  return all;
}

export async function readFormerIdentities(vault: SecretVault): Promise<readonly string[]> {
  const text = await vault.read(formerIdentitiesName);
  return text === null ? [] : text.split('\n').filter((line) => line !== '');
}

/** Adds keys that open older backups; the ones that are there stay. */
export async function addFormerIdentities(vault: SecretVault, identities: readonly string[]): Promise<void> {
  const known = await readFormerIdentities(vault);
  const all = [...new Set([...known, ...identities])];
  if (all.length > known.length) await vault.write(formerIdentitiesName, all.join('\n'));
}

function missingKey(recipient: string | null): AppError {
  return new AppError('crypto/key-missing', 'the private key is not in the key store', {
    context: recipient === null ? {} : { recipient },
  });
}

export interface KitFacts {
  readonly identity: string;
  readonly recipient: string;
  readonly createdAt: string;
  readonly email: string | null;
  /** Private keys that open older backups of the same installation. */
  readonly former?: readonly string[];
}

/** The recovery kit: a text for a person that is at the same time a valid age identity file. */
export function toRecoveryKit({ identity, recipient, createdAt, email, former = [] }: KitFacts): string {
  const older = former.length === 0 ? '' : `# keys of older backups:\n${former.join('\n')}\n`;
  return `# PgKeep recovery kit
#
# This file opens your PostgreSQL backups. Keep it where it survives the loss of your computer:
# on paper, in a password manager, on a stick in a safe. Whoever has it and your backups can read them.
# Without it nobody can, not even the makers of PgKeep.
#
# Key made:  ${createdAt}
# Backups:   Google Drive${email === null ? '' : ` of ${email}`}, folder PgKeep
#
# To get a database back without PgKeep you need three common programs: age, zstd and pg_restore.
#
#   createdb mydb
#   age -d -i THIS-FILE BACKUP.dump.zst.age | zstd -d | pg_restore -d mydb
#
# A file that ends in .gz.age takes "gzip -d" instead of "zstd -d"; one that ends in .sql.zst.age takes
# "psql -X -q -v ON_ERROR_STOP=1 -d mydb" instead of "pg_restore -d mydb".
#
# On a new server, bring the roles back before the database. The "sed" leaves out the administrator "postgres", whose
# password there must stay; put another name if yours has one.
#
#   age -d -i THIS-FILE BACKUP.globals.sql.age | sed '/ ROLE postgres[ ;]/d' | psql -d postgres
#
# public key: ${recipient}
${identity}
${older}`;
}

/** More than any kit holds; a file that a person picked by mistake may be of any size. */
export const maxKitBytes = 64 * 1024;

export interface ReadKit {
  /** `AGE-SECRET-KEY-1…`, the current one of its installation first. */
  readonly identities: readonly string[];
  /** When the key was made, where the kit says so. */
  readonly createdAt: string | null;
}

/**
 * Reads a recovery kit, any other age identity file, or the bare line of a private key. Throws `crypto/kit-unreadable`, whose
 * context says what the file is instead; never a byte of it.
 */
export async function parseRecoveryKit(text: string, file: string): Promise<ReadKit> {
  const refuse = (problem: string): AppError =>
    new AppError('crypto/kit-unreadable', `no recovery kit: it ${problem}`, { context: { file, problem } });
  if (text.startsWith('age-encryption.org/') || text.includes('BEGIN AGE ENCRYPTED FILE')) {
    throw refuse('is itself encrypted; open it with age first');
  }
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const found = lines
    .filter((line) => line.toUpperCase().startsWith('AGE-SECRET-KEY-'))
    .map((line) => line.toUpperCase());
  if (found.length === 0) {
    const isPublic = lines.some((line) => line.startsWith('age1'));
    throw refuse(isPublic ? 'holds only the public key, which opens nothing' : 'holds no private key');
  }
  for (const identity of found) {
    if (!(await isUsable(identity))) throw refuse('holds a private key that is damaged or of a kind not known here');
  }
  const made = /^#\s*Key made:\s*(\d{4}-\d\d-\d\dT[\d:.]+Z)\s*$/m.exec(text)?.[1];
  return { identities: [...new Set(found)], createdAt: made ?? null };
}

async function isUsable(identity: string): Promise<boolean> {
  try {
    await identityToRecipient(identity);
    return true;
  } catch {
    return false;
  }
}

/** The public half. */
export function toRecipient(identity: string): Promise<string> {
  return identityToRecipient(identity);
}
