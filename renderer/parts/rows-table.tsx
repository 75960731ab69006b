// The one look of a list: a framed table that scrolls sideways on a narrow window instead of squeezing its columns.
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
  /** Pixels below which the table scrolls. */
  readonly minWidth: number;
  /** Rows lead somewhere when they are clicked. */
  readonly highlightOnHover?: boolean;
  readonly children: ReactNode;
}

export function RowsTable({ columns, minWidth, highlightOnHover = false, children }: RowsTableProps) {
  return (
    <Paper withBorder>
      <Table.ScrollContainer type="native" minWidth={minWidth}>
        <Table verticalSpacing="sm" horizontalSpacing="md" highlightOnHover={highlightOnHover} className="figures">
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
