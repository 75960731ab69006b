// What a job backs up: a connection, one of its databases (from the server's list, or typed) or all of them, and a name.
import { Autocomplete, Loader, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useFacts } from '../../../state/use-app.ts';
import type { SectionProps } from '../job-form.ts';
import { useDatabases } from '../use-databases.ts';

export function WhatSection({ form }: SectionProps) {
  const { connections } = useFacts();
  const databases = useDatabases(form.values.connectionId);
  const { scope } = form.values;
  const chooseDatabase = (database: string): void => {
    const named = form.values.name !== '' && form.values.name !== form.values.database;
    form.setFieldValue('database', database);
    if (!named) form.setFieldValue('name', database);
  };
  const chooseScope = (value: string): void => {
    const next = value === 'server' ? 'server' : 'database';
    const { name, database } = form.values;
    form.setFieldValue('scope', next);
    form.clearFieldError('database');
    const connection = connections.find(({ id }) => id === form.values.connectionId);
    if (next === 'server' && (name === '' || name === database)) form.setFieldValue('name', connection?.name ?? '');
  };
  return (
    <Stack>
      <Select
        label="Connection"
        placeholder="Choose a connection"
        data={connections.map((connection) => ({ value: connection.id, label: connection.name }))}
        allowDeselect={false}
        withAsterisk
        {...form.getInputProps('connectionId')}
      />
      <SegmentedControl
        fullWidth
        aria-label="How much of the server"
        data={[
          { value: 'database', label: 'One database' },
          { value: 'server', label: 'All databases' },
        ]}
        value={scope}
        onChange={chooseScope}
      />
      {scope === 'database' ? (
        <Autocomplete
          label="Database"
          description={databases.words}
          placeholder="Choose or type"
          data={[...databases.names]}
          rightSection={databases.busy ? <Loader size="xs" aria-label="Reading the server’s list" /> : null}
          withAsterisk
          spellCheck={false}
          {...form.getInputProps('database')}
          value={form.values.database ?? ''}
          onChange={chooseDatabase}
        />
      ) : (
        <Text size="sm" c="dimmed">
          Each database gets a backup of its own. New ones are taken along from the next run on. {databases.words}
        </Text>
      )}
      <TextInput
        label="Name of the job"
        description="Also the name of its folder on Drive."
        withAsterisk
        {...form.getInputProps('name')}
      />
    </Stack>
  );
}
