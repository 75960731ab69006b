// The command line: how commands are spelled, and their exit codes. The same engine as in the desktop program, in this
// process.
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { AppError, toAppError } from '../shared/errors.ts';
import { logLevels, runStates, runTriggers, type LogLevel } from '../shared/run.ts';
import { setFileKinds, type SetFileKind } from '../shared/snapshot.ts';
import { auditGroups, type AuditGroup } from '../shared/audit.ts';
import * as accountCommands from './cli/account-commands.ts';
import * as auditCommands from './cli/audit-commands.ts';
import * as catalog from './cli/catalog-commands.ts';
import * as commands from './cli/commands.ts';
import * as retentionCommands from './cli/retention-commands.ts';
import { bringMessages, testMail } from './cli/mail-commands.ts';
import { discover } from './cli/discover-command.ts';
import { chooseExitCode, exitCodes, type ExitCode } from './cli/exit-codes.ts';
import { eraseJob } from './cli/erase-command.ts';
import * as historyCommands from './cli/history-commands.ts';
import { createOutput } from './cli/output.ts';
import * as scheduleCommands from './cli/schedule-commands.ts';
import packageJson from '../package.json' with { type: 'json' };

interface GlobalOptions {
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly dataDir?: string;
  readonly envFile: readonly string[];
}

const program = new Command('pgkeep')
  .description('Backs up PostgreSQL to your own Google Drive: encrypted, and proven by a real restore.')
  .version(packageJson.version)
  .option('--json', 'one JSON object a line on stdout; the last is the result or the error')
  .option('--verbose', 'the log on stderr')
  .option('--data-dir <dir>', 'where settings, keys and the spool lie (default: $PGKEEP_DATA_DIR, else ~/.pgkeep)')
  .addOption(
    new Option('--env-file <file>', 'connection, job, schedule and Google access from a .env file (may be repeated)')
      .argParser(collect)
      .default([], 'none'),
  )
  .exitOverride()
  .showHelpAfterError();

interface EngineUse {
  readonly resumeRuns?: boolean;
  readonly withJob?: boolean;
  /** Whether messages about what it did are sent before it ends. */
  readonly tells?: boolean;
}

/** Runs a command with a hosted engine; its answer is the exit code. */
async function withEngine(
  work: (ctx: commands.CommandContext) => Promise<ExitCode>,
  { resumeRuns = false, withJob = true, tells = false }: EngineUse = {},
): Promise<void> {
  const { json = false, verbose = false, dataDir, envFile: envFiles } = program.opts<GlobalOptions>();
  const output = createOutput(process, json);
  try {
    // Only now: help and usage errors answer at once, without the engine.
    const { chooseDataDir, startHost } = await import('./cli/host-engine.ts');
    const host = await startHost({
      dataDir: chooseDataDir(dataDir),
      envFiles,
      verbose,
      resumeRuns,
      withJob,
      output,
    });
    // The run is left for the next start, which is told by its change of state; what has no run ends here.
    const told = new AbortController();
    const left = new Promise<never>((_, reject) => {
      told.signal.addEventListener('abort', () => {
        host.stop().then(() => {
          reject(new AppError('engine/stopped', 'the command was told to end'));
        }, reject);
      });
    });
    const leave = (): void => {
      told.abort();
    };
    process.once('SIGTERM', leave);
    try {
      process.exitCode = await Promise.race([
        work({ client: host.client, output, isDaemon: host.isDaemon }),
        left,
        host.lost,
      ]);
    } finally {
      process.removeListener('SIGTERM', leave);
      if (tells && !told.signal.aborted) await bringMessages(host.client, output);
      await host.stop();
    }
  } catch (error) {
    output.error(error);
    process.exitCode = chooseExitCode(toAppError(error));
  }
}

/** The one command that does not end by itself. */
async function keepSchedules(): Promise<void> {
  const { json = false, verbose = false, dataDir, envFile: envFiles } = program.opts<GlobalOptions>();
  const output = createOutput(process, json);
  try {
    const [{ chooseDataDir }, { runDaemon }] = await Promise.all([
      import('./cli/host-engine.ts'),
      import('./cli/daemon.ts'),
    ]);
    process.exitCode = await runDaemon({ dataDir: chooseDataDir(dataDir), envFiles, json, verbose, output });
  } catch (error) {
    output.error(error);
    process.exitCode = chooseExitCode(toAppError(error));
  }
}

function toLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) throw new InvalidArgumentError('a number from 1 to 1000');
  return limit;
}

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

program
  .command('backup [jobs...]')
  .alias('backup-now')
  .description('back up now and wait')
  .option('--all', 'every job')
  .action((jobs: string[], options: { all?: boolean }) =>
    withEngine((ctx) => commands.backUp(ctx, jobs, options.all ?? false), { resumeRuns: true, tells: true }),
  );

program
  .command('jobs')
  .description('what is backed up')
  .action(() => withEngine((ctx) => commands.listJobs(ctx)));

program
  .command('schedule [action] [words...]')
  .description('when jobs run: list, show JOB, set JOB TIMES, pause [1h|tomorrow|until-resumed], resume')
  .option('--time-zone <zone>', 'with set: whose clock the times are read from; "system" for this computer’s')
  .option('--jitter <minutes>', 'with set: a start comes up to so much later')
  .option('--on', 'with set: switch the schedule on')
  .option('--off', 'with set: the times stay, but nothing starts')
  .action((action: string | undefined, words: string[], options: scheduleCommands.SetOptions) =>
    withEngine((ctx) => scheduleCommands.runSchedule(ctx, action ?? 'list', words, options)),
  );

program
  .command('daemon')
  .description('keep the schedules of all jobs until told to end, on a machine without a desktop')
  .action(keepSchedules);

program
  .command('runs')
  .description('what was tried, newest first')
  .option('--job <job>', 'of one job')
  .option('--database <name>', 'of one database')
  .addOption(new Option('--state <state>', 'only of one state').choices(runStates))
  .addOption(new Option('--trigger <trigger>', 'only those started so').choices(runTriggers))
  .option('--search <text>', 'only with this text in the error, a warning or the log', '')
  .option('--from <day>', 'from this day (2026-11-01) or time on')
  .option('--to <day>', 'up to this day, or before this time')
  .option('--limit <n>', 'how many', toLimit, 20)
  .option('--csv <file>', 'write all of them to a file, as a table')
  .action((options: historyCommands.RunArgs) => withEngine((ctx) => historyCommands.listRuns(ctx, options)));

program
  .command('erase <job>')
  .description('erase everything of a job: its backups on Drive, its runs and logs here, and the job')
  .option('--for-good', "not into Drive's trash: nobody gets the backups back")
  .option('--yes', 'no question is asked')
  .action((job: string, options: { forGood?: boolean; yes?: boolean }) =>
    withEngine((ctx) => eraseJob(ctx, job, { forGood: options.forGood ?? false, yes: options.yes ?? false }), {
      withJob: false,
    }),
  );

program
  .command('log <run>')
  .description('the log of one run')
  .addOption(new Option('--level <level>', 'only lines at least as grave').choices(logLevels).default('debug', 'all'))
  .option('--search <text>', 'only lines with this text', '')
  .action((run: string, options: { level: LogLevel; search: string }) =>
    withEngine((ctx) => historyCommands.showLog(ctx, run, options)),
  );

program
  .command('snapshots')
  .description('what good runs left on Drive, newest first')
  .option('--job <job>', 'of one job')
  .option('--remote', 'what lies on Drive, whoever made it; changes nothing here')
  .action((options: { job?: string; remote?: boolean }) =>
    options.remote === true
      ? withEngine((ctx) => catalog.listRemote(ctx), { withJob: false })
      : withEngine((ctx) => commands.listSnapshots(ctx, options.job ?? null)),
  );

program
  .command('pin <snapshot>')
  .description('protect a snapshot: no rule ever removes it')
  .action((snapshot: string) => withEngine((ctx) => catalog.setPinned(ctx, snapshot, true)));

program
  .command('unpin <snapshot>')
  .description('take the protection off')
  .action((snapshot: string) => withEngine((ctx) => catalog.setPinned(ctx, snapshot, false)));

program
  .command('prune')
  .description('let the rules of the jobs remove old snapshots now, and say why each one stays or goes')
  .option('--job <job>', 'of one job')
  .option('--dry-run', 'only say what would go; changes nothing')
  .action((options: { job?: string; dryRun?: boolean }) =>
    withEngine((ctx) => retentionCommands.prune(ctx, { job: options.job ?? null, dryRun: options.dryRun ?? false })),
  );

program
  .command('delete <snapshot>')
  .description('bring a snapshot into Drive’s trash, which keeps it for 30 days')
  .option('--yes', 'it may go, also if it is the newest good one')
  .action((snapshot: string, options: { yes?: boolean }) =>
    withEngine((ctx) => retentionCommands.deleteSnapshot(ctx, { snapshot, yes: options.yes ?? false })),
  );

program
  .command('catalog')
  .description('the list of snapshots against Drive: rebuild it, check it, take a snapshot out of the trash (untrash)')
  .addArgument(new Argument('<action>', 'what to do').choices(catalog.catalogActions))
  .argument('[snapshot]', 'for untrash')
  .option('--kit <file>', 'for rebuild: take the key of this recovery kit first')
  .action((action: catalog.CatalogAction, snapshot: string | undefined, options: { kit?: string }) =>
    withEngine(
      (ctx) => {
        if (action === 'rebuild') return catalog.rebuildCatalog(ctx, options.kit ?? null);
        return action === 'check' ? catalog.checkCatalog(ctx) : catalog.untrash(ctx, snapshot ?? null);
      },
      { withJob: action !== 'rebuild', tells: action === 'check' },
    ),
  );

program
  .command('restore [snapshot]')
  .description('bring a database back; what exists is never overwritten')
  .option('--file <file>', 'a backup file on this disk instead of a snapshot')
  .option('--manifest <file>', 'the manifest of --file; one of its name beside it is found by itself')
  .option('--new-database <name>', 'a new database on the server it came from')
  .option('--into <url>', 'a database of any server; must not exist or be empty')
  .addOption(
    new Option('--table <schema.table>', 'only this table (may be repeated)').argParser(collect).default([], 'all'),
  )
  .option('--replace', 'take the place of a database that is not empty; that one stays under another name')
  .option('--no-owner', 'without owners and rights, for a server that lacks the roles')
  .action(
    (
      snapshot: string | undefined,
      options: {
        file?: string;
        manifest?: string;
        newDatabase?: string;
        into?: string;
        table: string[];
        replace?: boolean;
        owner: boolean;
      },
      command: Command,
    ) => {
      const { file, manifest } = options;
      if ((snapshot === undefined) === (file === undefined)) command.error('error: name a snapshot, or a --file');
      const args = {
        into: options.into ?? null,
        newDatabase: options.newDatabase ?? null,
        tables: options.table,
        replace: options.replace ?? false,
        withoutOwners: !options.owner,
      };
      return file === undefined
        ? withEngine((ctx) => commands.restore(ctx, { ...args, snapshot: snapshot ?? '' }))
        : withEngine((ctx) => catalog.restoreFile(ctx, { ...args, file, manifest: manifest ?? null }));
    },
  );

program
  .command('verify [snapshot]')
  .description('a drill: restore into a scratch database, compare everything, drop it')
  .option('--latest', 'the newest snapshot')
  .option('--job <job>', 'the newest of one job')
  .action((snapshot: string | undefined, options: { latest?: boolean; job?: string }, command: Command) => {
    if (snapshot === undefined && options.latest !== true && options.job === undefined) {
      command.error('error: name a snapshot, or say --latest or --job');
    }
    return withEngine((ctx) => commands.verify(ctx, snapshot ?? null, options.job ?? null), { tells: true });
  });

program
  .command('fetch <snapshot>')
  .description('download a file of a snapshot')
  .requiredOption('--out <file>', 'where to')
  .option('--decrypt', "opened: pg_dump's archive for pg_restore, or SQL for psql")
  .addOption(new Option('--part <part>', 'which file of the set').choices(setFileKinds).default('dump'))
  .action((snapshot: string, options: { out: string; decrypt?: boolean; part: SetFileKind }) =>
    withEngine((ctx) =>
      commands.fetchFile(ctx, { snapshot, out: options.out, part: options.part, decrypt: options.decrypt ?? false }),
    ),
  );

program
  .command('recovery-kit')
  .description('write the key that opens every snapshot, with instructions')
  .requiredOption('--out <file>', 'where to')
  .action((options: { out: string }) => withEngine((ctx) => commands.saveKit(ctx, options.out)));

program
  .command('open-kit <file>')
  .description('take the key of a recovery kit, to open the backups that were made with it')
  .action((file: string) => withEngine((ctx) => catalog.openKit(ctx, file), { withJob: false }));

program
  .command('login')
  .description('sign in to Google in the browser, or with the key of a service account')
  .option('--client <file>', "with your own OAuth client: the JSON file of Google's console")
  .option('--service-account <file>', 'with the key of a service account, without a browser')
  .option('--subject <mail>', 'the person in whose name the service account acts')
  .option('--folder <folder>', 'address or id of the Drive folder that will hold the backups')
  .action((options: { client?: string; serviceAccount?: string; subject?: string; folder?: string }) =>
    withEngine(
      (ctx) =>
        accountCommands.logIn(ctx, {
          client: options.client ?? null,
          serviceAccount: options.serviceAccount ?? null,
          subject: options.subject ?? null,
          folder: options.folder ?? null,
        }),
      { withJob: false },
    ),
  );

program
  .command('logout')
  .description('forget the sign-in on this machine; the backups stay')
  .action(() => withEngine((ctx) => accountCommands.logOut(ctx)));

program
  .command('account')
  .description('the Google account: who, space, folder, warnings; with "folder" where new backups go')
  .addArgument(new Argument('[what]', 'show or change the folder').choices(['folder']))
  .argument('[folder]', 'address or id of a Drive folder, or "top" for the top of My Drive')
  .option('--choose', "choose the folder on Google's page in the browser")
  .action((what: string | undefined, folder: string | undefined, options: { choose?: boolean }, command: Command) => {
    if (what === undefined && options.choose === true) command.error('error: --choose belongs to "account folder"');
    return withEngine((ctx) =>
      what === undefined
        ? accountCommands.showAccount(ctx)
        : accountCommands.changeFolder(ctx, folder ?? null, options.choose ?? false),
    );
  });

program
  .command('space')
  .description('how full Drive is, and when it will be full')
  .action(() => withEngine((ctx) => catalog.showSpace(ctx)));

program
  .command('mail')
  .description('e-mail about failures: "mail test" sends one now, to see that it arrives')
  .addArgument(new Argument('<action>', 'what to do').choices(['test']))
  .action(() => withEngine((ctx) => testMail(ctx), { withJob: false }));

program
  .command('discover')
  .description('PostgreSQL servers of this computer, and those that pg_service.conf and the password file name')
  .action(() => withEngine((ctx) => discover(ctx), { withJob: false }));

program
  .command('doctor')
  .description('check tools, servers, Drive, key, disk and mail')
  .action(() => withEngine((ctx) => commands.checkUp(ctx)));

program
  .command('audit')
  .description('who did what, and when: the log of every act on backups, keys and settings')
  .option('--verify', 'check that nothing in it was changed or removed')
  .option('--drive', 'with --verify: compare it with what the newest backups on Drive noted of it, too')
  .option('--out <file>', 'write all of it to a file, one JSON object a line')
  .addOption(new Option('--group <group>', 'only acts of one kind').choices(auditGroups))
  .option('--search <text>', 'only entries with this text', '')
  .option('--limit <n>', 'how many, newest first', toLimit, 50)
  .action(
    (options: { verify?: boolean; drive?: boolean; out?: string; group?: AuditGroup; search: string; limit: number }) =>
      withEngine((ctx) => {
        if (options.verify === true) return auditCommands.verifyAudit(ctx, options.drive ?? false);
        if (options.out !== undefined) return auditCommands.exportAudit(ctx, options.out);
        const limit = Math.min(options.limit, 500);
        return auditCommands.listAudit(ctx, { group: options.group ?? null, search: options.search, limit });
      }),
  );

program.parseAsync().catch((error: unknown) => {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
});
