// What "Test" found at a server, in sentences: what it is, what a dump of its database needs, and how to get what is missing.
import { Alert, Code, Group, List, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { ConnectionReport } from '../../../shared/connection.ts';
import { formatBytes, formatPlural } from '../../../shared/format.ts';
import { Copy } from '../../parts/copy.tsx';
import { Install } from './tools-tab.tsx';

/** Databases and statements that are shown; the rest is counted. */
const namedDatabases = 8;
const shownGrants = 5;

export function ReportInWords({ report }: { readonly report: ConnectionReport }) {
  const { serverVersion, databases, pgDump, warnings, missing } = report;
  const block = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Below a long form it would go unseen.
    block.current?.scrollIntoView({ block: 'nearest' });
  }, [report]);
  const fine = warnings.length === 0 && missing.length === 0 && pgDump !== null;
  const named = databases
    .slice(0, namedDatabases)
    .map(({ name, sizeBytes }) => (sizeBytes === null ? name : `${name} (${formatBytes(sizeBytes)})`));
  const rest = databases.length - named.length;
  return (
    <Alert
      ref={block}
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
        <Text size="sm" className="breakable">
          {describeDatabase(report)}
        </Text>
        <Text size="sm" className="breakable">
          {describeWay(report)}
        </Text>
        {pgDump ? (
          <Text size="sm">pg_dump {pgDump.version} on this computer fits.</Text>
        ) : (
          <>
            <Text size="sm">No pg_dump on this computer fits this server. This installs one:</Text>
            <Install command={report.install ?? ''} />
          </>
        )}
        <MissingRights report={report} />
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

function describeDatabase({ database, sizeBytes, encoding, collation, extensions }: ConnectionReport): string {
  const names = extensions.map(({ name, version }) => `${name} ${version}`).join(', ');
  return `${database}: ${formatBytes(sizeBytes)}, ${encoding}, ${collation}; ${names === '' ? 'no extensions' : `extensions ${names}`}.`;
}

function describeWay({ tls, through }: ConnectionReport): string {
  const encrypted = tls ? `Encrypted by ${tls.version} (${tls.cipher})` : 'Not encrypted by PostgreSQL';
  return through === null ? `${encrypted}.` : `${encrypted}, through the SSH server ${through}.`;
}

function MissingRights({ report: { database, missing, missingCount } }: { readonly report: ConnectionReport }) {
  if (missing.length === 0) return null;
  const rest = missingCount - Math.min(missing.length, shownGrants);
  const all = missing.map(({ grant }) => grant).join('\n');
  return (
    <Stack gap={6}>
      <Text size="sm">
        A backup of {database} would not be whole: {formatPlural(missingCount, 'right is', 'rights are')} missing. Have
        an administrator run:
      </Text>
      <Code block>
        {missing
          .slice(0, shownGrants)
          .map(({ grant }) => grant)
          .join('\n')}
        {rest > 0 ? `\n-- and ${String(rest)} more` : ''}
      </Code>
      <Group>
        <Copy value={all} label={missing.length === 1 ? 'Copy the statement' : 'Copy the statements'} />
      </Group>
    </Stack>
  );
}
