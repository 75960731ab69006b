// Erasing in the window's test double: the rows of a job go, one removed job waits for it.
import { AppError } from '../../shared/errors.ts';
import type { EngineHandlers, PgKeepEmit } from '../../shared/ipc/contract.ts';
import type { World } from './window-bridge-data.ts';

export function createEraseHandlers(
  world: World,
  emit: PgKeepEmit,
): Pick<EngineHandlers['jobs'], 'erase' | 'listRemoved'> {
  const removed = { id: 'job-old', name: 'Old shop', removedAt: '2026-10-01T10:00:00.000Z' };
  let hasRemoved = world.jobs.length > 0;
  return {
    listRemoved: () => (hasRemoved ? [{ ...removed, snapshots: 12, runs: 40, erasing: false }] : []),
    erase: ({ id, way, confirm }) => {
      const job = [...world.jobs, removed].find((candidate) => candidate.id === id);
      if (!job) throw new AppError('input/not-found', `no job ${id}`);
      if (way === 'for-good' && confirm.trim() !== job.name)
        throw new AppError('input/invalid', 'the name is another one');
      const snapshots = world.snapshots.filter(({ jobId }) => jobId === id).length;
      const runs = world.runs.filter(({ jobId }) => jobId === id).length;
      world.jobs = world.jobs.filter((candidate) => candidate.id !== id);
      world.runs = world.runs.filter(({ jobId }) => jobId !== id);
      world.snapshots = world.snapshots.filter(({ jobId }) => jobId !== id);
      if (id === removed.id) hasRemoved = false;
      emit('jobs.changed', world.jobs);
      const files = snapshots * 3;
      const on = way === 'trash' ? { trashed: files, deleted: 0 } : { trashed: 0, deleted: files };
      return { jobName: job.name, way, ...on, kept: 0, bytes: snapshots * 82_700_000, snapshots, runs };
    },
  };
}
