// A state as a word with an icon, so that it does not hang on colour alone.
import { Badge, type MantineColor } from '@mantine/core';
import {
  IconAlertTriangle,
  IconBan,
  IconCheck,
  IconCircleDashed,
  IconHourglass,
  IconRefresh,
  type Icon,
} from '@tabler/icons-react';
import type { RestoreState } from '../../shared/restore.ts';
import type { RunState } from '../../shared/run.ts';
import type { Standing } from '../state/standing.ts';
import { restoreStateWords, runStateWords } from '../state/words.ts';

export type Tone = 'good' | 'working' | 'waiting' | 'bad' | 'none';

const looks: Readonly<Record<Tone, { readonly color: MantineColor; readonly icon: Icon }>> = {
  good: { color: 'green', icon: IconCheck },
  working: { color: 'indigo', icon: IconRefresh },
  waiting: { color: 'yellow', icon: IconHourglass },
  bad: { color: 'red', icon: IconAlertTriangle },
  none: { color: 'gray', icon: IconCircleDashed },
};

export function ToneBadge({ tone, words }: { readonly tone: Tone; readonly words: string }) {
  const look = looks[tone];
  const Mark = tone === 'none' && words === runStateWords.cancelled ? IconBan : look.icon;
  return (
    <Badge
      variant="light"
      color={look.color}
      size="md"
      radius="sm"
      tt="none"
      fw={600}
      leftSection={<Mark size={13} stroke={2.2} aria-hidden />}
      miw="max-content"
    >
      {words}
    </Badge>
  );
}

const runTones: Readonly<Record<RunState, Tone>> = {
  queued: 'waiting',
  running: 'working',
  waiting: 'waiting',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'none',
  interrupted: 'bad',
};

export function RunBadge({ state }: { readonly state: RunState }) {
  return <ToneBadge tone={runTones[state]} words={runStateWords[state]} />;
}

const restoreTones: Readonly<Record<RestoreState, Tone>> = {
  running: 'working',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'none',
  interrupted: 'bad',
};

export function RestoreBadge({ state }: { readonly state: RestoreState }) {
  return <ToneBadge tone={restoreTones[state]} words={restoreStateWords[state]} />;
}

export function StandingBadge({ standing }: { readonly standing: Standing }) {
  const tone = standing.active ? runTones[standing.active.state] : standing.tone;
  return <ToneBadge tone={tone} words={standing.words} />;
}
