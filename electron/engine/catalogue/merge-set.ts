// What a rebuild makes of a set that lies on Drive: a new row, or the one that is here with what it lacked. Pure.
import type { SetProblem } from '../../../shared/catalog.ts';
import type { SetFile, Snapshot } from '../../../shared/snapshot.ts';
import { sumBytes, type FoundSet } from './group-sets.ts';
import { judgeBytes } from '../drive/judge-file.ts';
import type { ManifestFacts } from './read-manifest.ts';

/** `facts`: null when no manifest of it was read. `at`: ISO time of the look. */
export function toSnapshot(set: FoundSet, facts: ManifestFacts | null, at: string): Snapshot {
  const files = set.files.map((file) => withHashes(file, facts));
  return {
    ...{ id: set.id, jobId: set.jobId, runId: null, database: set.database, baseName: set.baseName },
    createdAt: set.createdAt,
    serverVersion: facts?.serverVersion ?? set.serverVersion,
    dumpFormat: facts?.dumpFormat ?? set.dumpFormat,
    compression: facts?.compression ?? set.compression,
    dumpBytes: facts?.dumpBytes ?? set.dumpBytes,
    storedBytes: sumBytes(files),
    ...{ tables: set.tables, rows: set.rows, files, leftOut: facts?.leftOut ?? null },
    ...{ pinned: set.pinned, pinPending: false, verifiedAt: null },
    presence: hasChanged(set.files, facts) ? 'changed' : 'ok',
    checkedAt: at,
  };
}

/** What the row knows more (its run, its drill, a pin) stays; what it lacks is filled in. Never unpins. */
export function complete(old: Snapshot, set: FoundSet, facts: ManifestFacts | null): Snapshot {
  const missing = set.files.filter((file) => !old.files.some(({ kind }) => kind === file.kind));
  const files = [...old.files, ...missing.map((file) => withHashes(file, facts))];
  return {
    ...old,
    dumpBytes: old.dumpBytes ?? facts?.dumpBytes ?? set.dumpBytes,
    tables: old.tables ?? set.tables,
    rows: old.rows ?? set.rows,
    files,
    leftOut: old.leftOut ?? facts?.leftOut ?? null,
    storedBytes: sumBytes(files),
    // The list may be older than a pin that was set during the look.
    pinned: old.pinPending ? old.pinned : old.pinned || set.pinned,
    presence: old.presence === 'ok' && hasChanged(missing, facts) ? 'changed' : old.presence,
  };
}

/** The files whose bytes on Drive are not those that the row here, else the manifest, says. */
export function listChanged(set: FoundSet, old: Snapshot | null, facts: ManifestFacts | null): SetProblem[] {
  return set.files
    .filter((file) => {
      const known = old?.files.find(({ driveFileId }) => driveFileId === file.driveFileId);
      return known ? judgeBytes(known, file) === 'changed' : hasChanged([file], facts);
    })
    .map(({ name }) => ({ kind: 'file-changed', baseName: set.baseName, file: name }));
}

function hasChanged(files: readonly SetFile[], facts: ManifestFacts | null): boolean {
  return files.some((file) => judgeBytes(withHashes(file, facts), file) === 'changed');
}

/** What was stored, by the manifest; Drive's own word where the manifest says nothing of the file. */
function withHashes(file: SetFile, facts: ManifestFacts | null): SetFile {
  const made = facts?.files.find(({ kind }) => kind === file.kind);
  return made ? { ...file, sizeBytes: made.sizeBytes, sha256: made.sha256, md5: made.md5 } : file;
}
