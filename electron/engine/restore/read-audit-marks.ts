// What the newest backups of this computer have noted of its audit log, read out of their encrypted manifests on Drive.
import type { AuditMark } from '../../../shared/audit.ts';
import { isGoodSnapshot } from '../../../shared/snapshot.ts';
import type { Db } from '../store/database.ts';
import { listSnapshots } from '../store/snapshots.ts';
import { readManifest, type ReadContext } from './read-set.ts';

/** As many manifests are read: a few KB each. */
const witnesses = 5;

/** Newest first. A snapshot that another computer made, or that came back from Drive, knows another log. */
export async function readAuditMarks(ctx: ReadContext & { readonly db: Db }): Promise<AuditMark[]> {
  const own = listSnapshots(ctx.db, null).filter((snapshot) => snapshot.runId !== null && isGoodSnapshot(snapshot));
  const marks: AuditMark[] = [];
  for (const snapshot of own.slice(0, witnesses)) {
    const { audit } = await readManifest(ctx, snapshot);
    if (audit) marks.push(audit);
  }
  return marks;
}
