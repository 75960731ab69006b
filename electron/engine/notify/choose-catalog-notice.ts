// What the comparison with Drive, and the space on it, give a person to know: pure decisions.
import { describeCheck, type CatalogCheck } from '../../../shared/catalog.ts';
import type { Notice } from '../../../shared/settings.ts';
import { describeShort, type Space } from '../../../shared/space.ts';

/** The same state has the same text; empty when all is well. Unknown sets are no danger and tell nobody. */
export function toCheckState({ findings }: CatalogCheck): string {
  return findings
    .map(({ snapshotId, presence }) => `${snapshotId}:${presence}`)
    .sort()
    .join(' ');
}

/** Null when every backup is where it should be. */
export function chooseCheckNotice(check: CatalogCheck): Notice | null {
  if (check.findings.length === 0) return null;
  const body = `${describeCheck({ ...check, unknown: [] })} Open PgKeep to see which, and what can be done.`;
  return { title: 'Backups are not as they should be on Drive', body, urgency: 'critical', open: 'snapshots' };
}

/** Null when there is room enough. */
export function chooseSpaceNotice(space: Space): Notice | null {
  const body = describeShort(space);
  if (body === null) return null;
  return { title: 'Google Drive is getting full', body, urgency: 'critical', open: 'settings' };
}
