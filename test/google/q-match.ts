// Whether a file answers a search query. Terms that Google has and this server cannot judge are a 501, not a guess.
import { notImplemented } from './api-error.ts';
import type { FileRecord } from './file-record.ts';
import type { Query } from './q-parser.ts';

/** What a query is asked about. */
export interface Candidate {
  readonly record: FileRecord;
  readonly trashed: boolean;
  /** The searching app's own properties of the file. */
  readonly appProperties: Readonly<Record<string, string>>;
  /** The id that `root` stands for. */
  readonly rootId: string;
}

/** Throws 501 for a term that cannot be judged, whatever the files are. */
export function checkJudgeable(query: Query): void {
  if ('inner' in query) {
    checkJudgeable(query.inner);
  } else if ('left' in query) {
    checkJudgeable(query.left);
    checkJudgeable(query.right);
  } else if (['fullText', 'visibility', 'shortcutDetails.targetId', 'writers', 'readers'].includes(query.term)) {
    throw notImplemented(`the search term ${query.term}`);
  }
}

export function matchesQuery(query: Query, candidate: Candidate): boolean {
  switch (query.kind) {
    case 'and':
      return matchesQuery(query.left, candidate) && matchesQuery(query.right, candidate);
    case 'or':
      return matchesQuery(query.left, candidate) || matchesQuery(query.right, candidate);
    case 'not':
      return !matchesQuery(query.inner, candidate);
    case 'has': {
      const properties = query.term === 'appProperties' ? candidate.appProperties : candidate.record.properties;
      const value = Object.hasOwn(properties, query.key) ? properties[query.key] : undefined;
      return value !== undefined && (query.value === null || value === query.value);
    }
    case 'compare':
      return compare(query.term, query.op, query.value, candidate);
  }
}

function compare(term: string, op: string, value: string | boolean, candidate: Candidate): boolean {
  const { record } = candidate;
  if (typeof value === 'boolean') {
    const truths: Readonly<Record<string, boolean>> = { trashed: candidate.trashed, starred: record.starred };
    // Nothing here is shared.
    return (truths[term] ?? false) === (op === '=' ? value : !value);
  }
  switch (term) {
    case 'name':
      return op === 'contains' ? hasWordBeginning(record.name, value) : (record.name === value) === (op === '=');
    case 'mimeType':
      if (op === 'contains') return record.mimeType.includes(value);
      return (record.mimeType === value) === (op === '=');
    case 'parents':
      return record.parentId !== null && record.parentId === (value === 'root' ? candidate.rootId : value);
    case 'owners':
      return value === 'me' ? record.ownerEmail !== null : record.ownerEmail === value;
    default:
      return compareTime(toTime(record, term), op, parseTime(value));
  }
}

/** `contains` finds beginnings of words, in any case: 'Hello' finds HelloWorld, 'World' does not. */
function hasWordBeginning(name: string, value: string): boolean {
  const [where, what] = [name.toLowerCase(), value.toLowerCase()];
  for (let at = where.indexOf(what); at >= 0; at = where.indexOf(what, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(where.charAt(at - 1))) return true;
  }
  return false;
}

function toTime(record: FileRecord, term: string): number | null {
  const times: Readonly<Record<string, string | null>> = {
    modifiedTime: record.modifiedTime,
    createdTime: record.createdTime,
    viewedByMeTime: record.viewedByMeTime,
  };
  const text = times[term];
  return typeof text === 'string' ? Date.parse(text) : null;
}

/** Times without a zone are UTC. */
function parseTime(text: string): number {
  return Date.parse(/T.*(?:Z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes('T') ? text : `${text}Z`);
}

function compareTime(left: number | null, op: string, right: number): boolean {
  if (left === null) return false;
  if (op === '=') return left === right;
  if (op === '!=') return left !== right;
  if (op === '<') return left < right;
  if (op === '<=') return left <= right;
  return op === '>' ? left > right : left >= right;
}
