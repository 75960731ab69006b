// The check-up of servers: for each database that a job takes, all that the test of a connection says of it. What is the same for
// all of them is said once, of the server; a database has a line of its own where it has something of its own to say.
import type { Connection, ConnectionReport } from '../../shared/connection.ts';
import { describeError } from '../../shared/describe-error.ts';
import { leavesOut, usualDump, type DumpChoice } from '../../shared/dump-choice.ts';
import { toAppError, toWireError, type AppError } from '../../shared/errors.ts';
import { formatBytes, formatPlural } from '../../shared/format.ts';
import type { Job } from '../../shared/job.ts';
import type { Check } from '../../shared/settings.ts';
import type { EngineConfig } from './base/ports.ts';
import type { NotDumped, ServerFacts } from './postgres/check-server.ts';
import { listServerDatabases } from './postgres/list-databases.ts';
import { readContents } from './postgres/read-contents.ts';
import type { Reach } from './reach/reach.ts';
import { testServer } from './reach/test-server.ts';
import type { Db } from './store/database.ts';

export interface DatabaseCheckOptions {
  readonly db: Db;
  readonly config: EngineConfig;
  /** A server has said what it is. */
  readonly onServer: (connection: Connection, server: ServerFacts) => void;
}

/** A database, and what its jobs take of it. */
interface Wanted {
  readonly database: string;
  readonly choice: DumpChoice;
}

type Looked = { readonly database: string } & ({ readonly report: ConnectionReport } | { readonly error: AppError });

/** More would not be read, and GRANT on all tables says the same shorter. */
const shownGrants = 20;

export async function checkDatabases(
  options: DatabaseCheckOptions,
  reach: Reach,
  connection: Connection,
  jobs: readonly Job[],
): Promise<Check[]> {
  const { wanted, refused } = await listWanted(reach, connection, jobs);
  const looked: Looked[] = [];
  for (const each of wanted) looked.push(await look(options, reach, connection, each));
  const reports = looked.flatMap((each) => ('report' in each ? [each.report] : []));
  const errors = looked.flatMap((each) => ('error' in each ? [each.error] : []));
  const [first] = reports;
  // Nothing is to be said of the databases of a server that lets nobody in.
  if (!first && errors[0] && new Set(errors.map(({ code }) => code)).size === 1) throw errors[0];
  const shared = (first?.warnings ?? []).filter((line) => reports.every(({ warnings }) => warnings.includes(line)));
  const id = `server:${connection.id}`;
  const databases = [
    ...looked.flatMap((each) => describeLooked(each, connection, shared)),
    ...refused.map((name) => describeRefused(name, connection)),
  ].map(({ name, ...check }, index, all) => ({
    // Jobs that take different parts of one database may both have something to say.
    id: `${id}/${name}${all.findIndex((other) => other.name === name) < index ? `#${String(index)}` : ''}`,
    title: `Database ${name} on ${connection.name}`,
    ...check,
  }));
  return [
    ...(first ? [{ id, title: `Server ${connection.name}`, ...describeServer(first, reports, shared) }] : []),
    ...databases,
  ];
}

/** Each database once, for each way in which a job takes it. */
async function listWanted(
  reach: Reach,
  connection: Connection,
  jobs: readonly Job[],
): Promise<{ readonly wanted: Wanted[]; readonly refused: readonly string[] }> {
  const wanted = new Map<string, Wanted>();
  const refused = new Set<string>();
  const add = (database: string, choice: DumpChoice): void => {
    const key = JSON.stringify([database, leavesOut(choice) ? choice : null]);
    if (!wanted.has(key)) wanted.set(key, { database, choice });
  };
  for (const { scope, database, dump } of jobs) {
    if (scope === 'database') add(database ?? connection.database, dump);
    else {
      const found = await listServerDatabases(await reach.open(connection), dump.excludeDatabases);
      for (const name of found.names) add(name, dump);
      for (const name of found.refused) refused.add(name);
    }
  }
  if (jobs.length === 0) add(connection.database, usualDump);
  return { wanted: [...wanted.values()], refused: [...refused] };
}

async function look(
  options: DatabaseCheckOptions,
  reach: Reach,
  connection: Connection,
  { database, choice }: Wanted,
): Promise<Looked> {
  try {
    const target = await reach.open(connection, database);
    const readLeftOut = async ({ isStandby }: ServerFacts): Promise<NotDumped | undefined> => {
      const contents = await readContents(target, choice, isStandby);
      return contents ? { ...contents, ...contents.leftOut } : undefined;
    };
    const { facts, report } = await testServer(options, target, connection, readLeftOut);
    options.onServer(connection, facts);
    return { database, report };
  } catch (error) {
    return { database, error: toAppError(error) };
  }
}

type Finding = Pick<Check, 'state' | 'detail' | 'toDo'>;

function describeServer(
  first: ConnectionReport,
  reports: readonly ConnectionReport[],
  shared: readonly string[],
): Finding {
  const { serverVersion, pgDump, install } = first;
  const size = formatBytes(reports.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  const what = `PostgreSQL ${serverVersion}, ${formatPlural(reports.length, 'database')} of ${size}`;
  if (!pgDump) {
    return {
      state: 'bad',
      detail: `${what}. No pg_dump on this computer fits it.`,
      toDo: install ? `Install one: ${install}` : null,
    };
  }
  const detail = `${what}, dumped by pg_dump ${pgDump.version}`;
  if (shared.length === 0) return { state: 'ok', detail, toDo: null };
  return { state: 'warn', detail: `${detail}. ${shared.join(' ')}`, toDo: null };
}

function describeLooked(
  looked: Looked,
  { user }: Connection,
  shared: readonly string[],
): (Finding & { name: string })[] {
  const name = looked.database;
  if ('error' in looked) {
    const words = describeError(toWireError(looked.error));
    return [{ name, state: 'bad', detail: words.happened, toDo: words.toDo }];
  }
  const { missing, missingCount, warnings } = looked.report;
  const own = warnings.filter((line) => !shared.includes(line)).join(' ');
  if (missingCount === 0) return own === '' ? [] : [{ name, state: 'warn', detail: own, toDo: null }];
  const names = missing.slice(0, 3).map((right) => right.name);
  const more = missingCount > names.length ? ` and ${String(missingCount - names.length)} more` : '';
  const detail = `${user} cannot read ${formatPlural(missingCount, 'object')} of ${name}: ${names.join(', ')}${more}.`;
  const rest = missingCount > shownGrants ? [`-- and ${String(missingCount - shownGrants)} more`] : [];
  const grants = missing.slice(0, shownGrants).map(({ grant }) => grant);
  return [
    { name, state: 'bad', detail: own === '' ? detail : `${detail} ${own}`, toDo: [...grants, ...rest].join('\n') },
  ];
}

function describeRefused(name: string, { user }: Connection): Finding & { name: string } {
  return {
    name,
    state: 'warn',
    detail: `${user} may not connect to it, so it is not backed up.`,
    toDo: 'Grant CONNECT, or leave it out in the job.',
  };
}
