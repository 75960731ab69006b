// The installation's age key: the identity in the vault, the recipient for everybody to see, the recovery kit on paper.
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { AppError } from '../../../shared/errors.ts';
import type { SecretVault } from '../base/ports.ts';

/** The vault's name for the private key. */
export const identityName = 'key/identity';

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
}

/** The recovery kit: a text for a person that is at the same time a valid age identity file. */
export function toRecoveryKit({ identity, recipient, createdAt, email }: KitFacts): string {
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
# A file that ends in .dump.gz.age takes "gzip -d" instead of "zstd -d".
#
# On a new server, bring the roles back before the database. The "sed" leaves out the administrator "postgres", whose
# password there must stay; put another name if yours has one.
#
#   age -d -i THIS-FILE BACKUP.globals.sql.age | sed '/ ROLE postgres[ ;]/d' | psql -d postgres
#
# public key: ${recipient}
${identity}
`;
}
