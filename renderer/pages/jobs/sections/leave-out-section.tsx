// What of the database a job leaves out: picked from the database's own schemas and tables, or typed as patterns.
import { Checkbox, Stack, Text } from '@mantine/core';
import { formatBytes } from '../../../../shared/format.ts';
import { toShortPattern } from '../../../../shared/dump-choice.ts';
import { Details } from '../../../parts/details.tsx';
import type { SectionProps } from '../job-form.ts';
import { useDatabases } from '../use-databases.ts';
import { useTables } from '../use-tables.ts';
import { PatternsField } from './patterns-field.tsx';

export function LeaveOutSection({ form }: SectionProps) {
  const { connectionId, scope, database, dump } = form.values;
  const databases = useDatabases(connectionId);
  const isServer = scope === 'server';
  const ofServer = databases.names.filter((name) => !dump.excludeDatabases.includes(toShortPattern(name)));
  const tables = useTables(connectionId, isServer ? ofServer : database === null || database === '' ? [] : [database]);
  const names = tables.rows.map(({ schema, name, sizeBytes }) => ({
    value: toShortPattern(schema, name),
    size: sizeBytes > 0 ? formatBytes(sizeBytes) : '',
  }));
  const withRows = names.filter((_, index) => tables.rows[index]?.kind === 'table');
  const schemas = [...new Set(tables.rows.map(({ schema }) => schema))].map((schema) => ({
    value: toShortPattern(schema),
    size: '',
  }));
  const field = (name: string) => ({ ...form.getInputProps(`dump.${name}`), onOpen: tables.load });
  const takesSome = dump.includeSchemas.length + dump.includeTables.length > 0;
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        What is left always restores. A table that something else needs keeps its structure and loses its rows only.
        {isServer ? ' What is chosen counts in every database of the server that has something of that name.' : ''}{' '}
        {isServer && databases.names.length === 0 ? databases.words : tables.words}
      </Text>
      {isServer ? (
        <PatternsField
          label="Without these databases"
          choices={databases.names.map((name) => ({ value: toShortPattern(name), size: '' }))}
          {...form.getInputProps('dump.excludeDatabases')}
        />
      ) : null}
      <PatternsField
        label="Without the rows of these tables"
        description="They come back empty. For logs, and for personal data that is not to be in a backup."
        choices={withRows}
        {...field('excludeData')}
      />
      <PatternsField label="Without these tables" choices={names} {...field('excludeTables')} />
      <PatternsField label="Without these schemas" choices={schemas} {...field('excludeSchemas')} />
      <Checkbox
        label="Large objects"
        description="What programs store with lo_import and lo_put."
        {...form.getInputProps('dump.largeObjects', { type: 'checkbox' })}
      />
      <Details label="Take only some schemas or tables" opened={takesSome}>
        <PatternsField
          label="Only these schemas"
          description={
            isServer ? 'Empty: all. Each must be in every database; a backup of one without it fails.' : 'Empty: all.'
          }
          choices={schemas}
          {...field('includeSchemas')}
        />
        <PatternsField
          label="Only these tables"
          description={
            isServer
              ? 'Empty: all. Each must be in every database; a backup of one without it fails.'
              : 'Empty: all. A name that is not there ends the backup, so that a renamed table is never missed.'
          }
          choices={names}
          {...field('includeTables')}
        />
      </Details>
    </Stack>
  );
}
