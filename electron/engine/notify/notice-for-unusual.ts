// A good backup that breaks the trend of those before it (shared/trends.ts) is told of once, until one is as usual again. Pure.
import { isTrendWarning, trendMark } from '../../../shared/trends.ts';
import { everyChannel, markTold, nothing, openCause, resolve, toMember, type Decision } from './cause.ts';
import type { RunFacts } from './notice-for-run.ts';
import { toRunAlert, toSubject } from './run-words.ts';

/** Of a run that succeeded. */
export function noticeForUnusual(facts: RunFacts): Decision {
  const { run, job, database, open, now } = facts;
  const member = toMember(job.id, database);
  const name = `unusual/${member}`;
  const known = open.find(({ cause }) => cause === name);
  const odd = run.warnings.filter(isTrendWarning).map((warning) => warning.slice(trendMark.length));
  if (odd.length === 0) return { tell: [], causes: known ? [resolve(known, now)] : [] };
  if (known) return nothing;
  const alert = toRunAlert(facts, 'unusual', {
    tone: 'warn',
    title: `Backup of ${toSubject(job, database)} is unusual`,
    happened: `It succeeded, but ${odd.join(' Also: ')}`,
    toDo: 'Look whether the data is as it should be. If not, pin an older backup in PgKeep before the rules remove it.',
  });
  const cause = markTold(openCause(name, 'unusual', [member], now), now);
  return { tell: [{ alert, channels: everyChannel, cause: name }], causes: [cause] };
}
