// The server's list of databases for the job form.
import { useEffect, useState } from 'react';
import type { ConnectionReport } from '../../../shared/connection.ts';
import { describeError } from '../../../shared/describe-error.ts';
import { toWireError } from '../../../shared/errors.ts';
import { api } from '../../api.ts';
import { toDraft } from '../../state/connection-draft.ts';
import { useFacts } from '../../state/use-app.ts';

export interface Databases {
  readonly names: readonly string[];
  readonly busy: boolean;
  /** What the list is, or why there is none; the name can be typed all the same. */
  readonly words: string;
}

/** Asks the connection's server for its databases; a newer choice makes an older answer void. */
export function useDatabases(connectionId: string): Databases {
  const { connections } = useFacts();
  const connection = connections.find((candidate) => candidate.id === connectionId);
  const [answer, setAnswer] = useState<{
    readonly for: string;
    readonly words: string;
    readonly names: readonly string[];
  }>({ for: '', words: '', names: [] });
  useEffect(() => {
    if (!connection) return undefined;
    let current = true;
    api.connections.test(toDraft(connection)).then(
      (report) => {
        if (current)
          setAnswer({ for: connection.id, words: toWords(report), names: report.databases.map((d) => d.name) });
      },
      (error: unknown) => {
        const { title } = describeError(toWireError(error));
        if (current) setAnswer({ for: connection.id, words: `No list: ${title}. You can type the name.`, names: [] });
      },
    );
    return () => {
      current = false;
    };
  }, [connection]);
  if (!connection) return { names: [], busy: false, words: 'Choose the connection first.' };
  if (answer.for !== connection.id) return { names: [], busy: true, words: 'Reading the server’s list…' };
  return { names: answer.names, busy: false, words: answer.words };
}

function toWords(report: ConnectionReport): string {
  return `PostgreSQL ${report.serverVersion}: ${String(report.databases.length)} on this server.`;
}
