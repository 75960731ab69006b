// Google in the settings: what to mind, the account, its folder, and with what PgKeep signs in. Each part is a file of its
// own; this one puts them one below the other.
import { Stack } from '@mantine/core';
import { useEffect } from 'react';
import { api } from '../../api.ts';
import { SpacePanel } from '../../parts/space-panel.tsx';
import { useFacts } from '../../state/use-app.ts';
import { GoogleAccountPart } from './google-account.tsx';
import { GoogleClientForm } from './google-client-form.tsx';
import { GoogleFolderPart } from './google-folder.tsx';
import { GoogleLimits } from './google-limits.tsx';
import { GoogleServiceAccountPart } from './google-service-account.tsx';
import { GoogleWarnings } from './google-warnings.tsx';
import { UploadLimit } from './upload-limit.tsx';

export function GoogleTab() {
  const { account } = useFacts();
  const ready = account.state === 'ready';
  useEffect(() => {
    // The answer comes as an event, too; a look that fails is told as the account's problem.
    if (ready) void api.account.refresh(undefined).catch(() => undefined);
  }, [ready]);
  return (
    <Stack gap="lg">
      <GoogleWarnings warnings={account.warnings} />
      <GoogleAccountPart />
      {account.folder === null ? null : <GoogleFolderPart folder={account.folder} />}
      <GoogleClientForm />
      <GoogleServiceAccountPart />
      <SpacePanel />
      <UploadLimit />
      <GoogleLimits />
    </Stack>
  );
}
