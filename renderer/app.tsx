// The window's frame: navigation at the left (behind a button where it is narrow), the page at the right.
import { AppShell, Burger, Center, Container, Group, Loader, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect } from 'react';
import { api } from './api.ts';
import { ActivityPage } from './pages/activity/activity-page.tsx';
import { JobsPage } from './pages/jobs/jobs-page.tsx';
import { OverviewPage } from './pages/overview/overview-page.tsx';
import { RestorePage } from './pages/restore/restore-page.tsx';
import { RunsPage } from './pages/runs/runs-page.tsx';
import { SettingsPage } from './pages/settings/settings-page.tsx';
import { SnapshotsPage } from './pages/snapshots/snapshots-page.tsx';
import { ErrorBlock } from './parts/error-block.tsx';
import { Navigation } from './parts/navigation.tsx';
import type { AppState } from './state/app-state.ts';
import { goTo, useRoute, type PageName } from './state/route.ts';
import { FactsContext, useAppState, useStore } from './state/use-app.ts';

const pages: Readonly<Record<PageName, () => React.ReactNode>> = {
  overview: OverviewPage,
  jobs: JobsPage,
  runs: RunsPage,
  snapshots: SnapshotsPage,
  restore: RestorePage,
  settings: SettingsPage,
  activity: ActivityPage,
};

export function App() {
  const state = useAppState();
  const route = useRoute();
  const [menuOpen, menu] = useDisclosure(false);
  useEffect(
    () =>
      api.app.onNavigated(({ page, params }) => {
        goTo(page, params);
      }),
    [],
  );
  const Shown = pages[route.page];
  return (
    <AppShell
      header={{ height: { base: 52, sm: 0 } }}
      navbar={{ width: 196, breakpoint: 'sm', collapsed: { mobile: !menuOpen } }}
      padding={{ base: 'md', sm: 'lg', lg: 'xl' }}
    >
      <AppShell.Header hiddenFrom="sm">
        <Group h="100%" px="md" gap="sm">
          <Burger
            opened={menuOpen}
            onClick={menu.toggle}
            size="sm"
            aria-label={menuOpen ? 'Close navigation' : 'Open navigation'}
          />
          <Text fw={700}>PgKeep</Text>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm">
        <Navigation page={route.page} onChoose={menu.close} />
      </AppShell.Navbar>
      <AppShell.Main>
        <Container size="lg" p={0} mx={0}>
          {state.facts ? (
            <FactsContext value={state.facts}>
              <Stack gap="lg">
                <EngineLine state={state} />
                <Shown key={route.page} />
              </Stack>
            </FactsContext>
          ) : (
            <Waiting state={state} />
          )}
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}

/** Above a page that was loaded before: the engine is away, or the lists could not be read again. */
function EngineLine({ state }: { readonly state: AppState }) {
  const store = useStore();
  if (state.engine.state === 'ready') {
    return state.loadError ? <ErrorBlock error={state.loadError} onRetry={() => void store.reload()} /> : null;
  }
  return <ErrorBlock error={stoppedError(state)} />;
}

function Waiting({ state }: { readonly state: AppState }) {
  const store = useStore();
  if (state.loadError) return <ErrorBlock error={state.loadError} onRetry={() => void store.reload()} />;
  if (state.engine.state === 'failed') return <ErrorBlock error={stoppedError(state)} />;
  return (
    <Center h="60vh">
      <Group gap="sm" role="status">
        <Loader size="sm" aria-hidden />
        <Text c="dimmed">Starting…</Text>
      </Group>
    </Center>
  );
}

function stoppedError(state: AppState) {
  const message = state.engine.reason ?? 'the engine is starting again';
  return { code: 'engine/stopped', message, retry: 'later', context: {} } as const;
}
