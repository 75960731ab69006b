// What to tell of runs that one start has begun: each trouble once, with all the databases that have it. Pure.
import type { Cause } from '../store/causes.ts';
import type { Decision, Telling } from './cause.ts';
import { toScope } from './failure-scope.ts';
import { countFailures, isSettledAsFailed, noticeForRun, type RunFacts } from './notice-for-run.ts';

/** `ended`: with what was open before any of them ended. */
export function noticeForGroup(ended: readonly RunFacts[]): Decision {
  const all = orderFailures(ended);
  const causes = new Map<string, Cause>();
  const tell: Telling[] = [];
  for (const facts of all) {
    const open = mergeCauses(facts.open, [...causes.values()]);
    const decision = noticeForRun({ ...facts, open }, isToldByAnother(facts, all));
    tell.push(...decision.tell);
    for (const cause of decision.causes) causes.set(cause.cause, cause);
  }
  return { tell, causes: [...causes.values()] };
}

function mergeCauses(open: readonly Cause[], changed: readonly Cause[]): Cause[] {
  const merged = new Map([...open, ...changed].map((cause) => [cause.cause, cause]));
  return [...merged.values()].filter(({ resolvedAt }) => resolvedAt === null);
}

/** The last one makes the message, for it knows all of them. */
function isToldByAnother(facts: RunFacts, all: readonly RunFacts[]): boolean {
  if (!isSettledAsFailed(facts.run)) return false;
  const same = all.filter((other) => isSettledAsFailed(other.run) && scopeOf(other) === scopeOf(facts));
  return same.at(-1) !== facts;
}

function scopeOf({ run, job }: RunFacts): string {
  return toScope(run.error?.code ?? 'internal/unexpected', job);
}

/** Those that are told of last are those that nobody knows of yet, else those that failed the longest. */
function orderFailures(all: readonly RunFacts[]): RunFacts[] {
  const weigh = ({ run, history }: RunFacts): number => {
    const failures = countFailures(run, history);
    return failures === 1 ? Number.MAX_SAFE_INTEGER : failures;
  };
  return [...all].sort((a, b) => weigh(a) - weigh(b));
}
