// What marks a snapshot in a list: pinned, and not as it should be on Drive.
import { Badge } from '@mantine/core';
import { IconAlertTriangle, IconPin } from '@tabler/icons-react';
import type { Presence, Snapshot } from '../../../shared/snapshot.ts';

const presenceWords: Readonly<Record<Exclude<Presence, 'ok'>, string>> = {
  missing: 'Not seen on Drive',
  trashed: 'In Drive’s trash',
  changed: 'Changed on Drive',
  removing: 'Being removed',
};

export function SnapshotMarks({ snapshot }: { readonly snapshot: Snapshot }) {
  const { pinned, pinPending, presence, files } = snapshot;
  const incomplete = !files.some(({ kind }) => kind === 'manifest');
  return (
    <>
      {pinned ? (
        <Badge
          variant="light"
          color="indigo"
          radius="sm"
          tt="none"
          fw={600}
          miw="max-content"
          leftSection={<IconPin size={12} aria-hidden />}
        >
          {pinPending ? 'Pinned, Drive is told later' : 'Pinned'}
        </Badge>
      ) : null}
      {presence === 'ok' ? null : (
        <Badge
          variant="light"
          color="red"
          radius="sm"
          tt="none"
          fw={600}
          miw="max-content"
          leftSection={<IconAlertTriangle size={12} aria-hidden />}
        >
          {presenceWords[presence]}
        </Badge>
      )}
      {incomplete ? (
        <Badge variant="light" color="yellow" radius="sm" tt="none" fw={600} miw="max-content">
          No manifest
        </Badge>
      ) : null}
    </>
  );
}
