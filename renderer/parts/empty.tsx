// An empty list says what will be here and the next step.
import { EmptyState, Paper } from '@mantine/core';
import type { ReactNode } from 'react';

export interface EmptyProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly text: string;
  readonly children?: ReactNode;
}

export function Empty({ icon, title, text, children }: EmptyProps) {
  return (
    <Paper withBorder p="xl">
      <EmptyState icon={icon} title={title} description={text} withIndicatorBackground>
        {children === undefined ? null : <EmptyState.Actions>{children}</EmptyState.Actions>}
      </EmptyState>
    </Paper>
  );
}
