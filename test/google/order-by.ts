// The `orderBy` parameter of files.list.
import { invalidParameter } from './api-error.ts';
import { folderType, type FileRecord } from './file-record.ts';

type Compare = (a: FileRecord, b: FileRecord) => number;

const collator = new Intl.Collator('en');
const natural = new Intl.Collator('en', { numeric: true });
const by =
  (key: (record: FileRecord) => string | number): Compare =>
  (a, b) => {
    const [left, right] = [key(a), key(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  };

const keys: Readonly<Record<string, Compare>> = {
  createdTime: by((record) => record.createdTime),
  modifiedTime: by((record) => record.modifiedTime),
  modifiedByMeTime: by((record) => record.modifiedTime),
  recency: by((record) => record.modifiedTime),
  viewedByMeTime: by((record) => record.viewedByMeTime ?? ''),
  sharedWithMeTime: by(() => 0),
  quotaBytesUsed: by((record) => record.content?.size ?? 0),
  name: (a, b) => collator.compare(a.name, b.name),
  name_natural: (a, b) => natural.compare(a.name, b.name),
  folder: by((record) => (record.mimeType === folderType ? 0 : 1)),
  starred: by((record) => (record.starred ? 0 : 1)),
};

/** Sorts by `createdTime desc,name` and the like; by default the newest comes first. Throws 400 for an unknown key. */
export function toComparison(orderBy: string | null): Compare {
  const comparisons = (orderBy ?? 'modifiedTime desc').split(',').map((part): Compare => {
    const [, name = '', desc] = /^\s*([a-zA-Z_]+)( desc)?\s*$/.exec(part) ?? [];
    const compare = Object.hasOwn(keys, name) ? keys[name] : undefined;
    if (!compare) throw invalidParameter('orderBy', `Invalid field selection ${part.trim()}`);
    return desc === undefined ? compare : (a, b) => compare(b, a);
  });
  return (a, b) => {
    for (const compare of comparisons) {
      const order = compare(a, b);
      if (order !== 0) return order;
    }
    return a.id < b.id ? -1 : 1;
  };
}
