// PostgreSQL's programs and the servers they must fit: what is installed, which job uses what, and a server that was upgraded
// overnight, which is said before the next backup fails by it.
import { createHash } from 'node:crypto';
import type { Connection } from '../../shared/connection.ts';
import { describeError } from '../../shared/describe-error.ts';
import { AppError, toAppError, toWireError } from '../../shared/errors.ts';
import { toPlace } from '../../shared/place.ts';
import type { Notice } from '../../shared/settings.ts';
import type { ToolsReport } from '../../shared/tools.ts';
import type { Clock, EngineConfig, Log, SecretVault } from './base/ports.ts';
import { listNeededConnections } from './connection-desk.ts';
import { readServerFacts, type ServerFacts } from './postgres/check-server.ts';
import { chooseTools, findTools, type ToolSet } from './postgres/find-tools.ts';
import { findInstalledTools } from './reach/installed-tools.ts';
import { withReach } from './reach/reach.ts';
import { writeSeen } from './store/connections.ts';
import type { Db } from './store/database.ts';
import { listJobs } from './store/jobs.ts';
import { readSetting, writeSetting } from './store/settings.ts';

export interface ToolsDesk {
  readonly list: () => Promise<ToolsReport>;
  /** Throws `pg/tool-missing` when the folder has no usable programs. */
  readonly addFolder: (path: string) => Promise<ToolsReport>;
  readonly removeFolder: (id: string) => Promise<ToolsReport>;
  /** Remembers what a server said of itself; answers a sentence when its major version has changed. */
  readonly noteServer: (connection: Connection, server: ServerFacts) => string | null;
  /** Asks every server that a job needs for its version, and tells a person when no program here fits one any more. */
  readonly watch: () => Promise<void>;
}

export interface ToolsDeskOptions {
  readonly db: Db;
  readonly vault: SecretVault;
  readonly config: EngineConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly notify: (notice: Notice) => void;
  readonly signal: AbortSignal;
}

export function createToolsDesk(options: ToolsDeskOptions): ToolsDesk {
  const { db, clock, log, notify } = options;

  const list = async (): Promise<ToolsReport> => {
    const sets = await findInstalledTools(options);
    const jobs = listJobs(db);
    const needed = listNeededConnections(db, jobs);
    const connectionOf = (id: string | null): Connection | undefined => needed.find((row) => row.id === id);
    const uses = jobs.map((job) => ({ job: job.name, ...judge(sets, connectionOf(job.connectionId)?.seen ?? null) }));
    return {
      sets: sets.map(({ dir, version }) => ({
        ...{ dir, version },
        jobs: uses.filter((use) => use.dir === dir).map(({ job }) => job),
      })),
      folders: readSetting(db, 'toolDirs').map((path) => ({
        ...{ id: toFolderId(path), path },
        found: sets.some(({ dir }) => dir === path),
      })),
      unmet: uses.flatMap(({ job, unmet }) => (unmet ? [{ job, ...unmet }] : [])),
      unasked: uses.filter(({ dir, unmet }) => dir === null && unmet === null).map(({ job }) => job),
    };
  };

  const noteServer: ToolsDesk['noteServer'] = (connection, { version, major }) => {
    const before = writeSeen(db, connection.id, { version, major, at: clock.now().toISOString() });
    if (!before || before.major === major) return null;
    const words = `The server ${connection.name} is PostgreSQL ${version} now; it was ${before.version} before.`;
    log.warn(words);
    notify({
      title: `${connection.name} has another PostgreSQL version`,
      body: `${words} Settings, Programs, show whether those on this computer still fit.`,
      urgency: 'normal',
      open: toPlace('settings', { tab: 'checks' }),
    });
    return words;
  };

  return {
    list,
    noteServer,
    addFolder: async (path) => {
      if (!(await findTools([path])).some(({ dir }) => dir === path)) {
        const detail = `pg_dump, pg_restore, pg_dumpall and psql are not all in ${path}`;
        throw new AppError('pg/tool-missing', detail, { context: { tool: `A usable pg_dump in ${path}` } });
      }
      writeSetting(db, 'toolDirs', [...new Set([...readSetting(db, 'toolDirs'), path])]);
      return list();
    },
    removeFolder: (id) => {
      writeSetting(
        db,
        'toolDirs',
        readSetting(db, 'toolDirs').filter((path) => toFolderId(path) !== id),
      );
      return list();
    },
    watch: async () => {
      const sets = await findInstalledTools(options);
      const misfits: { readonly connection: Connection; readonly error: AppError }[] = [];
      for (const connection of listNeededConnections(db, listJobs(db))) {
        try {
          const facts = await withReach(options, async (reach) =>
            readServerFacts(await reach.open(connection), options.signal),
          );
          noteServer(connection, facts);
          chooseTools(sets, facts.versionNum);
        } catch (error) {
          const known = toAppError(error);
          if (known.code.startsWith('pg/tool-')) misfits.push({ connection, error: known });
          // That it cannot be reached now is for its runs to tell.
          else log.debug(`looking at the server ${connection.name}: ${known.code}`);
        }
      }
      const state = misfits.map(({ connection, error }) => `${connection.id}:${JSON.stringify(error.context)}`).join();
      if (state === readSetting(db, 'toldTools')) return;
      writeSetting(db, 'toldTools', state);
      for (const { connection, error } of misfits) {
        const { title, happened, toDo } = describeError(toWireError(error));
        log.warn(`server ${connection.name}: ${error.message}`);
        notify({
          title: `${connection.name}: the next backup will fail`,
          body: `${title}. ${happened} ${toDo}`,
          urgency: 'critical',
          open: toPlace('settings', { tab: 'checks' }),
        });
      }
    },
  };
}

type Use =
  | { readonly dir: string; readonly unmet: null }
  | { readonly dir: null; readonly unmet: Omit<ToolsReport['unmet'][number], 'job'> | null };

function judge(sets: readonly ToolSet[], seen: Connection['seen']): Use {
  if (!seen) return { dir: null, unmet: null };
  try {
    return { dir: chooseTools(sets, seen.major * 10_000).dir, unmet: null };
  } catch (error) {
    const install = String(toAppError(error).context['install'] ?? '');
    return { dir: null, unmet: { serverVersion: seen.version, install, seenAt: seen.at } };
  }
}

/** What the window names a folder by. */
function toFolderId(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16);
}
