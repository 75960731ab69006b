// What a look into Drive brought back: while it goes on, and its report with every set that is less than it should be.
import { Alert, List, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconInfoCircle } from '@tabler/icons-react';
import { describeRebuild, describeSetProblem, type RebuildReport } from '../../shared/catalog.ts';
import { formatPercent, formatPlural } from '../../shared/format.ts';
import type { Rebuild } from '../state/use-rebuild.ts';
import { ErrorBlock } from './error-block.tsx';
import { ProgressBlock } from './progress-block.tsx';

export function RebuildBlock({ rebuild }: { readonly rebuild: Rebuild }) {
  const { busy, error, progress, report } = rebuild;
  const total = progress?.total ?? 0;
  const done = progress?.done ?? 0;
  return (
    <>
      {busy ? (
        <ProgressBlock
          name="Look into Drive"
          progress={{
            label: total === 0 ? 'Listing what lies on Drive' : 'Reading the manifests',
            percent: total === 0 ? null : (done / total) * 100,
            percentText: total === 0 ? '' : formatPercent(done, total),
            detail: total === 0 ? '' : `${String(done)} of ${formatPlural(total, 'backup')}`,
          }}
        />
      ) : null}
      <ErrorBlock error={error} onRetry={rebuild.run} onClose={rebuild.clear} />
      {report ? <Report report={report} /> : null}
    </>
  );
}

function Report({ report }: { readonly report: RebuildReport }) {
  const locked = report.sets > 0 && report.wrongKey >= report.sets;
  const look = locked
    ? ({
        color: 'red',
        icon: <IconAlertTriangle aria-hidden />,
        title: 'The key on this computer opens nothing',
      } as const)
    : report.sets === 0
      ? ({ color: 'yellow', icon: <IconInfoCircle aria-hidden />, title: 'Nothing found' } as const)
      : ({ color: 'green', icon: <IconCheck aria-hidden />, title: 'Looked through Drive' } as const);
  return (
    <Alert {...look} role="status">
      <Stack gap="xs">
        <Text size="sm">{describeRebuild(report)}</Text>
        {report.problems.length > 0 ? (
          <>
            <Text size="sm" fw={600}>
              Not as it should be:
            </Text>
            <List size="sm" spacing={4} style={{ maxHeight: 220, overflowY: 'auto' }} tabIndex={0}>
              {report.problems.map((problem) => {
                const words = describeSetProblem(problem);
                return (
                  <List.Item key={words} className="breakable">
                    {words}
                  </List.Item>
                );
              })}
            </List>
          </>
        ) : null}
      </Stack>
    </Alert>
  );
}
