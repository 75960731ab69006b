// The fields that every restore asks for, whatever it comes from: which server, the new database's name, all or chosen
// tables, owners. The form around them is the caller's.
import { Button, Checkbox, Group, Input, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import type { useForm } from '@mantine/form';
import { useId } from 'react';
import type { Connection } from '../../../shared/connection.ts';
import type { WireError } from '../../../shared/errors.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';

export interface TargetValues {
  readonly connectionId: string;
  readonly database: string;
  readonly scope: 'all' | 'tables';
  readonly tables: string[];
  readonly withoutOwners: boolean;
}

/** What a form hands to one of its fields. */
type Field = ReturnType<ReturnType<typeof useForm<TargetValues>>['getInputProps']>;

/** PostgreSQL cuts names after 63 bytes. */
export function suggestDatabaseName(database: string): string {
  return `${database.slice(0, 54)}_restored`;
}

/** The tables that a request names: none stands for all. */
export function chooseTables({ scope, tables }: TargetValues): string[] {
  return scope === 'tables' ? tables : [];
}

/** What the schema cannot say, because no table stands for all of them. */
export function checkTables({ scope, tables }: TargetValues): Record<string, string> {
  return scope === 'tables' && tables.length === 0 ? { tables: 'Choose at least one table' } : {};
}

interface TargetFieldsProps {
  readonly connections: readonly Connection[];
  readonly connection: Field;
  readonly database: Field;
}

export function TargetFields({ connections, connection, database }: TargetFieldsProps) {
  return (
    <>
      <Select
        label="Onto the server of"
        data={connections.map(({ id, name }) => ({ value: id, label: name }))}
        allowDeselect={false}
        placeholder={connections.length === 0 ? 'Add a connection in the settings first' : 'Choose a connection'}
        withAsterisk
        {...connection}
      />
      <TextInput
        label="Name of the new database"
        description="It is made for this. An existing database with data is never touched."
        withAsterisk
        spellCheck={false}
        {...database}
      />
    </>
  );
}

export function ScopeField({ field }: { readonly field: Field }) {
  const id = useId();
  return (
    <Stack gap={4}>
      <Input.Label labelElement="div" id={id}>
        What
      </Input.Label>
      <SegmentedControl
        aria-labelledby={id}
        data={[
          { value: 'all', label: 'Everything' },
          { value: 'tables', label: 'Only chosen tables' },
        ]}
        {...field}
      />
    </Stack>
  );
}

/** In the place of the choices that plain SQL cannot give. */
export function PlainNote() {
  return (
    <Text size="sm" c="dimmed">
      This backup is plain SQL: it is restored whole, with its owners and rights. Roles that the server lacks must be
      made first.
    </Text>
  );
}

interface FormEndProps {
  /** Of the check box that leaves owners out; null where they cannot be left out. */
  readonly withoutOwners: Field | null;
  readonly error: WireError | null;
  readonly busy: boolean;
  readonly disabled?: boolean;
  readonly onClose: () => void;
}

export function RestoreFormEnd({ withoutOwners, error, busy, disabled = false, onClose }: FormEndProps) {
  return (
    <>
      {withoutOwners ? (
        <Checkbox
          label="Leave out owners and rights"
          description="For a server that lacks the roles: everything then belongs to the connection’s user."
          {...withoutOwners}
        />
      ) : null}
      <ErrorBlock error={error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={busy} disabled={disabled}>
          Restore
        </Button>
      </Group>
    </>
  );
}
