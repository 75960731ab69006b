// Looks through the history of runs page by page. Every page is a walk along one index from a known place, so it costs the same
// with a hundred runs and with a hundred thousand; what the index does not know is looked at for a bounded number of runs.
import type { ErrorCode } from '../../../shared/errors.ts';
import {
  listedRunSchema,
  type ListedRun,
  type RunPage,
  type RunPlace,
  type RunSearch,
} from '../../../shared/run-history.ts';
import type { Db } from './database.ts';
import { readJson } from './json.ts';
import { runColumns } from './runs.ts';

/** Runs that one page looks at besides those that it shows: by their columns, or with their logs. */
const walkedRuns = 10_000;
const walkedLogs = 1000;

/** An index begins with these columns and goes on with the time; the first that fits leads. */
const leads = [
  { index: 'runs_by_job_state', by: ['jobId', 'state'] },
  { index: 'runs_by_job_database', by: ['jobId', 'database'] },
  { index: 'runs_by_job', by: ['jobId'] },
  { index: 'runs_by_database', by: ['database'] },
  { index: 'runs_by_state', by: ['state'] },
  { index: 'runs_by_trigger', by: ['trigger'] },
  { index: 'runs_by_time', by: [] },
] as const;

type Column = 'jobId' | 'state' | 'trigger' | 'database';

const conditions: Readonly<Record<Column, string>> = {
  jobId: 'job_id = @jobId',
  state: 'state = @state',
  trigger: 'trigger = @trigger',
  database: 'database = @database',
};

/** Before and after every time that a clock can say. */
const newestPlace: RunPlace = { createdAt: '~', row: Number.MAX_SAFE_INTEGER };

export interface RunWalk {
  readonly sql: string;
  readonly budget: number;
  /** The index does not decide all: other columns, or texts, are looked at. */
  readonly looks: boolean;
}

/** The statement of a search, for the search itself and for whoever wants to see its plan. */
export function planRunSearch(search: RunSearch): RunWalk {
  const wanted = (['jobId', 'state', 'trigger', 'database'] as const).filter((column) => search[column] !== null);
  const lead = leads.find(({ by }) => by.every((column) => wanted.includes(column))) ?? leads[leads.length - 1];
  const led = lead?.by ?? [];
  const rest = wanted.filter((column) => !led.some((own) => own === column));
  const looks = rest.length > 0 || search.text !== '';
  const budget = search.text !== '' ? walkedLogs : rest.length > 0 ? walkedRuns : search.limit + 1;
  const walk = [
    ...led.map((column) =>
      column === 'database' && led.length > 1 ? "ifnull(database, '') = @database" : conditions[column],
    ),
    '(created_at, rowid) < (@createdAt, @row)',
    ...(search.from === null ? [] : ['created_at >= @from']),
  ];
  const filter = [...rest.map((column) => conditions[column]), ...(search.text === '' ? [] : [textCondition])];
  const sql = `with walked as (
      select rowid as row, * from runs indexed by ${lead?.index ?? 'runs_by_time'}
        where ${walk.join(' and ')} order by created_at desc, rowid desc limit @budget
    )
    select ${runColumns}, row, (select stored_bytes from snapshots where id = snapshot_id) as storedBytes
      from walked ${filter.length === 0 ? '' : `where ${filter.join(' and ')}`}
      order by created_at desc, row desc limit @limit + 1`;
  return { sql, budget, looks };
}

const textCondition = `(error like @pattern escape '\\' or warnings like @pattern escape '\\'
    or reason like @pattern escape '\\' or database like @pattern escape '\\' or id = @text
    or json_extract(error, '$.code') in (select value from json_each(@codes))
    or exists (select 1 from run_log where run_id = walked.id and message like @pattern escape '\\'))`;

/**
 * Newest first. `codes` are errors whose words have the text. A page may have fewer runs than asked for, or none, when it has
 * looked at enough: `next` is where to go on then.
 */
export function searchRuns(db: Db, search: RunSearch, codes: readonly ErrorCode[]): RunPage {
  const { sql, budget, looks } = planRunSearch(search);
  const values = toValues(search, budget, codes);
  const rows = db.prepare<unknown[], Row>(sql).all(values);
  const runs = rows.slice(0, search.limit);
  const last = runs.at(-1);
  if (rows.length > search.limit && last) return { runs: runs.map(toListed), next: toPlace(last) };
  const end = looks ? findWalkEnd(db, search, values) : null;
  return { runs: runs.map(toListed), next: end };
}

/** The oldest run that was looked at; null when there is nothing older. */
function findWalkEnd(db: Db, search: RunSearch, values: Readonly<Record<string, unknown>>): RunPlace | null {
  const { sql } = planRunSearch(search);
  const walk = sql.slice(sql.indexOf('from runs'), sql.indexOf('limit @budget'));
  const row = db
    .prepare<unknown[], Row>(`select created_at as createdAt, rowid as row ${walk} limit 1 offset @budget - 1`)
    .get(values);
  return row ? toPlace(row) : null;
}

type Row = RunPlace & Readonly<Record<string, unknown>>;

function toPlace({ createdAt, row }: RunPlace): RunPlace {
  return { createdAt, row };
}

function toValues(search: RunSearch, budget: number, codes: readonly ErrorCode[]): Record<string, unknown> {
  const { before, to, limit, text, ...columns } = search;
  // The end of the range is a place too: before every run of that moment.
  const end = to === null ? newestPlace : { createdAt: to, row: Number.MIN_SAFE_INTEGER };
  const start = before && before.createdAt < end.createdAt ? before : end;
  return {
    ...columns,
    ...{ limit, budget, text, createdAt: start.createdAt, row: start.row, codes: JSON.stringify(codes) },
    pattern: `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`,
  };
}

function toListed({ row: _row, ...values }: Row): ListedRun {
  const { error, warnings } = values;
  return listedRunSchema.parse({ ...values, error: readJson(error), warnings: readJson(warnings), progress: null });
}
