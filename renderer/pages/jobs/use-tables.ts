// The tables of a job's database, or of all databases of its server, for the form; asked for when a person first wants to
// pick one.
import { useState } from 'react';
import { describeError } from '../../../shared/describe-error.ts';
import { toWireError } from '../../../shared/errors.ts';
import type { TableFacts } from '../../../shared/table-facts.ts';
import { uniteTables } from '../../state/unite-tables.ts';
import { api } from '../../api.ts';

export interface Tables {
  readonly rows: readonly TableFacts[];
  /** Why there is no list, or that it is being read; empty when it is there. */
  readonly words: string;
  readonly load: () => void;
}

interface Answer {
  readonly for: string;
  readonly rows: readonly TableFacts[];
  readonly words: string;
}

const noAnswer: Answer = { for: '', rows: [], words: '' };

/** A server may have hundreds of databases; the form does not ask more of them than this. */
const mostDatabases = 40;

/** A newer choice of connection or databases makes an older answer void. */
export function useTables(connectionId: string, databases: readonly string[]): Tables {
  const [answer, setAnswer] = useState<Answer>(noAnswer);
  const key = JSON.stringify([connectionId, databases]);
  const current = answer.for === key ? answer : noAnswer;
  const load = (): void => {
    if (connectionId === '' || databases.length === 0 || current.for === key) return;
    setAnswer({ for: key, rows: [], words: 'Reading the list of tables…' });
    void readTables(connectionId, databases).then((read) => {
      setAnswer((now) => (now.for === key ? { for: key, ...read } : now));
    });
  };
  return { rows: current.rows, words: current.words, load };
}

/** One database after the other, so that the form never takes many of the server's connections. */
async function readTables(connectionId: string, databases: readonly string[]): Promise<Omit<Answer, 'for'>> {
  const lists: (readonly TableFacts[])[] = [];
  const failed: string[] = [];
  let title = '';
  for (const database of databases.slice(0, mostDatabases)) {
    try {
      lists.push(await api.connections.listTables({ connectionId, database }));
    } catch (error) {
      failed.push(database);
      ({ title } = describeError(toWireError(error)));
    }
  }
  const rows = uniteTables(lists);
  if (lists.length === 0) return { rows, words: `No list: ${title}. Names can be typed.` };
  if (failed.length > 0) return { rows, words: `Not listed are those of ${failed.join(', ')}: ${title}.` };
  return {
    rows,
    words: databases.length > mostDatabases ? `Listed are those of ${String(mostDatabases)} databases.` : '',
  };
}
