// What of a database a dump takes by the choice of a job: asks the server, then decides.
import { leavesOut, type DumpChoice } from '../../../shared/dump-choice.ts';
import { chooseContents, type DumpContents } from './choose-contents.ts';
import { readStructure } from './read-structure.ts';
import type { PgTarget } from './target.ts';

/** Null: everything. Throws `pg/choice-unmatched`. */
export async function readContents(
  target: PgTarget,
  choice: DumpChoice,
  isStandby: boolean,
  signal?: AbortSignal,
): Promise<DumpContents | null> {
  if (!leavesOut(choice) && !isStandby) return null;
  const structure = await readStructure(
    target,
    {
      schemas: [...choice.includeSchemas, ...choice.excludeSchemas],
      tables: [...choice.includeTables, ...choice.excludeTables, ...choice.excludeData],
    },
    signal,
  );
  const contents = chooseContents(structure, choice, isStandby);
  return !leavesOut(choice) && contents.emptyIds.length === 0 ? null : contents;
}
