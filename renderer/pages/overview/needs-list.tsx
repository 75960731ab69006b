// What only a person can do, each with its one button: problems in red first, then the steps of setting up.
import { Anchor, Button, Divider, Group, Paper, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import {
  IconAlertTriangle,
  IconBrandGoogleDrive,
  IconBriefcase,
  IconClockExclamation,
  IconCloudOff,
  IconDatabaseExclamation,
  IconKey,
  IconMailX,
  IconServer2,
  type Icon,
} from '@tabler/icons-react';
import { Fragment } from 'react';
import { describeCheck } from '../../../shared/catalog.ts';
import { describeWarning } from '../../../shared/account-warnings.ts';
import { describeError, type ErrorAction } from '../../../shared/describe-error.ts';
import { api } from '../../api.ts';
import { actOnError } from '../../parts/error-action.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { formatDay, formatWhen } from '../../parts/when.tsx';
import { goTo, toHash } from '../../state/route.ts';
import { errorOfRun, type Need } from '../../state/standing.ts';
import { useAction } from '../../state/use-action.ts';
import { useStore } from '../../state/use-app.ts';

interface Row {
  readonly key: string;
  readonly icon: Icon;
  readonly title: string;
  readonly text: string;
  readonly label: string;
  readonly press: () => void;
  readonly busy?: boolean;
}

export interface NeedsListProps {
  readonly needs: readonly Need[];
  /** True before the first job: the list is then an introduction. */
  readonly settingUp: boolean;
}

export function NeedsList({ needs, settingUp }: NeedsListProps) {
  const store = useStore();
  const signIn = useAction(() => api.account.signIn(undefined));
  const cancelSignIn = useAction(() => api.account.cancelSignIn(undefined));
  const saveKit = useAction(async () => {
    const key = await api.keys.saveKit(undefined);
    if (key) store.apply({ type: 'key', value: key });
  });
  const again = useAction((jobId: string) => api.runs.start({ jobId, trigger: 'user' }));
  const help = useAction(actOnError);
  const error = signIn.error ?? cancelSignIn.error ?? saveKit.error ?? again.error ?? help.error;
  const clear = (): void => {
    for (const action of [signIn, cancelSignIn, saveKit, again, help]) action.clear();
  };
  if (needs.length === 0 && !error) return null;
  const rows = needs.map((need) => toRow(need, { signIn, cancelSignIn, saveKit, again, help }));
  const problem = needs.some((need) => need.weight === 'problem');
  return (
    <Stack gap="md" component="section" aria-labelledby="needs-title">
      <Paper withBorder p="lg">
        <Title order={2} size="h4" id="needs-title" mb={4}>
          {settingUp ? 'Set up your first backup' : problem ? 'Needs your attention' : 'Still to do'}
        </Title>
        {settingUp ? (
          <Text size="sm" c="dimmed">
            PgKeep copies your PostgreSQL databases to your own Google Drive, encrypted, and proves that they can be
            restored.
            <br />
            <Anchor href={toHash('overview', { recover: '1' })} size="sm">
              I am recovering on a new computer
            </Anchor>
          </Text>
        ) : null}
        <Stack gap="md" mt="md">
          {rows.map((row, index) => (
            <Fragment key={row.key}>
              {index > 0 ? <Divider /> : null}
              <NeedRow row={row} bad={needs[index]?.weight === 'problem'} main={index === 0} />
            </Fragment>
          ))}
        </Stack>
      </Paper>
      <ErrorBlock error={error} onClose={clear} />
    </Stack>
  );
}

function NeedRow({ row, bad, main }: { readonly row: Row; readonly bad: boolean; readonly main: boolean }) {
  return (
    <Group justify="space-between" gap="md" align="center">
      <Group gap="md" wrap="nowrap" align="flex-start" style={{ flex: '1 1 260px' }}>
        <ThemeIcon variant="light" color={bad ? 'red' : 'indigo'} size={36} radius="md" aria-hidden>
          <row.icon size={20} stroke={1.7} />
        </ThemeIcon>
        <div>
          <Text fw={600} size="sm">
            {row.title}
          </Text>
          <Text size="sm" c="dimmed" className="breakable">
            {row.text}
          </Text>
        </div>
      </Group>
      <Button variant={main ? 'filled' : 'default'} onClick={row.press} loading={row.busy ?? false}>
        {row.label}
      </Button>
    </Group>
  );
}

interface Presses {
  readonly signIn: { readonly run: () => void };
  readonly cancelSignIn: { readonly run: () => void; readonly busy: boolean };
  readonly saveKit: { readonly run: () => void; readonly busy: boolean };
  readonly again: { readonly run: (jobId: string) => void };
  readonly help: { readonly run: (kind: Exclude<ErrorAction['kind'], 'retry'>) => void };
}

type FailedNeed = Extract<Need, { kind: 'failed' }>;

/** The button that helps against the failure; without one the run itself, which has the log. */
function toFailureButton(need: FailedNeed, action: ErrorAction | null, actions: Presses): Pick<Row, 'label' | 'press'> {
  const kind = action?.kind;
  if (!action || !kind) {
    return {
      label: 'Open the run',
      press: () => {
        goTo('runs', { run: need.run.id });
      },
    };
  }
  return {
    label: action.label,
    press: () => {
      if (kind === 'retry') actions.again.run(need.job.id);
      else actions.help.run(kind);
    },
  };
}

const openGoogle: Pick<Row, 'label' | 'press'> = {
  label: 'Open Google settings',
  press: () => {
    goTo('settings', { tab: 'google' });
  },
};

function toRow(need: Need, actions: Presses): Row {
  const key = 'job' in need ? `${need.kind} ${need.job.id}` : need.kind;
  switch (need.kind) {
    case 'failed': {
      const error = errorOfRun(need.run);
      const words = error ? describeError(error) : null;
      return {
        key,
        icon: IconAlertTriangle,
        title: `${need.job.name}: ${words?.title ?? 'the last run failed'}`,
        text: words ? `${words.happened} ${words.toDo}` : 'Open the run to read its log.',
        ...toFailureButton(need, words?.action ?? null, actions),
      };
    }
    case 'late': {
      const { snapshot, freshness } = need.standing;
      const due = freshness.dueBy ? `It was due by ${formatWhen(freshness.dueBy.toISOString())}. ` : '';
      const last = snapshot ? `The last good backup is of ${formatWhen(snapshot.createdAt)}.` : 'There is none so far.';
      return {
        key,
        icon: IconClockExclamation,
        title: `${need.job.name}: no good backup in time`,
        text: `${due}${last}`,
        label: 'Back up now',
        press: () => {
          actions.again.run(need.job.id);
        },
      };
    }
    case 'job-connection':
      return {
        key,
        icon: IconServer2,
        title: `${need.job.name} needs a connection`,
        text: 'The job came back from Drive. Say which server its database is on, and it can run again.',
        label: 'Choose the connection',
        press: () => {
          goTo('jobs', { edit: need.job.id });
        },
      };
    case 'lost-on-drive':
      return {
        key,
        icon: IconCloudOff,
        title: 'Backups are not as they should be on Drive',
        text: describeCheck({ ...need.check, unknown: [] }),
        label: 'Show them',
        press: () => {
          goTo('snapshots');
        },
      };
    case 'space-short':
      return {
        key,
        icon: IconDatabaseExclamation,
        title: 'Google Drive is getting full',
        text: `${need.words} Empty Drive’s trash, or get more storage from Google.`,
        label: 'Show the space',
        press: () => {
          goTo('settings', { tab: 'google' });
        },
      };
    case 'undelivered':
      return {
        key: `${need.kind} ${need.channel}`,
        icon: IconMailX,
        title: need.channel === 'mail' ? 'Mails do not arrive' : 'Webhook messages do not arrive',
        text: need.words,
        label: need.channel === 'mail' ? 'Open mail settings' : 'Open notifications',
        press: () => {
          goTo('settings', { tab: need.channel === 'mail' ? 'mail' : 'notifications' });
        },
      };
    case 'signed-out':
      return {
        key,
        icon: IconBrandGoogleDrive,
        title: need.account.signedOutBy === 'google' ? 'Google ended the sign-in' : 'Nobody is signed in to Google',
        text: 'Backups wait until you sign in again. Those on Drive are safe.',
        ...(need.account.kind === 'person' ? { label: 'Sign in', press: actions.signIn.run } : openGoogle),
      };
    case 'account-problem': {
      const { title, happened, toDo } = describeError(need.error);
      return { key, icon: IconBrandGoogleDrive, title, text: `${happened} ${toDo}`, ...openGoogle };
    }
    case 'account-warning': {
      const { title, text, toDo } = describeWarning(need.warning, formatDay);
      return { key: need.warning.kind, icon: IconAlertTriangle, title, text: `${text} ${toDo}`, ...openGoogle };
    }
    case 'signing-in':
      return {
        key,
        icon: IconBrandGoogleDrive,
        title: 'Finish signing in',
        text: 'Google’s page is open in your browser. This window goes on by itself.',
        label: 'Cancel',
        press: actions.cancelSignIn.run,
        busy: actions.cancelSignIn.busy,
      };
    case 'connect':
      return {
        key,
        icon: IconServer2,
        title: 'Connect a PostgreSQL server',
        text: 'Enter where it is and test the connection.',
        label: 'Add a connection',
        press: () => {
          goTo('settings', { tab: 'connections', edit: 'new' });
        },
      };
    case 'enter-client':
      return {
        key,
        icon: IconBrandGoogleDrive,
        title: 'Set up Google Drive',
        text: 'Enter your own OAuth client, then sign in to the account that will hold the backups.',
        label: 'Set up Google',
        press: () => {
          goTo('settings', { tab: 'google' });
        },
      };
    case 'sign-in':
      return {
        key,
        icon: IconBrandGoogleDrive,
        title: 'Sign in to Google',
        text: 'The account you choose will hold the backups.',
        label: 'Sign in',
        press: actions.signIn.run,
      };
    case 'add-job':
      return {
        key,
        icon: IconBriefcase,
        title: 'Add a job',
        text: 'A job says which database is backed up.',
        label: 'Add a job',
        press: () => {
          goTo('jobs', { edit: 'new' });
        },
      };
    case 'save-kit':
      return {
        key,
        icon: IconKey,
        title: 'Save the recovery kit',
        text: 'Without it nobody, including you, can open the backups when this computer is lost.',
        label: 'Save the kit',
        press: actions.saveKit.run,
        busy: actions.saveKit.busy,
      };
  }
}
