// What needs a person, then one card for each job. The page a person reads in five seconds.
import { Button, SimpleGrid } from '@mantine/core';
import { IconBriefcase, IconPlus } from '@tabler/icons-react';
import { Empty } from '../../parts/empty.tsx';
import { Page } from '../../parts/page.tsx';
import { SpacePanel } from '../../parts/space-panel.tsx';
import { goTo, useRoute } from '../../state/route.ts';
import { listNeeds } from '../../state/standing.ts';
import { useFacts, useNow } from '../../state/use-app.ts';
import { RecoverDialog } from '../recover/recover-dialog.tsx';
import { JobCard } from './job-card.tsx';
import { PauseButton, PauseLine } from './pause-control.tsx';
import { NeedsList } from './needs-list.tsx';

export function OverviewPage() {
  const facts = useFacts();
  const now = useNow();
  const { params } = useRoute();
  const needs = listNeeds(facts, now);
  return (
    <Page title="Overview" actions={<PauseButton />}>
      <PauseLine />
      <NeedsList needs={needs} settingUp={facts.jobs.length === 0} />
      <RecoverDialog
        opened={params.recover !== undefined}
        onClose={() => {
          goTo('overview');
        }}
      />
      {facts.jobs.length > 0 ? (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
          {facts.jobs.map((job) => (
            <JobCard key={job.id} job={job} />
          ))}
        </SimpleGrid>
      ) : needs.length === 0 ? (
        <Empty icon={<IconBriefcase />} title="No job yet" text="A job says which database is backed up.">
          <Button
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => {
              goTo('jobs', { edit: 'new' });
            }}
          >
            Add a job
          </Button>
        </Empty>
      ) : null}
      {facts.jobs.length > 0 ? <SpacePanel brief /> : null}
    </Page>
  );
}
