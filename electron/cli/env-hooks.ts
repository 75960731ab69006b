// The commands before and after a job's backups from a `.env` file: lines for the system's shell, as in a crontab.
import { invalidInput } from '../../shared/errors.ts';
import type { PgKeepClient } from '../../shared/ipc/contract.ts';
import { hookKinds, hookTimeoutLimits, usualHookTimeout, type Hook, type HookKind } from '../../shared/job-hooks.ts';
import type { Job } from '../../shared/job.ts';

type Values = Readonly<Partial<Record<string, string>>>;

type Use = readonly [HookKind, 'command' | 'timeout' | 'onFailure'];

const uses: Readonly<Record<string, Use>> = {
  BACKUP_HOOK_BEFORE: ['before', 'command'],
  BACKUP_HOOK_BEFORE_TIMEOUT: ['before', 'timeout'],
  BACKUP_HOOK_BEFORE_ON_FAILURE: ['before', 'onFailure'],
  BACKUP_HOOK_AFTER: ['after', 'command'],
  BACKUP_HOOK_AFTER_TIMEOUT: ['after', 'timeout'],
};

/** A name that is absent leaves the job as it is, an empty one takes the command away. Answers the job as it is then. */
export async function applyHooks(client: PgKeepClient, job: Job, values: Values): Promise<Job> {
  const hooks = { ...job.hooks };
  for (const kind of hookKinds) {
    const command = values[nameOf(kind)];
    if (command !== undefined) hooks[kind] = command.trim() === '' ? null : await acceptHook(client, kind, values);
  }
  if (JSON.stringify(hooks) === JSON.stringify(job.hooks) || job.connectionId === null) return job;
  const { id, name, connectionId, database, scope } = job;
  return client.jobs.save({ id, name, connectionId, database, scope, hooks });
}

async function acceptHook(client: PgKeepClient, kind: HookKind, values: Values): Promise<Hook> {
  const command = (values[nameOf(kind)] ?? '').trim();
  const accepted = await client.jobs.acceptHook({ way: 'shell', command });
  return { ...accepted, timeoutSeconds: parseTimeout(kind, values), onFailure: parseOnFailure(kind, values) };
}

function nameOf(kind: HookKind, what: Use[1] = 'command'): string {
  const found = Object.entries(uses).find(([, use]) => use[0] === kind && use[1] === what);
  return found?.[0] ?? '';
}

/** `300`, `300s`, `5m`, `2h`. */
export function parseTimeout(kind: HookKind, values: Values): number {
  const name = nameOf(kind, 'timeout');
  const text = values[name] ?? '';
  if (text.trim() === '') return usualHookTimeout;
  const [, number, unit = 's'] = /^(\d+)\s*([smh])?$/i.exec(text.trim()) ?? [];
  const factors: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };
  const seconds = Number(number) * (factors[unit.toLowerCase()] ?? Number.NaN);
  if (seconds >= hookTimeoutLimits.min && seconds <= hookTimeoutLimits.max) return seconds;
  throw invalidInput(name, 'it takes a time such as 300, 5m or 2h (24h at most)');
}

function parseOnFailure(kind: HookKind, values: Values): Hook['onFailure'] {
  const name = nameOf(kind, 'onFailure');
  const text = (values[name] ?? '').trim();
  if (text === '' || text === 'fail') return 'fail';
  if (text === 'warn') return 'warn';
  throw invalidInput(name, 'it takes fail or warn');
}
