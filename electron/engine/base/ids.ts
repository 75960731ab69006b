// Random names for rows, sets and temporary databases.
import { randomBytes } from 'node:crypto';

/** Lower-case letters and digits without the ones that are mistaken for each other; all are allowed unquoted in PostgreSQL names. */
const alphabet = 'abcdefghjkmnpqrstvwxyz0123456789';

/** 12 characters, 60 random bits: unique for as many runs as a program will ever make, short enough to type. */
export function createId(length = 12): string {
  return Array.from(randomBytes(length), (byte) => alphabet.charAt(byte % alphabet.length)).join('');
}
