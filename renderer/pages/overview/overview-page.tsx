// What needs a person, then one card for each job. The page a person reads in five seconds.
import { Button, SimpleGrid } from '@mantine/core';
import { IconBriefcase, IconPlus } from '@tabler/icons-react';
import { Empty } from '../../parts/empty.tsx';
import { Page } from '../../parts/page.tsx';
import { goTo } from '../../state/route.ts';
import { listNeeds } from '../../state/standing.ts';
import { useFacts } from '../../state/use-app.ts';
import { JobCard } from './job-card.tsx';
import { NeedsList } from './needs-list.tsx';

export function OverviewPage() {
  const facts = useFacts();
  const needs = listNeeds(facts);
  return (
    <Page title="Overview">
      <NeedsList needs={needs} settingUp={facts.jobs.length === 0} />
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
    </Page>
  );
}
