// What "Test" found at a server, in sentences.
import { Alert, List, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import type { ConnectionReport } from '../../../shared/connection.ts';
import { formatBytes, formatPlural } from '../../../shared/format.ts';

/** Databases that are named; the rest is counted. */
const namedDatabases = 8;

export function ReportInWords({ report }: { readonly report: ConnectionReport }) {
  const { serverVersion, databases, pgDump, warnings } = report;
  const fine = warnings.length === 0 && pgDump !== null;
  const named = databases
    .slice(0, namedDatabases)
    .map(({ name, sizeBytes }) => (sizeBytes === null ? name : `${name} (${formatBytes(sizeBytes)})`));
  const rest = databases.length - named.length;
  return (
    <Alert
      role="status"
      color={fine ? 'green' : 'yellow'}
      icon={fine ? <IconCheck aria-hidden /> : <IconAlertTriangle aria-hidden />}
      title={fine ? 'The connection works' : 'The connection works, with something to mend'}
    >
      <Stack gap="xs">
        <Text size="sm" className="breakable">
          PostgreSQL {serverVersion}, {formatPlural(databases.length, 'database')}
          {named.length === 0 ? '' : `: ${named.join(', ')}`}
          {rest > 0 ? ` and ${String(rest)} more` : ''}.
        </Text>
        <Text size="sm">
          {pgDump
            ? `pg_dump ${pgDump.version} on this computer fits.`
            : 'No pg_dump on this computer fits this server. Install PostgreSQL’s client programs of its version or newer.'}
        </Text>
        {warnings.length > 0 ? (
          <List size="sm" spacing={4}>
            {warnings.map((warning) => (
              <List.Item key={warning} className="breakable">
                {warning}
              </List.Item>
            ))}
          </List>
        ) : null}
      </Stack>
    </Alert>
  );
}
