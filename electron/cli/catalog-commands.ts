// The commands about what lies on Drive: getting the list back, comparing it, pins, keys of other computers, space, and
// restoring from a file. How they are spelled is cli.ts.
import path from 'node:path';
import { describeCheck, describeRebuild, describeSetProblem } from '../../shared/catalog.ts';
import { describeKit, opensNothing } from '../../shared/describe-kit.ts';
import { invalidInput } from '../../shared/errors.ts';
import { formatBytes } from '../../shared/format.ts';
import { describeShort, describeSpace } from '../../shared/space.ts';
import { findSnapshot, reportRestore, type CommandContext } from './commands.ts';
import { saveConnectionOf } from './env-connection.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { toTable } from './output.ts';
import { findAnySnapshot } from './retention-commands.ts';
import { waitForRestore } from './wait-for.ts';

export const catalogActions = ['rebuild', 'check', 'untrash'] as const;
export type CatalogAction = (typeof catalogActions)[number];

/** Gets jobs, snapshots and pins back from Drive; the key of `kit` first. */
export async function rebuildCatalog({ client, output }: CommandContext, kit: string | null): Promise<ExitCode> {
  if (kit !== null) {
    const outcome = await client.keys.readKit({ path: path.resolve(kit) });
    output.ask({ type: 'kit', use: outcome.use, opens: outcome.opens }, describeKit(outcome).join('\n'));
  }
  const undo = client.catalog.onProgressed((progress) => {
    output.progress({ catalog: progress }, `${String(progress.done)} of ${String(progress.total)} backups`);
  });
  try {
    const report = await client.catalog.rebuild(undefined);
    const jobs = await client.jobs.list(undefined);
    const lost = jobs.filter((job) => job.connectionId === null).map(({ name }) => name);
    const todo =
      lost.length === 0
        ? []
        : [
            `Which server these jobs belong to is not known here: ${lost.join(', ')}. The next command with --env-file says it, if that file names the same database.`,
          ];
    output.result(
      { report },
      [describeRebuild(report), ...report.problems.map(describeSetProblem), ...todo].join('\n'),
    );
    return report.sets > 0 && report.wrongKey >= report.sets ? exitCodes.needsPerson : exitCodes.done;
  } finally {
    undo();
  }
}

export async function checkCatalog({ client, output }: CommandContext): Promise<ExitCode> {
  const check = await client.catalog.check(undefined);
  const lines = [
    ...check.findings.map(({ baseName, presence, files }) => `${presence}  ${baseName}: ${files.join(', ')}`),
    ...check.unknown.map(
      ({ baseName, folderName }) => `unknown  ${baseName}${folderName === null ? '' : ` (${folderName})`}`,
    ),
  ];
  output.result({ check }, [describeCheck(check), ...lines].join('\n'));
  return check.findings.length > 0 ? exitCodes.needsPerson : exitCodes.done;
}

export async function untrash({ client, output }: CommandContext, reference: string | null): Promise<ExitCode> {
  if (reference === null) throw invalidInput('SNAPSHOT', 'say which snapshot comes out of the trash');
  const id = await findAnySnapshot({ client }, reference);
  const snapshot = await client.catalog.untrash({ id });
  const state = snapshot.presence === 'ok' ? 'is whole on Drive' : `is still ${snapshot.presence}`;
  output.result({ snapshot }, `${snapshot.baseName} ${state}.`);
  return snapshot.presence === 'ok' ? exitCodes.done : exitCodes.needsPerson;
}

/** Looks only: nothing is stored. */
export async function listRemote({ client, output }: CommandContext): Promise<ExitCode> {
  const sets = await client.catalog.listRemote(undefined);
  const rows = sets.map((set) => [
    set.id,
    set.createdAt,
    set.database,
    formatBytes(set.storedBytes),
    set.folderName ?? '',
    set.known ? 'yes' : 'no',
    set.problems.map(({ kind }) => kind).join(' '),
  ]);
  output.result({ sets }, toTable(['ID', 'CREATED', 'DATABASE', 'STORED', 'FOLDER', 'LISTED', 'PROBLEMS'], rows));
  return exitCodes.done;
}

export async function setPinned(
  { client, output }: CommandContext,
  reference: string,
  pinned: boolean,
): Promise<ExitCode> {
  const { id } = await findSnapshot(client, reference);
  const snapshot = await client.snapshots.setPinned({ id, pinned });
  const later = snapshot.pinPending ? ' Drive could not be told now; that is done when it can be reached again.' : '';
  const words = pinned ? 'is pinned: no rule removes it' : 'is no longer pinned';
  output.result({ snapshot }, `${snapshot.baseName} ${words}.${later}`);
  return exitCodes.done;
}

export async function openKit({ client, output }: CommandContext, file: string): Promise<ExitCode> {
  const outcome = await client.keys.readKit({ path: path.resolve(file) });
  const { key, use, opens } = outcome;
  output.result({ key, use, opens }, describeKit(outcome).join('\n'));
  return opensNothing(outcome) ? exitCodes.needsPerson : exitCodes.done;
}

export async function showSpace({ client, output }: CommandContext): Promise<ExitCode> {
  const account = await client.account.get(undefined);
  if (account.state === 'ready') await client.account.refresh(undefined);
  const space = await client.space.get(undefined);
  const short = describeShort(space);
  output.result({ space }, [...(short === null ? [] : [short]), ...describeSpace(space)].join('\n'));
  return exitCodes.done;
}

export interface FileRestoreArgs {
  readonly file: string;
  readonly manifest: string | null;
  readonly into: string | null;
  readonly newDatabase: string | null;
  readonly tables: readonly string[];
  readonly replace: boolean;
  readonly withoutOwners: boolean;
}

/** From a file that a person has, without Drive. */
export async function restoreFile({ client, output }: CommandContext, args: FileRestoreArgs): Promise<ExitCode> {
  const paths = [args.file, ...(args.manifest === null ? [] : [args.manifest])].map((file) => path.resolve(file));
  const picked = await client.restores.readFile({ paths });
  const target = args.into === null ? null : await saveConnectionOf(client, args.into);
  const [only, second] = target === null ? await client.connections.list(undefined) : [target.connection];
  if (only === undefined || second !== undefined) {
    throw invalidInput('--into', 'a file does not say which server it goes to: name it with --into URL');
  }
  const database = args.newDatabase ?? target?.database;
  if (database === undefined) throw invalidInput('--new-database', 'say where to: --new-database NAME, or --into URL');
  const started = await client.restores.startFromFile({
    ...{ fileId: picked.id, connectionId: only.id, database, replace: args.replace },
    ...{ tables: [...args.tables], withoutOwners: args.withoutOwners },
  });
  const code = reportRestore(output, await waitForRestore(client, output, started));
  if (picked.globalsName !== null) {
    process.stderr.write(
      `The roles of the old server lie in ${picked.globalsName}; docs/restore.md says how to bring them back.\n`,
    );
  }
  return code;
}
