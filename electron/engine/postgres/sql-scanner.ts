// Splits the SQL that pg_dump writes into statements, comments and psql's own commands as it flows by, by the rules of
// PostgreSQL's scanners (src/backend/parser/scan.l, src/fe_utils/psqlscan.l): what stands inside strings, quoted names,
// dollar quotes and comments is never taken for a command, however much it looks like one.
import { damagedSql } from './damaged-sql.ts';
import { findCommentEnd, findEnd, findEscapedEnd, isNameByte, readDollarTag, type QuoteEnd } from './sql-quotes.ts';
import { StatementText } from './statement-text.ts';

export type SqlToken =
  /** With its semicolon. Only statements that `wants` were asked for and that begin a line. */
  | { readonly kind: 'statement'; readonly text: Buffer }
  /** From `--` to the end of its line; only outside of statements. */
  | { readonly kind: 'comment'; readonly text: Buffer }
  /** A line that begins with a backslash: an order to psql itself. */
  | { readonly kind: 'command'; readonly text: Buffer };

type Mode = 'code' | 'quote' | 'name' | 'dollar' | 'block-comment' | 'long-comment';

/** No comment of pg_dump's that says something is longer, and no order to psql. */
const maxLineBytes = 8192;
const newline = 0x0a;
const noBytes = Buffer.alloc(0);
const closingOf = {
  quote: Buffer.from("'"),
  name: Buffer.from('"'),
  'long-comment': Buffer.from('\n'),
} as const;

export class SqlScanner {
  /** standard_conforming_strings is off: a backslash escapes in every string. */
  escapesAlways = false;
  /** Where reading goes on; what lies before it is done with. */
  position = 0;
  /** The bytes from `position` on can be understood only together with the ones that follow. */
  starved = false;
  private readonly statement: StatementText;
  private mode: Mode = 'code';
  /** Inside a statement. */
  private begun = false;
  private escapes = false;
  private tag: Buffer = noBytes;
  /** Of parentheses in a statement, or of block comments in each other. */
  private depth = 0;
  private commentDepth = 0;
  /** The two bytes before the buffer's first. */
  private before = newline;
  private beforeThat = newline;

  /** `wants`: the beginnings of the statements whose text is to be answered. */
  constructor(wants: readonly string[]) {
    this.statement = new StatementText(wants);
  }

  /** True between statements: a dump may end here. */
  isAtRest(): boolean {
    return this.mode === 'code' && !this.begun;
  }

  /** The data of a COPY command was read by somebody else; a line begins now. */
  resume(): void {
    this.before = newline;
    this.beforeThat = newline;
  }

  /**
   * Reads from `from` on until something is to be answered, or as far as the bytes go; `position` and `starved` say how
   * far. Throws `archive/damaged` for what pg_dump cannot have written.
   */
  take(data: Buffer, from: number): SqlToken | null {
    this.position = from;
    this.starved = false;
    let statementFrom = from;
    for (;;) {
      const at = this.position;
      if (this.isOver(data)) {
        if (this.begun) this.statement.add(data, statementFrom, at);
        this.remember(data, at);
        return null;
      }
      if (this.mode !== 'code') {
        this.leaveMode(data);
        continue;
      }
      const byte = data[at] ?? 0;
      if (!this.begun) {
        if (byte === 0x20 || byte === 0x09 || byte === newline || byte === 0x0d) {
          this.position = at + 1;
          continue;
        }
        if (byte === 0x5c || (byte === 0x2d && data[at + 1] === 0x2d)) {
          const token = this.takeLine(data, byte === 0x5c ? 'command' : 'comment');
          if (token) return token;
          continue;
        }
        const comment = byte === 0x2f && (data[at + 1] ?? 0x2a) === 0x2a;
        const halfComment = byte === 0x2d && at + 1 >= data.length;
        if (!comment && !halfComment) {
          this.begun = true;
          if (this.byteBefore(data, at, 1) !== newline) this.statement.refuse();
          statementFrom = at;
        }
      }
      if (byte === 0x3b && this.depth === 0 && this.begun) {
        this.position = at + 1;
        const text = this.endStatement(data, statementFrom);
        if (text) {
          this.remember(data, this.position);
          return { kind: 'statement', text };
        }
        continue;
      }
      this.takeCode(data, byte);
    }
  }

  private isOver(data: Buffer): boolean {
    return this.starved || this.position >= data.length;
  }

  /** One byte of a statement, or the beginning of what is quoted. */
  private takeCode(data: Buffer, byte: number): void {
    const at = this.position;
    this.position = at + 1;
    switch (byte) {
      case 0x27: // '
        // Right after the end of a string it is its doubled quote: the same string goes on.
        if (this.byteBefore(data, at, 1) !== 0x27) this.escapes = this.escapesAlways || this.followsE(data, at);
        this.mode = 'quote';
        break;
      case 0x22: // "
        this.mode = 'name';
        break;
      case 0x24: // $
        this.startDollar(data, at);
        break;
      case 0x28: // (
        this.depth += 1;
        break;
      case 0x29: // )
        this.depth = Math.max(0, this.depth - 1);
        break;
      case 0x2d: // -
      case 0x2f: {
        // / and the bytes that make a comment of them
        const next = data[at + 1];
        if (next === undefined) this.starve(at);
        else if (byte === 0x2d && next === 0x2d) this.mode = 'long-comment';
        else if (byte === 0x2f && next === 0x2a) {
          this.mode = 'block-comment';
          this.commentDepth = 1;
          this.position = at + 2;
        }
        break;
      }
      case 0x5c: // \
        throw damagedSql('an order to psql inside a statement');
    }
  }

  /** Goes to the end of what is quoted, or as far as the bytes go. */
  private leaveMode(data: Buffer): void {
    const { at, state } = this.findModeEnd(data);
    this.position = at;
    this.starved = state === 'wait';
    if (state === 'ended') this.mode = 'code';
  }

  private findModeEnd(data: Buffer): QuoteEnd {
    const from = this.position;
    switch (this.mode) {
      case 'code':
        return { at: from, state: 'ended' };
      case 'dollar':
        return findEnd(data, from, this.tag);
      case 'block-comment': {
        const end = findCommentEnd(data, from, this.commentDepth);
        this.commentDepth = end.depth;
        return end;
      }
      default:
        if (this.mode === 'quote' && this.escapes) return findEscapedEnd(data, from);
        return findEnd(data, from, closingOf[this.mode]);
    }
  }

  private takeLine(data: Buffer, kind: 'comment' | 'command'): SqlToken | null {
    const at = this.position;
    const end = data.indexOf(newline, at);
    if (end < 0 && data.length - at < maxLineBytes) {
      this.starve(at);
      return null;
    }
    if (end < 0 || end - at >= maxLineBytes) {
      if (kind === 'command') throw damagedSql('an order to psql without an end');
      this.mode = 'long-comment';
      return null;
    }
    if (kind === 'command' && this.byteBefore(data, at, 1) !== newline)
      throw damagedSql('an order to psql inside a line');
    this.position = end + 1;
    this.remember(data, this.position);
    return { kind, text: data.subarray(at, end) };
  }

  /** A dollar inside a name opens nothing. */
  private startDollar(data: Buffer, at: number): void {
    const tag = isNameByte(this.byteBefore(data, at, 1)) ? null : readDollarTag(data, at);
    if (tag === 'wait') this.starve(at);
    if (tag === null || tag === 'wait') return;
    this.tag = tag;
    this.mode = 'dollar';
    this.position = at + tag.length;
  }

  /** The string begins with an `E` of its own. */
  private followsE(data: Buffer, at: number): boolean {
    return (this.byteBefore(data, at, 1) | 0x20) === 0x65 && !isNameByte(this.byteBefore(data, at, 2));
  }

  private byteBefore(data: Buffer, at: number, distance: 1 | 2): number {
    const index = at - distance;
    if (index >= 0) return data[index] ?? 0;
    return index === -1 ? this.before : this.beforeThat;
  }

  private starve(at: number): void {
    this.position = at;
    this.starved = true;
  }

  private remember(data: Buffer, at: number): void {
    const [before, beforeThat] = [this.byteBefore(data, at, 1), this.byteBefore(data, at, 2)];
    this.before = before;
    this.beforeThat = beforeThat;
  }

  private endStatement(data: Buffer, from: number): Buffer | null {
    this.statement.add(data, from, this.position);
    this.begun = false;
    this.depth = 0;
    return this.statement.finish();
  }
}
