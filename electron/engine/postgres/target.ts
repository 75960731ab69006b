// The one server and database that a session or a program of PostgreSQL connects to.
import type { SslMode } from '../../../shared/connection.ts';

/** One database of one server, with the password in memory. Never log or store it whole. */
export interface PgTarget {
  /** Host name, address, or the folder of a Unix socket (begins with `/`). */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly sslMode: SslMode;
  /** Null: none is needed, or the user's own `~/.pgpass` has it. */
  readonly password: string | null;
}
