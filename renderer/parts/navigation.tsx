// The list of pages and, at its foot, the choice of light or dark.
import { Box, Button, Group, Menu, NavLink, Stack, Text, useMantineColorScheme } from '@mantine/core';
import {
  IconArchive,
  IconArrowBackUp,
  IconBriefcase,
  IconCheck,
  IconDeviceDesktop,
  IconHistory,
  IconListCheck,
  IconLayoutDashboard,
  IconMoon,
  IconSettings,
  IconShieldCheck,
  IconSun,
  type Icon,
} from '@tabler/icons-react';
import { toHash, type PageName } from '../state/route.ts';

const entries: readonly { readonly page: PageName; readonly label: string; readonly icon: Icon }[] = [
  { page: 'overview', label: 'Overview', icon: IconLayoutDashboard },
  { page: 'jobs', label: 'Jobs', icon: IconBriefcase },
  { page: 'runs', label: 'Runs', icon: IconHistory },
  { page: 'snapshots', label: 'Snapshots', icon: IconArchive },
  { page: 'restore', label: 'Restore', icon: IconArrowBackUp },
  { page: 'settings', label: 'Settings', icon: IconSettings },
  { page: 'activity', label: 'Activity', icon: IconListCheck },
];

export function Navigation({ page, onChoose }: { readonly page: PageName; readonly onChoose: () => void }) {
  return (
    <Stack h="100%" gap="md" component="nav" aria-label="Pages">
      <Group gap={8} px="sm" pt="xs" visibleFrom="sm">
        <IconShieldCheck size={22} color="var(--mantine-primary-color-filled)" aria-hidden />
        <Text fw={700} size="lg">
          PgKeep
        </Text>
      </Group>
      <Stack gap={2}>
        {entries.map((entry) => (
          <NavLink
            key={entry.page}
            href={toHash(entry.page)}
            label={entry.label}
            active={entry.page === page}
            aria-current={entry.page === page ? 'page' : undefined}
            onClick={onChoose}
            leftSection={<entry.icon size={18} stroke={1.7} aria-hidden />}
            style={{ borderRadius: 'var(--mantine-radius-md)' }}
          />
        ))}
      </Stack>
      <Box mt="auto">
        <SchemeMenu />
      </Box>
    </Stack>
  );
}

const schemes = [
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
  { value: 'auto', label: 'Like the system', icon: IconDeviceDesktop },
] as const;

function SchemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const chosen = schemes.find((scheme) => scheme.value === colorScheme) ?? schemes[2];
  return (
    <Menu position="top-start" width={190}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="sm"
          fullWidth
          justify="flex-start"
          c="var(--mantine-color-text)"
          fw={400}
          aria-label={`Appearance: ${chosen.label}`}
          leftSection={<chosen.icon size={18} stroke={1.7} aria-hidden />}
        >
          {chosen.label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {schemes.map((scheme) => (
          <Menu.Item
            key={scheme.value}
            leftSection={<scheme.icon size={16} stroke={1.7} aria-hidden />}
            rightSection={scheme.value === colorScheme ? <IconCheck size={14} aria-label="chosen" /> : null}
            onClick={() => {
              setColorScheme(scheme.value);
            }}
          >
            {scheme.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
