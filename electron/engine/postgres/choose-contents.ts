// Decides what of a database a dump takes, by the patterns of a job. What is left out must not break the restore of the
// rest: a table or schema that something else needs keeps its structure and loses its rows only. Pure.
import type { DumpChoice } from '../../../shared/dump-choice.ts';
import { AppError } from '../../../shared/errors.ts';
import type { LeftOut } from '../../../shared/left-out.ts';
import { relationKey, type ObjectKey, type RelationFacts, type Structure } from './read-structure.ts';

export interface DumpContents {
  readonly leftOut: LeftOut;
  /** Tables of `leftOut.tables` and of `leftOut.schemas`, by pg_class.oid. */
  readonly outIds: readonly string[];
  /** Tables of `leftOut.rows`, by pg_class.oid. */
  readonly emptyIds: readonly string[];
  /** The patterns that leave something out and fit nothing. */
  readonly unmatched: readonly string[];
  /** Left out by the job, and in the dump without rows for the sake of others. */
  readonly needed: readonly string[];
  /** Of the tables whose rows are dumped, by the server's statistics. */
  readonly sizeBytes: number;
  readonly tablesWithRows: number;
}

type State = 'whole' | 'empty' | 'out';

/** Throws `pg/choice-unmatched` when a pattern of what is to be in fits nothing. */
export function chooseContents(structure: Structure, choice: DumpChoice, isStandby = false): DumpContents {
  const { schemas, relations } = structure;
  refuseUnmatched(structure, choice);
  const isIn = ({ hits }: { readonly hits: ReadonlySet<string> }): boolean =>
    (choice.includeSchemas.length === 0 || choice.includeSchemas.some((pattern) => hits.has(pattern))) &&
    !choice.excludeSchemas.some((pattern) => hits.has(pattern));
  const outSchemas = new Set(schemas.filter((schema) => !isIn(schema)).map(({ name }) => name));
  const wished = new Set(outSchemas);
  const byId = new Map(relations.map((relation) => [relation.id, relation]));
  const fits = createFits(byId);
  const states = new Map<string, State>();
  for (const relation of relations) {
    const out =
      outSchemas.has(relation.schema) ||
      (choice.includeTables.length > 0 && !fits(relation, choice.includeTables)) ||
      fits(relation, choice.excludeTables);
    const empty = fits(relation, choice.excludeData) || (isStandby && relation.unlogged);
    const state = out ? 'out' : empty ? 'empty' : 'whole';
    // The table comes with its extension, whatever becomes of its rows.
    states.set(relation.id, relation.ofExtension && out && !outSchemas.has(relation.schema) ? 'empty' : state);
  }
  const needed = keepNeeded(structure, states, outSchemas);

  const label = ({ schema, name }: RelationFacts): string => `${schema}.${name}`;
  const inState = (wanted: State): RelationFacts[] => relations.filter(({ id }) => states.get(id) === wanted);
  const hasOwnRows = ({ kind }: RelationFacts): boolean => kind === 'r' || kind === 'm';
  const whole = inState('whole').filter(hasOwnRows);
  const toName = ({ schema, name }: RelationFacts): { schema: string; name: string } => ({ schema, name });
  return {
    leftOut: {
      schemas: [...outSchemas],
      tables: inState('out')
        .filter(({ schema }) => !outSchemas.has(schema))
        .map(toName),
      rows: inState('empty')
        .filter(({ kind }) => kind !== 'v' && kind !== 'f')
        .map(toName),
      largeObjects: !choice.largeObjects,
      foreignKeys: listBrokenKeys(structure, byId, states),
    },
    outIds: inState('out').map(({ id }) => id),
    emptyIds: inState('empty').map(({ id }) => id),
    unmatched: [
      ...choice.excludeSchemas.filter((pattern) => !schemas.some(({ hits }) => hits.has(pattern))),
      ...[...choice.excludeTables, ...choice.excludeData].filter(
        (pattern) => !relations.some(({ hits }) => hits.has(pattern)),
      ),
    ],
    needed: [
      ...[...wished].filter((name) => !outSchemas.has(name)).map((name) => `schema ${name}`),
      ...[...needed].flatMap((id) => {
        const relation = byId.get(id);
        return relation ? [label(relation)] : [];
      }),
    ],
    sizeBytes: whole.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    tablesWithRows: whole.length,
  };
}

function refuseUnmatched({ schemas, relations }: Structure, choice: DumpChoice): void {
  const patterns = [
    ...choice.includeSchemas.filter((pattern) => !schemas.some(({ hits }) => hits.has(pattern))),
    ...choice.includeTables.filter((pattern) => !relations.some(({ hits }) => hits.has(pattern))),
  ];
  if (patterns.length === 0) return;
  throw new AppError('pg/choice-unmatched', `nothing is called ${patterns.join(', ')}`, {
    context: { patterns: patterns.slice(0, 20).join(', '), count: patterns.length },
  });
}

/** Whether one of the patterns fits a relation or anything that it is a partition or child of. */
function createFits(byId: ReadonlyMap<string, RelationFacts>) {
  return function fits(relation: RelationFacts, patterns: readonly string[]): boolean {
    if (patterns.length === 0) return false;
    if (patterns.some((pattern) => relation.hits.has(pattern))) return true;
    return relation.parents.some((id) => {
      const parent = byId.get(id);
      return parent !== undefined && fits(parent, patterns);
    });
  };
}

/**
 * Brings back, without rows, what something in the dump cannot be made without; until nothing more is needed. Changes
 * `states` and `outSchemas`; answers the relations that came back.
 */
function keepNeeded(structure: Structure, states: Map<string, State>, outSchemas: Set<string>): Set<string> {
  const { partOf, schemaOf } = structure;
  const owners = new Map<ObjectKey, ObjectKey>();
  const ownerOf = (object: ObjectKey): ObjectKey => {
    const known = owners.get(object);
    if (known !== undefined) return known;
    const next = partOf.get(object);
    const owner = next === undefined || next === object ? object : ownerOf(next);
    owners.set(object, owner);
    return owner;
  };
  const ownSchemas = new Set(structure.schemas.map(({ name }) => name));
  const idOf = new Map(structure.relations.map(({ id }) => [relationKey(id), id]));
  const isKept = (object: ObjectKey): boolean => {
    const id = idOf.get(object);
    if (id !== undefined && states.get(id) === 'out') return false;
    const schema = schemaOf.get(object);
    return schema === undefined || (ownSchemas.has(schema) && !outSchemas.has(schema));
  };
  const edges = structure.needs
    .map(([a, b]) => [ownerOf(a), ownerOf(b)] as const)
    .filter(([a, b]) => a !== b && isOwn(b, schemaOf, ownSchemas));
  const cameBack = new Set<string>();
  for (let changed = outSchemas.size > 0 || [...states.values()].includes('out'); changed;) {
    changed = false;
    for (const [dependent, object] of edges) {
      if (!isKept(dependent) || isKept(object)) continue;
      changed = true;
      const id = idOf.get(object);
      if (id !== undefined && states.get(id) === 'out') {
        states.set(id, 'empty');
        cameBack.add(id);
      }
      outSchemas.delete(schemaOf.get(object) ?? '');
    }
  }
  return cameBack;
}

/** Objects of the server's own schemas and of sessions are never dumped and always there. */
function isOwn(object: ObjectKey, schemaOf: ReadonlyMap<ObjectKey, string>, ownSchemas: ReadonlySet<string>): boolean {
  const schema = schemaOf.get(object);
  return schema === undefined || ownSchemas.has(schema);
}

/** A key from rows to a table that lacks some, or is not there, cannot be made after the rows are in. */
function listBrokenKeys(
  { foreignKeys, relations }: Structure,
  byId: ReadonlyMap<string, RelationFacts>,
  states: ReadonlyMap<string, State>,
): LeftOut['foreignKeys'] {
  const children = new Map<string, string[]>();
  for (const { id, parents } of relations) {
    for (const parent of parents) children.set(parent, [...(children.get(parent) ?? []), id]);
  }
  const withParts = (id: string): State[] => [
    states.get(id) ?? 'out',
    ...(children.get(id) ?? []).flatMap((child) => withParts(child)),
  ];
  return foreignKeys.flatMap(({ from, to, name }) => {
    const relation = byId.get(from);
    if (!relation || states.get(from) === 'out') return [];
    const pointed = withParts(to);
    const broken =
      pointed[0] === 'out' || (pointed.some((state) => state !== 'whole') && withParts(from).includes('whole'));
    return broken ? [{ schema: relation.schema, table: relation.name, name }] : [];
  });
}
