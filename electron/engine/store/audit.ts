// The audit log in SQLite: entries are only ever added (triggers refuse the rest), each with a hash over itself and the hash of
// the one before, so that a changed, removed or inserted entry is found.
import { createHash } from 'node:crypto';
import {
  auditEntrySchema,
  type AuditEntry,
  type AuditFault,
  type AuditFilter,
  type AuditMark,
  type AuditNote,
  type AuditWay,
} from '../../../shared/audit.ts';
import type { Db } from './database.ts';

/** Who acts, as the operating system says it. */
export interface AuditActor {
  readonly user: string;
  readonly machine: string;
  readonly version: string;
}

/** As it lies in the file; `details` is JSON and is hashed as this very text. */
interface AuditRow {
  readonly seq: number;
  readonly at: string;
  readonly act: string;
  readonly user: string;
  readonly machine: string;
  readonly version: string;
  readonly way: string;
  readonly subject: string;
  readonly snapshotId: string | null;
  readonly outcome: string;
  readonly details: string;
  readonly hash: string;
}

const columns = 'seq, at, act, user, machine, version, way, subject, snapshot_id as snapshotId, outcome, details, hash';

/** Longer texts of people are cut: the log keeps what happened, not what was typed. */
const maxTextLength = 300;

/** Adds one entry at the end of the chain, in the caller's transaction when there is one. */
export function appendAudit(
  db: Db,
  { actor, way, at }: { readonly actor: AuditActor; readonly way: AuditWay; readonly at: string },
  note: AuditNote,
): AuditEntry {
  const write = db.transaction((): AuditEntry => {
    const last = readAuditMark(db);
    const row: Omit<AuditRow, 'hash'> = {
      ...{ seq: (last?.seq ?? 0) + 1, at, act: note.act, ...actor, way },
      subject: note.subject.slice(0, maxTextLength),
      snapshotId: note.snapshotId ?? null,
      outcome: note.outcome ?? 'done',
      details: JSON.stringify(cutTexts(note.details ?? {})),
    };
    const hash = toHash(last?.hash ?? '', row);
    db.prepare(
      `insert into audit (seq, at, act, user, machine, version, way, subject, snapshot_id, outcome, details, hash)
       values (@seq, @at, @act, @user, @machine, @version, @way, @subject, @snapshotId, @outcome, @details, @hash)`,
    ).run({ ...row, hash });
    return toEntry({ ...row, hash });
  });
  return write();
}

/** The first entry's hash, the newest one's number and hash; null while there is none. */
export function readAuditMark(db: Db): AuditMark | null {
  const first = '(select hash from audit order by seq limit 1)';
  const sql = `select ${first} as first, seq, hash from audit order by seq desc limit 1`;
  return db.prepare<[], AuditMark>(sql).get() ?? null;
}

/** Newest first. */
export function listAudit(db: Db, { group, search, before, limit }: AuditFilter): AuditEntry[] {
  const pattern = `%${search.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  return db
    .prepare<unknown[], AuditRow>(
      `select ${columns} from audit
        where (@group is null or act like @group || '.%')
          and (@before is null or seq < @before)
          and (@search = '' or subject like @pattern escape '\\' or act like @pattern escape '\\'
               or user like @pattern escape '\\' or details like @pattern escape '\\')
        order by seq desc limit @limit`,
    )
    .all({ group, search, before, limit, pattern })
    .map(toEntry);
}

/** Every entry in the order it was written, a few thousand at a time. */
export function* readAuditPages(db: Db, pageRows = 2000): Generator<AuditEntry[], void, undefined> {
  for (const page of readRowPages(db, pageRows)) yield page.map(toEntry);
}

export interface ChainState {
  readonly count: number;
  readonly fault: AuditFault | null;
  /** The first entry that does not hold. */
  readonly seq: number | null;
  readonly head: string;
}

/**
 * Reads the chain from its beginning; yields after each page, so that other work goes on between. `marks` are what the chain was
 * known to be at some entries (from backups' manifests).
 */
export function* checkChain(
  db: Db,
  marks: readonly AuditMark[] = [],
  pageRows = 2000,
): Generator<undefined, ChainState, undefined> {
  const known = new Map<number, Set<string>>();
  for (const mark of marks) {
    for (const { seq, hash } of [{ seq: 1, hash: mark.first }, mark]) {
      known.set(seq, (known.get(seq) ?? new Set()).add(hash));
    }
  }
  let head = '';
  let count = 0;
  const stop = (fault: AuditFault, seq: number | null): ChainState => ({ count, fault, seq, head });
  if (!hasGuards(db)) return stop('unguarded', null);
  for (const page of readRowPages(db, pageRows)) {
    for (const row of page) {
      if (row.seq !== count + 1) return stop('missing', count + 1);
      if (row.hash !== toHash(head, row)) return stop('changed', row.seq);
      if ([...(known.get(row.seq) ?? [])].some((hash) => hash !== row.hash)) return stop('other-history', row.seq);
      head = row.hash;
      count += 1;
    }
    yield;
  }
  if (readHighestSeq(db) > count || [...known.keys()].some((seq) => seq > count)) return stop('cut', count + 1);
  return { count, fault: null, seq: null, head };
}

function* readRowPages(db: Db, pageRows: number): Generator<AuditRow[], void, undefined> {
  const select = db.prepare<[number, number], AuditRow>(
    `select ${columns} from audit where seq > ? order by seq limit ?`,
  );
  for (let after = Number.MIN_SAFE_INTEGER; ;) {
    const rows = select.all(after, pageRows);
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    after = last.seq;
  }
}

/** SQLite's own note of the highest number that the table ever had: it stays when the newest entries are removed. */
function readHighestSeq(db: Db): number {
  const row = db.prepare<[], { seq: number }>(`select seq from sqlite_sequence where name = 'audit'`).get();
  return row?.seq ?? 0;
}

/** Without its triggers the table could be rewritten by anybody's mistake; they never go away by themselves. */
function hasGuards(db: Db): boolean {
  const row = db
    .prepare<[], { count: number }>(
      `select count(*) as count from sqlite_master where type = 'trigger' and tbl_name = 'audit'
        and name in ('audit_no_update', 'audit_no_delete')`,
    )
    .get();
  return row?.count === 2;
}

function toHash(previous: string, row: Omit<AuditRow, 'hash'>): string {
  const { seq, at, act, user, machine, version, way, subject, snapshotId, outcome, details } = row;
  const text = JSON.stringify([
    previous,
    seq,
    at,
    act,
    user,
    machine,
    version,
    way,
    subject,
    snapshotId,
    outcome,
    details,
  ]);
  return createHash('sha256').update(text).digest('hex');
}

function toEntry(row: AuditRow): AuditEntry {
  return auditEntrySchema.parse({ ...row, details: readDetails(row.details) });
}

/** What cannot be read was changed by somebody; the check of the chain says so, the list still shows it. */
function readDetails(text: string): AuditEntry['details'] {
  try {
    const details = auditEntrySchema.shape.details.safeParse(JSON.parse(text));
    if (details.success) return details.data;
  } catch {
    // Said below.
  }
  return { unreadable: text.slice(0, maxTextLength) };
}

function cutTexts(details: NonNullable<AuditNote['details']>): NonNullable<AuditNote['details']> {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      typeof value === 'string' && value.length > maxTextLength ? `${value.slice(0, maxTextLength)}…` : value,
    ]),
  );
}
