// PostgreSQL's programs on this computer: which are there, which job uses which, what is missing, and folders of a person's own.
import { Alert, Badge, Button, Group, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconFolderPlus, IconTool, IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { toWireError, type WireError } from '../../../shared/errors.ts';
import type { ToolsReport } from '../../../shared/tools.ts';
import { api } from '../../api.ts';
import { Copy } from '../../parts/copy.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { RowButton } from '../../parts/row-button.tsx';
import { useAction } from '../../state/use-action.ts';

export function ToolsTab() {
  const [report, setReport] = useState<ToolsReport | null>(null);
  const [problem, setProblem] = useState<WireError | null>(null);
  useEffect(() => {
    api.tools.list(undefined).then(setReport, (error: unknown) => {
      setProblem(toWireError(error));
    });
  }, []);
  const add = useAction(async () => {
    const next = await api.tools.chooseFolder(undefined);
    if (next) setReport(next);
  });
  const remove = useAction(async (id: string) => {
    setReport(await api.tools.removeFolder({ id }));
  });
  if (problem) return <ErrorBlock error={problem} />;
  if (!report) return <Skeleton height={160} aria-label="Looking for the programs" />;
  const addButton = (
    <Button
      variant="default"
      leftSection={<IconFolderPlus size={16} aria-hidden />}
      loading={add.busy}
      onClick={add.run}
    >
      Add a folder
    </Button>
  );
  return (
    <Stack>
      {report.unmet.map(({ job, serverVersion, install }) => (
        <Alert
          key={job}
          color="red"
          icon={<IconAlertTriangle aria-hidden />}
          title={`${job}: no program here fits PostgreSQL ${serverVersion}`}
        >
          <Stack gap="xs">
            <Text size="sm">The next backup will fail until newer client programs are installed:</Text>
            <Install command={install} />
          </Stack>
        </Alert>
      ))}
      <ErrorBlock error={add.error ?? remove.error} />
      {report.sets.length === 0 ? (
        <Empty
          icon={<IconTool />}
          title="No PostgreSQL programs here"
          text="A backup is made by pg_dump, which comes with PostgreSQL’s client programs. Where they lie in a place of their own, add the folder."
        >
          {addButton}
        </Empty>
      ) : (
        <>
          <Group justify="space-between" align="flex-start">
            <Text size="sm" c="dimmed" maw={460}>
              For each server the oldest set is taken that is not older than the server. They are looked for at each
              run.
            </Text>
            {addButton}
          </Group>
          <Paper withBorder p="lg">
            <Stack gap="md">
              {report.sets.map(({ dir, version, jobs }) => (
                <div key={dir}>
                  <Group gap="xs">
                    <Text size="sm" fw={600}>
                      PostgreSQL {version}
                    </Text>
                    {jobs.map((job) => (
                      <Badge key={job} variant="light" tt="none">
                        {job}
                      </Badge>
                    ))}
                  </Group>
                  <Text size="sm" c="dimmed" className="breakable">
                    {dir}
                  </Text>
                </div>
              ))}
            </Stack>
          </Paper>
        </>
      )}
      {report.unasked.length > 0 ? (
        <Text size="sm" c="dimmed">
          Not known yet, for their server was never asked: {report.unasked.join(', ')}.
        </Text>
      ) : null}
      <Folders folders={report.folders} onRemove={remove.run} />
    </Stack>
  );
}

function Folders({
  folders,
  onRemove,
}: {
  readonly folders: ToolsReport['folders'];
  readonly onRemove: (id: string) => void;
}) {
  if (folders.length === 0) return null;
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        Folders of your own
      </Text>
      {folders.map(({ id, path, found }) => (
        <Group key={id} gap="xs" wrap="nowrap">
          <Text size="sm" className="breakable" flex={1}>
            {path}
            {found ? null : (
              <Text span size="sm" c="dimmed">
                {' '}
                (no programs there now)
              </Text>
            )}
          </Text>
          <RowButton
            tip="Remove"
            name={`Remove the folder ${path}`}
            onClick={() => {
              onRemove(id);
            }}
          >
            <IconX size={16} aria-hidden />
          </RowButton>
        </Group>
      ))}
    </Stack>
  );
}

/** A command to copy, or the page where there is none. */
export function Install({ command }: { readonly command: string }) {
  return (
    <Group gap="xs" align="center">
      <Text size="sm" ff="monospace" className="breakable">
        {command}
      </Text>
      <Copy value={command} label="Copy" />
    </Group>
  );
}
