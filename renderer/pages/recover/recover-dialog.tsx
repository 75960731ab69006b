// The way of a person whose computer is new: sign in, bring the key, get the list back. Each step says whether it is done.
import { Anchor, Button, Divider, FocusTrap, Group, Modal, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconCheck, IconSearch } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { opensNothing } from '../../../shared/describe-kit.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { OpenKit } from '../../parts/open-kit.tsx';
import { RebuildBlock } from '../../parts/rebuild-block.tsx';
import { toHash } from '../../state/route.ts';
import { useAction } from '../../state/use-action.ts';
import { useFacts } from '../../state/use-app.ts';
import { useRebuild } from '../../state/use-rebuild.ts';

export interface RecoverDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function RecoverDialog({ opened, onClose }: RecoverDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Recover on a new computer" size="lg">
      <Steps onClose={onClose} />
    </Modal>
  );
}

function Steps({ onClose }: { readonly onClose: () => void }) {
  const { jobs, snapshots } = useFacts();
  const rebuild = useRebuild();
  const [kitFits, setKitFits] = useState(false);
  const lost = jobs.filter((job) => job.connectionId === null);
  return (
    <Stack>
      <FocusTrap.InitialFocus />
      <Text size="sm">
        Jobs, snapshots and pins come back from Google Drive and your recovery kit alone. Nothing on Drive is changed.
      </Text>
      <SignInStep />
      <Divider />
      <Step number={2} title="Open the recovery kit" done={kitFits}>
        <Text size="sm" c="dimmed">
          The file that you saved on the old computer. Without it the backups are listed, but cannot be opened.
        </Text>
        <OpenKit
          onOpened={(outcome) => {
            setKitFits(!opensNothing(outcome));
          }}
        />
      </Step>
      <Divider />
      <Step number={3} title="Look into Drive" done={rebuild.report !== null && snapshots.length > 0}>
        <Text size="sm" c="dimmed">
          Finds every backup and makes the list anew. You can do it again at any time.
        </Text>
        <LookButton rebuild={rebuild} />
        <RebuildBlock rebuild={rebuild} />
        {rebuild.report && lost.length > 0 ? (
          <Text size="sm">
            Which server {lost.length === 1 ? 'this job is' : 'these jobs are'} of, is not known here:{' '}
            <strong>{lost.map(({ name }) => name).join(', ')}</strong>.{' '}
            <Anchor href={toHash('jobs')} size="sm">
              Choose their connections
            </Anchor>
            , or{' '}
            <Anchor href={toHash('snapshots')} size="sm">
              restore a snapshot
            </Anchor>{' '}
            first.
          </Text>
        ) : null}
      </Step>
      <Group justify="flex-end">
        <Button variant={rebuild.report ? 'filled' : 'default'} onClick={onClose}>
          {rebuild.report ? 'Done' : 'Close'}
        </Button>
      </Group>
    </Stack>
  );
}

function LookButton({ rebuild }: { readonly rebuild: ReturnType<typeof useRebuild> }) {
  const { account } = useFacts();
  return (
    <Group>
      <Button
        leftSection={<IconSearch size={16} aria-hidden />}
        variant={rebuild.report ? 'default' : 'filled'}
        disabled={account.state !== 'ready'}
        loading={rebuild.busy}
        onClick={rebuild.run}
      >
        Look into Drive
      </Button>
    </Group>
  );
}

function SignInStep() {
  const { account } = useFacts();
  const signIn = useAction(() => api.account.signIn(undefined));
  const cancel = useAction(() => api.account.cancelSignIn(undefined));
  const ready = account.state === 'ready';
  return (
    <Step number={1} title="Sign in to Google" done={ready}>
      <Text size="sm" c="dimmed" className="breakable">
        {ready
          ? `Signed in as ${account.email ?? 'the account that you chose'}.`
          : 'With the account that holds the backups, and the same OAuth client as before: Google shows a program only its own files.'}
      </Text>
      {ready ? null : account.client === 'none' ? (
        <Group>
          <Button component="a" href={toHash('settings', { tab: 'google' })}>
            Set up Google
          </Button>
        </Group>
      ) : account.state === 'signing-in' ? (
        <Group gap="sm">
          <Text size="sm" role="status">
            Google’s page is open in your browser.
          </Text>
          <Button variant="default" size="xs" loading={cancel.busy} onClick={cancel.run}>
            Cancel
          </Button>
        </Group>
      ) : (
        <Group>
          <Button loading={signIn.busy} onClick={signIn.run}>
            Sign in
          </Button>
        </Group>
      )}
      <ErrorBlock error={signIn.error ?? cancel.error} onRetry={signIn.run} onClose={signIn.clear} />
    </Step>
  );
}

interface StepProps {
  readonly number: number;
  readonly title: string;
  readonly done: boolean;
  readonly children: ReactNode;
}

function Step({ number, title, done, children }: StepProps) {
  return (
    <Group
      wrap="nowrap"
      align="flex-start"
      gap="md"
      component="section"
      aria-label={`Step ${String(number)}: ${title}`}
    >
      <ThemeIcon variant="light" color={done ? 'green' : 'indigo'} size={32} radius="xl" aria-hidden>
        {done ? <IconCheck size={18} /> : <Text fw={700}>{String(number)}</Text>}
      </ThemeIcon>
      <Stack gap="xs" style={{ flex: 1, minWidth: 0 }}>
        <Title order={3} size="h5" mt={4}>
          {title}
        </Title>
        {children}
      </Stack>
    </Group>
  );
}
