// `pgkeep discover`: the servers of this computer and those that its files name, each as the line that a `.env` file takes.
import type { FoundServer } from '../../shared/found-server.ts';
import type { CommandContext } from './commands.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';

export async function discover({ client, output }: CommandContext): Promise<ExitCode> {
  const servers = await client.connections.discover(undefined);
  const text = servers.length === 0 ? nothing : servers.map(describeFound).join('\n\n');
  output.result({ servers }, text);
  return exitCodes.done;
}

const nothing = 'Nothing was found: no server answers here, and pg_service.conf and the password file name none.';

function describeFound(server: FoundServer): string {
  const { title, where, answer, hasPassword, notes } = server;
  const lines = [
    `${title} (${where})`,
    ...(answer ? [`  PostgreSQL ${answer.version}: ${answer.databases.join(', ')}`] : []),
    `  DATABASE_URL=${toUrl(server)}`,
    ...(hasPassword ? ['  its password stands in that file'] : []),
    ...notes.map((note) => `  ${note}`),
  ];
  return lines.join('\n');
}

/** Without a password: that one is written by whoever uses it, or found in the password file. */
function toUrl({ source, title, host, port, user, database, sslMode }: FoundServer): string {
  if (source === 'service') return `postgresql://?service=${encodeURIComponent(title)}`;
  const place = host.startsWith('/') || host.startsWith('@') ? encodeURIComponent(host) : host;
  const mode = sslMode === 'prefer' ? '' : `?sslmode=${sslMode}`;
  const plain = place.includes(':') ? `[${place}]` : place;
  return `postgresql://${encodeURIComponent(user)}@${plain}:${String(port)}/${encodeURIComponent(database)}${mode}`;
}
