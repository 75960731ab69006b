// The one way the window shows a failure: title, what happened, what to do, and the button that helps.
import { Alert, Button, Code, Group, Spoiler, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { describeError } from '../../shared/describe-error.ts';
import type { ActionKind } from '../../shared/error-words/words.ts';
import type { WireError } from '../../shared/errors.ts';
import { useAction } from '../state/use-action.ts';
import { actOnError } from './error-action.ts';

export interface ErrorBlockProps {
  readonly error: WireError | null;
  /** What "Try again" does; without it that button is not shown. */
  readonly onRetry?: () => void;
  readonly onClose?: () => void;
  /** Buttons that are not shown: the person is already where they would lead, or has the same one there. */
  readonly here?: readonly ActionKind[];
}

/** Shows nothing while there is no error. */
export function ErrorBlock({ error, onRetry, onClose, here }: ErrorBlockProps) {
  const action = useAction(actOnError);
  const shown = action.error ?? error;
  const block = useRef<HTMLDivElement>(null);
  const code = shown?.code;
  useEffect(() => {
    // Below a long form it would go unseen.
    if (code !== undefined) block.current?.scrollIntoView({ block: 'nearest' });
  }, [code]);
  if (!shown) return null;
  const words = describeError(shown);
  const kind = words.action?.kind;
  const press = (): void => {
    if (kind === 'retry') onRetry?.();
    else if (kind) action.run(kind);
  };
  const close = (): void => {
    action.clear();
    onClose?.();
  };
  return (
    <Alert
      ref={block}
      role="alert"
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={words.title}
      {...(onClose ? { withCloseButton: true, closeButtonLabel: 'Close this message', onClose: close } : {})}
    >
      <Stack gap="xs">
        <Text size="sm" className="breakable">
          {words.happened}
        </Text>
        <Text size="sm" className="breakable" style={{ whiteSpace: 'pre-line' }}>
          {words.toDo}
        </Text>
        {words.action && kind !== undefined && !here?.includes(kind) && (kind !== 'retry' || onRetry) ? (
          <Group>
            <Button size="xs" variant="filled" color="red.8" onClick={press} loading={action.busy}>
              {words.action.label}
            </Button>
          </Group>
        ) : null}
        <Spoiler
          maxHeight={0}
          showLabel="Details"
          hideLabel="Hide details"
          styles={{
            control: { fontSize: 'var(--mantine-font-size-xs)', color: 'inherit', textDecoration: 'underline' },
          }}
        >
          <Code
            block
            className="breakable"
            style={{ whiteSpace: 'pre-wrap' }}
          >{`${shown.code}\n${shown.message}`}</Code>
        </Spoiler>
      </Stack>
    </Alert>
  );
}
