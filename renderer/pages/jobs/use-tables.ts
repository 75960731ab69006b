// The tables of a job's database for the form; asked for when a person first wants to pick one.
import { useState } from 'react';
import { describeError } from '../../../shared/describe-error.ts';
import { toWireError } from '../../../shared/errors.ts';
import type { TableFacts } from '../../../shared/table-facts.ts';
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

/** A newer choice of connection or database makes an older answer void. */
export function useTables(connectionId: string, database: string | null): Tables {
  const [answer, setAnswer] = useState<Answer>(noAnswer);
  const key = JSON.stringify([connectionId, database]);
  const current = answer.for === key ? answer : noAnswer;
  const load = (): void => {
    if (connectionId === '' || database === null || database === '' || current.for === key) return;
    setAnswer({ for: key, rows: [], words: 'Reading the list of tables…' });
    const settle = (rows: readonly TableFacts[], words: string): void => {
      setAnswer((now) => (now.for === key ? { for: key, rows, words } : now));
    };
    api.connections.listTables({ connectionId, database }).then(
      (rows) => {
        settle(rows, '');
      },
      (error: unknown) => {
        settle([], `No list: ${describeError(toWireError(error)).title}. Names can be typed.`);
      },
    );
  };
  return { rows: current.rows, words: current.words, load };
}
