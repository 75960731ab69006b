// What few people need, one click away and out of the way of everybody else.
import { Button, Collapse, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useId, type ReactNode } from 'react';

interface DetailsProps {
  readonly label: string;
  readonly children: ReactNode;
  /** From the start. */
  readonly opened?: boolean;
}

export function Details({ label, children, opened: first = false }: DetailsProps) {
  const [opened, { toggle }] = useDisclosure(first);
  const id = useId();
  const Icon = opened ? IconChevronDown : IconChevronRight;
  return (
    <div>
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<Icon size={14} aria-hidden />}
        aria-expanded={opened}
        aria-controls={id}
        onClick={toggle}
      >
        {label}
      </Button>
      <Collapse expanded={opened} id={id}>
        <Stack pt="sm">{children}</Stack>
      </Collapse>
    </div>
  );
}
