// The audit log as the rest of the engine uses it: notes come in, lists, a check of the chain and an export go out.
import { hostname, userInfo } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AuditEntry, AuditFilter, AuditMark, AuditNote, AuditVerdict, AuditWay } from '../../../shared/audit.ts';
import { writeFileAtomic } from '../base/atomic-file.ts';
import type { Clock } from '../base/ports.ts';
import { appendAudit, checkChain, listAudit, readAuditMark, readAuditPages } from '../store/audit.ts';
import type { Db } from '../store/database.ts';

export interface AuditDeskOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly productVersion: string;
  /** How people reach this engine: their acts are noted with it. */
  readonly way: AuditWay;
  /** What backups on Drive have noted of the chain. Rejects when Drive cannot be asked. */
  readonly readMarks: () => Promise<readonly AuditMark[]>;
  readonly onAppended: (entry: AuditEntry) => void;
}

export interface AuditDesk {
  /** An act of a person. */
  readonly note: (note: AuditNote) => void;
  /** What the program did by itself. */
  readonly noteOwn: (note: AuditNote | null) => void;
  readonly list: (filter: AuditFilter) => AuditEntry[];
  /** Where the chain stands; null for an empty log. */
  readonly mark: () => AuditMark | null;
  readonly verify: (options: { readonly withDrive: boolean }) => Promise<AuditVerdict>;
  /** Writes every entry as one JSON object a line, oldest first. Answers how many. */
  readonly writeFile: (file: string) => Promise<{ readonly entries: number }>;
}

export function createAuditDesk(options: AuditDeskOptions): AuditDesk {
  const { db, clock, onAppended } = options;
  const actor = { user: readUser(), machine: hostname(), version: options.productVersion };
  const append = (note: AuditNote, way: AuditWay): void => {
    onAppended(appendAudit(db, { actor, way, at: clock.now().toISOString() }, note));
  };
  const note = (value: AuditNote): void => {
    append(value, options.way);
  };
  return {
    note,
    noteOwn: (value) => {
      if (value) append(value, 'program');
    },
    list: (filter) => listAudit(db, filter),
    mark: () => readAuditMark(db),
    verify: async ({ withDrive }) => {
      const marks = withDrive ? await options.readMarks() : [];
      const reading = checkChain(db, marks);
      for (;;) {
        const step = reading.next();
        if (step.done === true) return { ...step.value, witnesses: withDrive ? marks.length : null };
        await nextTurn();
      }
    },
    writeFile: async (file) => {
      const lines = [...readAuditPages(db)].flat().map((entry) => `${JSON.stringify(entry)}\n`);
      await writeFileAtomic(file, lines.join(''));
      note({ act: 'audit.exported', subject: '', details: { file, entries: lines.length } });
      return { entries: lines.length };
    },
  };
}

/** A system without an entry for the user (containers) still has its number. */
function readUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${String(process.getuid?.() ?? '?')}`;
  }
}
