// The tables of a job's database, or of all databases of its server, for the form; asked for when a person first wants to
// pick one.
import { useEffect, useState } from 'react';
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

/** A newer choice of connection or databases makes an older answer void. What is wanted before the databases are known is asked for then. */
export function useTables(connectionId: string, databases: readonly string[]): Tables {
  const [wanted, setWanted] = useState(false);
  const [answer, setAnswer] = useState<Answer>(noAnswer);
  const canAsk = connectionId !== '' && databases.length > 0;
  const key = JSON.stringify([connectionId, databases]);
  useEffect(() => {
    if (!wanted || !canAsk) return undefined;
    const [of, names] = JSON.parse(key) as [string, string[]];
    let isOld = false;
    void readTables(of, names).then((read) => {
      if (isOld) return;
      setAnswer({ for: key, ...read });
      setWanted(false);
    });
    return () => {
      isOld = true;
    };
  }, [wanted, canAsk, key]);
  const load = (): void => {
    setWanted(true);
  };
  if (answer.for === key) return { rows: answer.rows, words: answer.words, load };
  return { rows: [], words: wanted && canAsk ? 'Reading the list of tables…' : '', load };
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
