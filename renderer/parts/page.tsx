// The frame of every page: its name, one line about it, its buttons, and the content below.
import { Box, Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export interface PageProps {
  readonly title: string;
  readonly about?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, about, actions, children }: PageProps) {
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Box>
          <Title order={1} size="h2" tabIndex={-1} id="page-title">
            {title}
          </Title>
          {about === undefined ? null : (
            <Text c="dimmed" size="sm" mt={2}>
              {about}
            </Text>
          )}
        </Box>
        {actions === undefined ? null : <Group gap="sm">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
