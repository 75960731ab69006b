// When the job of an `.env` file runs by itself: BACKUP_SCHEDULE, BACKUP_ENABLED and BACKUP_TIME_ZONE. A line that is absent or
// empty leaves the job as it is.
import { invalidInput } from '../../shared/errors.ts';
import type { PgKeepClient } from '../../shared/ipc/contract.ts';
import type { Job } from '../../shared/job.ts';
import { parseWhen, whenExamples } from '../../shared/parse-schedule.ts';
import type { Schedule } from '../../shared/schedule.ts';
import { readSwitch, type EnvValues } from './env-choice.ts';

/** Throws `input/invalid` naming the line. Pure. */
export function readEnvSchedule(values: EnvValues, before: Schedule): Schedule {
  const text = values['BACKUP_SCHEDULE'] ?? '';
  const zone = (values['BACKUP_TIME_ZONE'] ?? '').trim();
  const when = text.trim() === '' ? before.when : parseWhen(text);
  if (when === null) throw invalidInput('BACKUP_SCHEDULE', `it takes ${whenExamples}`);
  return {
    ...before,
    when,
    enabled: readSwitch(values, 'BACKUP_ENABLED') ?? before.enabled,
    timeZone: zone === '' ? before.timeZone : zone,
  };
}

/** Saves the job with the file's schedule where that differs. */
export async function applyEnvSchedule(client: PgKeepClient, job: Job, values: EnvValues): Promise<Job> {
  const schedule = readEnvSchedule(values, job.schedule);
  const { id, name, connectionId, database, scope } = job;
  if (connectionId === null || JSON.stringify(schedule) === JSON.stringify(job.schedule)) return job;
  return client.jobs.save({ id, name, connectionId, database, scope, schedule });
}
