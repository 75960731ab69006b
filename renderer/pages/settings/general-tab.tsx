// How PgKeep lives on this computer: whether it starts by itself, and whether the computer may sleep during a backup.
import { Paper, Stack, Switch } from '@mantine/core';
import { useEffect, useState } from 'react';
import { toWireError, type WireError } from '../../../shared/errors.ts';
import { api } from '../../api.ts';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { useAction } from '../../state/use-action.ts';
import { useFacts, useStore } from '../../state/use-app.ts';

export function GeneralTab() {
  const { settings } = useFacts();
  const store = useStore();
  const [atLogin, setAtLogin] = useState<boolean | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  useEffect(() => {
    // The tray and the system have switches for it, too.
    const undo = api.app.onStartAtLoginChanged(({ enabled }) => {
      setAtLogin(enabled);
    });
    api.app.getStartAtLogin(undefined).then(
      ({ enabled }) => {
        setAtLogin(enabled);
      },
      (thrown: unknown) => {
        setError(toWireError(thrown));
      },
    );
    return undo;
  }, []);
  const login = useAction(async (enabled: boolean) => {
    setAtLogin((await api.app.setStartAtLogin({ enabled })).enabled);
  });
  const awake = useAction(async (keepAwake: boolean) => {
    store.apply({ type: 'settings', value: await api.settings.save({ keepAwake }) });
  });
  return (
    <Paper withBorder p="lg">
      <Stack gap="lg">
        <Switch
          label="Start PgKeep when I sign in to this computer"
          description="It starts in the tray, without its window. Backups run by themselves only while PgKeep runs."
          checked={atLogin ?? false}
          disabled={atLogin === null || login.busy}
          onChange={(event) => {
            login.run(event.currentTarget.checked);
          }}
        />
        <ErrorBlock error={error ?? login.error} onClose={login.clear} />
        <Switch
          label="Keep the computer awake while a backup or a restore runs"
          description="The screen may still go dark. A backup that only waits for Google Drive keeps nothing awake."
          checked={settings.keepAwake}
          disabled={awake.busy}
          onChange={(event) => {
            awake.run(event.currentTarget.checked);
          }}
        />
        <ErrorBlock error={awake.error} onClose={awake.clear} />
      </Stack>
    </Paper>
  );
}
