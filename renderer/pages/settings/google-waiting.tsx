// While a person is on Google's page: what is awaited, and the ways out for a browser that did not open or was closed.
import { Button, Group, Loader, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { api } from '../../api.ts';
import { Copy } from '../../parts/copy.tsx';
import { ErrorBlock } from '../../parts/error-block.tsx';
import { useAction } from '../../state/use-action.ts';

export function SignInWaiting() {
  const cancel = useAction(() => api.account.cancelSignIn(undefined));
  const again = useAction(() => api.account.openSignInAgain(undefined));
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    let left = false;
    api.account.getSignInLink(undefined).then(
      (answer) => {
        if (!left) setUrl(answer.url);
      },
      () => undefined,
    );
    return () => {
      left = true;
    };
  }, []);
  return (
    <Stack gap="sm">
      <Group gap="xs" role="status" wrap="nowrap" align="flex-start">
        <Loader size="xs" mt={3} aria-hidden />
        <Text size="sm">
          Google’s page is open in your browser. Finish there within five minutes; this window goes on by itself.
        </Text>
      </Group>
      <ErrorBlock error={cancel.error ?? again.error} />
      <Group gap="sm">
        <Button variant="default" onClick={cancel.run} loading={cancel.busy}>
          Cancel
        </Button>
        <Button variant="default" onClick={again.run} loading={again.busy}>
          Open the page again
        </Button>
        {url === null ? null : <Copy value={url} label="Copy the link" size="sm" />}
      </Group>
    </Stack>
  );
}
