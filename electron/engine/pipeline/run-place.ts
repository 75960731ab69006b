// Which database of which server a run is about, whatever job or connection names it.
import type { Run } from '../../../shared/run.ts';
import { findConnection } from '../store/connections.ts';
import type { Db } from '../store/database.ts';
import { getJob } from '../store/jobs.ts';

/** Equal for runs that must not be at work at the same time. */
export function readRunPlace(db: Db, run: Pick<Run, 'jobId' | 'database'>): string {
  const job = getJob(db, run.jobId);
  const connection = job.connectionId === null ? null : findConnection(db, job.connectionId);
  if (!connection) return job.id;
  return `${connection.host.toLowerCase()}:${String(connection.port)}/${run.database ?? job.database ?? ''}`;
}
