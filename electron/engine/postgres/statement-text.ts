// Keeps the text of those statements that somebody wants, over pieces of any size; of all others nothing is kept.
import { damagedSql } from './damaged-sql.ts';

/** A table has at most 1600 columns; a piece of a large object is 16 KiB. */
const maxStatementBytes = 1 << 20;

export class StatementText {
  private readonly wants: readonly string[];
  private readonly longestHead: number;
  private state: 'open' | 'yes' | 'no' = 'open';
  private kept: Buffer[] = [];
  private keptBytes = 0;

  /** `wants`: the beginnings of the statements whose text is to be answered. */
  constructor(wants: readonly string[]) {
    this.wants = wants;
    this.longestHead = Math.max(...wants.map((head) => head.length));
  }

  /** The next statement is not wanted whatever it says. */
  refuse(): void {
    this.state = 'no';
  }

  /** Takes `data[from..to)` of the statement; keeps no reference to it. Throws `archive/damaged` when it has no end. */
  add(data: Buffer, from: number, to: number): void {
    if (to <= from || this.state === 'no') return;
    if (this.state === 'open') this.state = this.decide(data, from, to);
    if (this.state === 'no') {
      this.kept = [];
      return;
    }
    this.kept.push(Buffer.from(data.subarray(from, to)));
    this.keptBytes += to - from;
    if (this.keptBytes > maxStatementBytes) {
      throw damagedSql('a command of more than a megabyte');
    }
  }

  /** The statement's text where it is wanted, else null; begins the next one. */
  finish(): Buffer | null {
    const text = this.state === 'yes' ? Buffer.concat(this.kept) : null;
    this.kept = [];
    this.keptBytes = 0;
    this.state = 'open';
    return text;
  }

  private decide(data: Buffer, from: number, to: number): 'open' | 'yes' | 'no' {
    const next = data.toString('latin1', from, Math.min(to, from + this.longestHead));
    const start = Buffer.concat(this.kept).toString('latin1') + next;
    if (this.wants.some((head) => start.startsWith(head))) return 'yes';
    return this.wants.some((head) => head.startsWith(start)) ? 'open' : 'no';
  }
}
