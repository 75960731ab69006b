// A small button with a picture at the end of a row; its tip says what it does, its name also to what.
import { ActionIcon, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';

interface RowButtonProps {
  readonly tip: string;
  /** For screen readers: the act and the thing, e.g. `Remove shop`. */
  readonly name: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

export function RowButton({ tip, name, onClick, children }: RowButtonProps) {
  return (
    <Tooltip label={tip}>
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={name} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
