// What the commands about the Google account do: login, logout, account. How they are spelled is cli.ts.
import path from 'node:path';
import { describeWarning } from '../../shared/account-warnings.ts';
import { describeFolder, type Account } from '../../shared/account.ts';
import { describeError } from '../../shared/describe-error.ts';
import { fromWireError, invalidInput } from '../../shared/errors.ts';
import { formatBytes } from '../../shared/format.ts';
import type { CommandContext } from './commands.ts';
import { chooseExitCode, exitCodes, type ExitCode } from './exit-codes.ts';

export interface LoginArgs {
  /** A JSON file of an OAuth client. */
  readonly client: string | null;
  /** A JSON file of a service account's key. */
  readonly serviceAccount: string | null;
  readonly subject: string | null;
  readonly folder: string | null;
}

export async function logIn(ctx: CommandContext, args: LoginArgs): Promise<ExitCode> {
  const { client, output } = ctx;
  if (args.serviceAccount !== null) {
    if (args.client !== null) throw invalidInput('--client', 'a service account signs in without an OAuth client');
    const account = await client.account.useServiceAccountFile({
      path: path.resolve(args.serviceAccount),
      folder: args.folder,
      actsFor: args.subject,
    });
    output.result({ account }, describeAccount(account));
    return exitCodes.done;
  }
  if (args.subject !== null) throw invalidInput('--subject', 'only a service account can act for a person');
  if (args.client !== null) await client.account.useClientFile({ path: path.resolve(args.client) });
  const undo = onInterrupt(() => client.account.cancelSignIn(undefined));
  try {
    await client.account.signIn(undefined);
  } finally {
    undo();
  }
  if (args.folder !== null) await client.account.setFolder(toFolderInput(args.folder));
  const account = await client.account.refresh(undefined);
  output.result({ account }, `Signed in as ${account.email ?? 'unknown'}.`);
  return exitCodes.done;
}

export async function logOut({ client, output }: CommandContext): Promise<ExitCode> {
  const account = await client.account.signOut(undefined);
  output.result({ account }, 'Signed out on this machine. The backups on Drive stay.');
  return exitCodes.done;
}

/** How the account stands, asked at Google now. */
export async function showAccount({ client, output }: CommandContext): Promise<ExitCode> {
  const account = await client.account.refresh(undefined);
  output.result({ account }, describeAccount(account));
  if (account.problem) return chooseExitCode(fromWireError(account.problem));
  return account.state === 'ready' ? exitCodes.done : exitCodes.needsPerson;
}

export async function changeFolder(
  { client, output }: CommandContext,
  reference: string | null,
  choose: boolean,
): Promise<ExitCode> {
  if (choose && reference !== null) throw invalidInput('--choose', 'name a folder or choose one, not both');
  if (!choose && reference === null) {
    const { folder } = await client.account.refresh(undefined);
    output.result({ folder }, folder ? describePlace(folder) : 'Nobody has signed in yet.');
    return folder ? exitCodes.done : exitCodes.needsPerson;
  }
  const undo = onInterrupt(() => client.account.cancelSignIn(undefined));
  try {
    const { folder } = await (reference === null
      ? client.account.pickFolder(undefined)
      : client.account.setFolder(toFolderInput(reference)));
    output.result(
      { folder },
      `New backups go to ${folder ? describeFolder(folder) : 'Drive'}. Those made so far stay where they are.`,
    );
    return exitCodes.done;
  } finally {
    undo();
  }
}

/** `top` stands for the top of My Drive. */
function toFolderInput(reference: string): { readonly reference: string | null } {
  return { reference: reference === 'top' ? null : reference };
}

const states: Readonly<Record<Account['state'], string>> = {
  none: 'nobody has signed in yet',
  'signing-in': 'a sign-in is under way',
  ready: 'signed in',
  'signed-out': 'signed out, backups wait',
};

function describeAccount(account: Account): string {
  const { folder, email, actsFor, kind, state, problem } = account;
  const who = [email, kind === 'service-account' ? 'service account' : '', actsFor === null ? '' : `for ${actsFor}`];
  const name = who.filter((part) => part !== null && part !== '').join(', ');
  const lines = [
    `Account  ${name === '' ? '' : `${name}: `}${states[state]}`,
    `Space    ${describeSpace(account)}`,
    ...(folder ? [`Folder   ${describePlace(folder)}`] : []),
  ];
  if (problem) {
    const words = describeError(problem);
    lines.push(`Problem  ${words.title}. ${words.happened} ${words.toDo}`);
  }
  for (const warning of account.warnings) {
    const words = describeWarning(warning, (iso) => iso.slice(0, 10));
    lines.push(`Mind     ${words.title}. ${words.text} ${words.toDo}`);
  }
  return lines.join('\n');
}

function describeSpace({ folder, usageBytes, limitBytes }: Account): string {
  if (folder?.onSharedDrive === true) return 'unknown: Google does not tell how much a shared drive has left';
  if (usageBytes === null) return 'not known';
  if (limitBytes === null) return `${formatBytes(usageBytes)} used, no limit`;
  return `${formatBytes(Math.max(0, limitBytes - usageBytes))} free of ${formatBytes(limitBytes)}`;
}

function describePlace(folder: NonNullable<Account['folder']>): string {
  if (folder.id === null) return `${describeFolder(folder)} (the first backup makes it)`;
  return `${describeFolder(folder)}  https://drive.google.com/drive/folders/${folder.id}`;
}

function onInterrupt(cancel: () => Promise<unknown>): () => void {
  const listener = (): void => {
    cancel().catch(() => undefined);
  };
  process.once('SIGINT', listener);
  return () => process.removeListener('SIGINT', listener);
}
