// A database's definitions as facts: what `pg_dump --schema-only` writes, cut into its entries, so that their order does
// not matter and a difference has a name.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Facts } from './compare-databases.ts';

const execute = promisify(execFile);

/** Runs the newest pg_dump of this machine. The password goes by a passfile. */
export async function readSchema(url: string): Promise<Facts> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-compare-'));
  try {
    const { host, port, user, password, database } = splitUrl(url);
    const passFile = path.join(folder, 'passfile');
    await writeFile(passFile, `*:*:*:*:${password.replace(/[\\:]/g, '\\$&')}\n`, { mode: 0o600 });
    const { stdout } = await execute(await findPgDump(), ['--schema-only', '--no-password'], {
      env: {
        ...process.env,
        ...{ PGHOST: host, PGPORT: port, PGUSER: user, PGDATABASE: database, PGPASSFILE: passFile, PGPASSWORD: '' },
        ...{ LC_ALL: 'C.UTF-8', PGCLIENTENCODING: 'UTF8' },
      },
      maxBuffer: 256 * 1024 * 1024,
    });
    return parseSchema(stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** An entry's head: `-- Name: orders; Type: TABLE; Schema: shop; Owner: postgres` between two `--` lines. */
const entryHead = /^--\n-- (Name: [^]*?; Type: [^]*?; Schema: [^]*?; Owner: .*)\n--\n/gm;

/** Lines that say how the dump was made, not what the database is. */
const noise =
  /^(\\(un)?restrict .*|SET default_(tablespace|table_access_method) = .*;|-- (Dumped|Started|Completed) .*)$/;

/** Cuts the dump's text into facts. What stands before the first entry (encoding and the like) is the fact `preamble`. */
export function parseSchema(dump: string): Facts {
  const facts = new Map<string, string>();
  let name = 'preamble';
  let from = 0;
  const add = (until: number): void => {
    const body = dump
      .slice(from, until)
      .split('\n')
      .filter((line) => line.trim() !== '' && !noise.test(line));
    // Grants stand in the order in which they were made, which means nothing.
    if (name.includes('; Type: ACL;') || name.includes('; Type: DEFAULT ACL;')) body.sort();
    const known = facts.get(name);
    facts.set(name, known === undefined ? body.join('\n') : [known, body.join('\n')].sort().join('\n'));
  };
  for (const match of dump.matchAll(entryHead)) {
    add(match.index);
    name = match[1] ?? '';
    from = match.index + match[0].length;
  }
  add(dump.length);
  return facts;
}

interface UrlParts {
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

function splitUrl(text: string): UrlParts {
  const url = new URL(text);
  const decode = (part: string): string => decodeURIComponent(part);
  return {
    host: decode(url.hostname).replace(/^\[|\]$/g, ''),
    port: url.port || '5432',
    user: decode(url.username),
    password: decode(url.password),
    database: decode(url.pathname.slice(1)),
  };
}

let pgDump: Promise<string> | undefined;

/** A newer pg_dump reads an older server, never the other way round. */
function findPgDump(): Promise<string> {
  pgDump ??= (async () => {
    const root = '/usr/lib/postgresql';
    const dirs = (process.env['PATH'] ?? '').split(path.delimiter);
    if (existsSync(root)) dirs.push(...readdirSync(root).map((version) => path.join(root, version, 'bin')));
    const programs = [...new Set(dirs)].map((dir) => path.join(dir, 'pg_dump')).filter((file) => existsSync(file));
    const versions = await Promise.all(
      programs.map(async (file) => {
        const { stdout } = await execute(file, ['--version']).catch(() => ({ stdout: '' }));
        return { file, version: Number(/(\d+(\.\d+)?)/.exec(stdout)?.[1] ?? 0) };
      }),
    );
    const best = versions.sort((a, b) => b.version - a.version)[0];
    if (!best) throw new Error('no pg_dump on this machine: apt-get install postgresql-client');
    return best.file;
  })();
  return pgDump;
}
