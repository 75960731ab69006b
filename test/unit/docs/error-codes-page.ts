// Writes docs/error-codes.md from the program's own words. Its test keeps the file equal to this, and writes it with
// `vitest run test/unit/docs -u`.
import { chooseExitCode } from '../../../electron/cli/exit-codes.ts';
import { describeError } from '../../../shared/describe-error.ts';
import { errorCodes, type ErrorCode, type ErrorContext } from '../../../shared/errors.ts';

type Area<Code extends string = ErrorCode> = Code extends `${infer Name}/${string}` ? Name : never;

const areas: Readonly<Record<Area, string>> = {
  pg: 'PostgreSQL',
  ssh: 'SSH tunnels',
  drive: 'Google and Google Drive',
  crypto: 'Encryption',
  vault: 'The key store',
  store: 'PgKeep’s own list',
  spool: 'Room on this computer',
  hook: 'Commands before and after',
  archive: 'The dump',
  restore: 'Restores and drills',
  retention: 'Old snapshots',
  run: 'Runs',
  mail: 'Mail',
  webhook: 'Webhook and ping addresses',
  audit: 'The activity log',
  input: 'What was entered',
  engine: 'The engine',
  app: 'The desktop program',
  internal: 'The rest',
};

/** What the words are filled with: an ordinary server, and versions for the codes that compare some. */
const example: ErrorContext = {
  host: 'db.example.com',
  port: 5432,
  user: 'backup',
  database: 'shop',
  role: 'clerk',
  extension: 'postgis',
  object: 'shop.orders',
  serverVersion: '17.2',
  toolVersion: '15.18',
  sshHost: 'gate.example.com',
  sshUser: 'ann',
};

const head = `# Error codes

Every failure has one code and the same words everywhere: in the window, in notifications and on the command line, which prints
the code in brackets after the words. Where names, versions, sizes or another program’s own message are known, the words hold
them; here they are of a server \`db.example.com\`. The last column is the
[exit code](command-line.md#exit-codes) of a command that ends with it.

This page is made from \`shared/describe-error.ts\`; a test keeps the two equal.
`;

export function renderErrorCodesPage(): string {
  const sections = Object.entries(areas).map(([area, title]) => {
    const codes = errorCodes.filter((code) => code.startsWith(`${area}/`));
    return `\n## ${title}\n\n${renderTable(codes)}`;
  });
  return head + sections.join('');
}

function renderTable(codes: readonly ErrorCode[]): string {
  const rows = codes.map((code) => {
    const { title, happened, toDo } = describeError({ code, message: '', retry: 'never', context: example });
    const cells = [`\`${code}\``, `**${title}.** ${happened}`, toDo, String(chooseExitCode({ code }))];
    return `| ${cells.map(toCell).join(' | ')} |\n`;
  });
  const lines = ['| code | what happened | what to do | exit |\n', '|---|---|---|---|\n', ...rows];
  return `<!-- prettier-ignore -->\n${lines.join('')}`;
}

function toCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', '<br>');
}
