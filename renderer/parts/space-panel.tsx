// How full Drive is and when it will be full, in words and as a bar.
import { Alert, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { formatPercent } from '../../shared/format.ts';
import { describeShort, describeSpace } from '../../shared/space.ts';
import { useFacts } from '../state/use-app.ts';

/** Nothing while Drive was never asked. `brief`: the warning stands elsewhere on the page. */
export function SpacePanel({ brief = false }: { readonly brief?: boolean }) {
  const { space } = useFacts();
  const point = space.points.at(-1);
  if (!point) return null;
  const { usageBytes, limitBytes, trashBytes } = point;
  const short = describeShort(space);
  const share = (bytes: number): number => (limitBytes === null || limitBytes === 0 ? 0 : (bytes / limitBytes) * 100);
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="space-title">
      <Stack gap="sm">
        <Title order={2} size="h4" id="space-title">
          Space on Google Drive
        </Title>
        {limitBytes === null ? null : (
          <Progress.Root size="lg" aria-label="Space used on Drive">
            <Progress.Section
              value={Math.min(100, share(usageBytes - trashBytes))}
              color={short === null ? 'indigo' : 'red'}
              aria-label={`Used: ${formatPercent(usageBytes, limitBytes)}`}
            />
            <Progress.Section value={share(trashBytes)} color="gray.6" aria-label="In the trash" />
          </Progress.Root>
        )}
        {short === null || brief ? null : (
          <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title="Drive is getting full">
            <Text size="sm">{short} Empty Drive’s trash, or get more storage from Google.</Text>
          </Alert>
        )}
        <Stack gap={2} className="figures">
          {describeSpace(space).map((line) => (
            <Text size="sm" key={line} c="dimmed">
              {line}
            </Text>
          ))}
        </Stack>
      </Stack>
    </Paper>
  );
}
