// The connection form's state and rules, for the dialog and its parts.
import { useForm } from '@mantine/form';
import { connectionDraftSchema, type Connection } from '../../../shared/connection.ts';
import { toFormDraft, toValues, type ConnectionValues } from '../../state/connection-draft.ts';
import { checkForm } from '../../state/form-rules.ts';

export type ConnectionForm = ReturnType<typeof useConnectionForm>;

/** `onValuesChange`: what was found out about the old values does not count any more. */
export function useConnectionForm(connection: Connection | null, onValuesChange: () => void) {
  return useForm<ConnectionValues, (values: ConnectionValues) => Record<string, string>>({
    initialValues: toValues(connection),
    validate: (values) => checkForm(connectionDraftSchema, toFormDraft(values, connection)),
    onValuesChange,
  });
}
