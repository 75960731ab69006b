// The one look of a list: a framed table. On a narrow window each row becomes a block with its columns' titles at the left, so
// that nothing, least of all its buttons, lies out of sight.
import { Paper, Table } from '@mantine/core';
import type { ReactNode } from 'react';

export interface Column {
  /** Empty for the column of a row's buttons. */
  readonly title: string;
  /** Numbers stand at the right. */
  readonly right?: boolean;
}

interface RowsTableProps {
  readonly columns: readonly Column[];
  /** Pixels below which the table scrolls while its rows are lines. */
  readonly minWidth: number;
  /** Rows lead somewhere when they are clicked. */
  readonly highlightOnHover?: boolean;
  readonly children: ReactNode;
}

export function RowsTable({ columns, minWidth, highlightOnHover = false, children }: RowsTableProps) {
  return (
    <Paper withBorder className="rows">
      <Table.ScrollContainer type="native" minWidth={minWidth}>
        <Table
          verticalSpacing="sm"
          horizontalSpacing="md"
          highlightOnHover={highlightOnHover}
          className="figures"
          style={toTitles(columns)}
        >
          <Table.Thead>
            <Table.Tr>
              {columns.map(({ title, right }) =>
                title === '' ? (
                  <Table.Th key="actions" aria-label="Actions" />
                ) : (
                  <Table.Th key={title} {...(right ? { ta: 'right' as const } : {})}>
                    {title}
                  </Table.Th>
                ),
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>{children}</Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}

/** For the style sheet, which shows them in the rows: `--column-2: "Database"`. */
function toTitles(columns: readonly Column[]): Readonly<Record<`--${string}`, string>> {
  return Object.fromEntries(
    columns.map(({ title }, index) => [`--column-${String(index + 1)}`, JSON.stringify(title)]),
  );
}
