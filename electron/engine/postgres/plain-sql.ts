// Reads pg_dump's plain SQL as it flows by and answers exactly what is in it, in the same figures as archive.ts: per table
// the rows, bytes and SHA-256 of its COPY text, all large objects, and the state of the sequences. It is whole only with
// pg_dump's own last line outside of everything. Orders to psql other than pg_dump's own are refused: psql would obey them.
import type { SequenceState } from '../../../shared/snapshot.ts';
import { CopyMeter, type MeasuredEntry, type TableName } from './copy-meter.ts';
import { damagedSql } from './damaged-sql.ts';
import { createGuard, type DumpContents, type DumpReader, type DumpReaderOptions } from './dump-contents.ts';
import { createNameDecoder } from './name-encoding.ts';
import { PlainObjects } from './plain-objects.ts';
import { parseSetval } from './sequence-set.ts';
import { qualifiedName, readQualifiedName } from './sql-names.ts';
import { SqlScanner, type SqlToken } from './sql-scanner.ts';

/** RestoreArchive in PostgreSQL's src/bin/pg_dump/pg_backup_archiver.c writes these. */
export const plainMark = '--\n-- PostgreSQL database dump\n--\n';
const lastLine = '-- PostgreSQL database dump complete';
/** From 2025 on the whole script is between two orders to psql that switch off all others; the key is 63 letters and digits. */
const ending = /\n--\n-- PostgreSQL database dump complete\n--\n\n(?:\\unrestrict (\w+)\n\n)?$/;
const endingBytes = 256;

/** Whether these last bytes are those of a whole dump; inside of what they stand is not known here. */
export function hasPlainEnd(end: Buffer): boolean {
  return ending.test(end.toString('latin1'));
}

const wanted = [
  ...['COPY ', 'SET client_encoding', 'SET standard_conforming_strings', 'SELECT pg_catalog.setval('],
  ...['SELECT pg_catalog.lo_open(', 'SELECT pg_catalog.lowrite(', 'SELECT pg_catalog.lo_close('],
];
const copyForm = new RegExp(`^COPY (${qualifiedName}) (?:\\([^]*\\) | )?FROM stdin;$`);
const setForm = /^SET (client_encoding|standard_conforming_strings) = '?(\w+)'?;$/;
const endMark = Buffer.from('\\.\n');
/** With the two empty lines after it, which belong to the data in an archive, too. */
const endMarkBytes = 5;
const newline = 0x0a;
const noBytes = Buffer.alloc(0);

export function createPlainReader(options: DumpReaderOptions = {}): DumpReader {
  const reader = new PlainReader(options);
  const guard = createGuard();
  return {
    write: (chunk) => {
      guard(() => {
        reader.write(chunk);
      });
    },
    finish: () => guard(() => reader.finish()),
  };
}

class PlainReader {
  private readonly scanner = new SqlScanner(wanted);
  private readonly names = createNameDecoder();
  private readonly meter: CopyMeter;
  private readonly objects = new PlainObjects();
  private readonly tables = new Map<string, MeasuredEntry>();
  private readonly finished: TableName[] = [];
  private readonly sequences = new Map<string, SequenceState>();
  private readonly onProgress: DumpReaderOptions['onProgress'];
  /** What was not understood yet of the last chunk. */
  private rest: Buffer = noBytes;
  private begin = '';
  private end: Buffer = noBytes;
  private bytes = 0;
  private rows = 0;
  private copying: TableName | null = null;
  private atLineStart = true;
  /** Between a COPY command and its first row. */
  private endsCommand = false;
  private ended = false;
  private key: string | null = null;
  private serverVersion = '';
  private pgDumpVersion = '';

  constructor({ onProgress, rowSums = false }: DumpReaderOptions) {
    this.onProgress = onProgress;
    this.meter = new CopyMeter(rowSums);
  }

  write(chunk: Buffer): void {
    this.bytes += chunk.length;
    this.checkBegin(chunk);
    this.end = Buffer.concat([this.end, chunk.subarray(-endingBytes)]).subarray(-endingBytes);
    const data = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let position = 0;
    let starved = false;
    while (position < data.length && !starved) {
      if (this.copying && this.endsCommand) {
        // psql takes the data from the next line on.
        if (data[position] !== newline) throw damagedSql('a COPY command that does not end its line');
        position += 1;
        this.endsCommand = false;
      } else if (this.copying) {
        position = this.takeRows(data, position, this.copying);
        // Null again behind its last row; else there is nothing more to be had from these bytes.
        starved = (this.copying as TableName | null) !== null;
      } else {
        const token = this.scanner.take(data, position);
        ({ position, starved } = this.scanner);
        if (token) this.takeToken(token);
      }
    }
    this.rest = position < data.length ? Buffer.from(data.subarray(position)) : noBytes;
    const tableRows = this.copying ? this.meter.rowsSoFar() : 0;
    this.onProgress?.({
      ...{ tablesDone: this.tables.size, tablesTotal: null, rows: this.rows + tableRows, bytes: this.bytes },
      ...{ table: this.copying, tableRows, finished: this.finished },
    });
  }

  finish(): DumpContents {
    if (this.copying) throw damagedSql(`it ends inside the data of ${this.copying.schema}.${this.copying.name}`);
    if (this.rest.length > 0 || !this.scanner.isAtRest()) throw damagedSql('it ends inside a command');
    const match = ending.exec(this.end.toString('latin1'));
    if (!this.ended || !match || (match[1] ?? null) !== this.key) throw damagedSql('its end is missing');
    const objects = this.objects.finish();
    return {
      ...{ serverVersion: this.serverVersion, pgDumpVersion: this.pgDumpVersion, bytes: this.bytes, toc: [] },
      data: [...this.tables.values(), ...(objects ? [objects] : [])],
      sequences: [...this.sequences.values()],
    };
  }

  private checkBegin(chunk: Buffer): void {
    const missing = plainMark.length - this.begin.length;
    if (missing === 0) return;
    this.begin += chunk.toString('latin1', 0, missing);
    if (!plainMark.startsWith(this.begin)) throw damagedSql('it does not begin as pg_dump begins one');
  }

  /** Answers where reading goes on: behind the data, or at what can be understood only with the next bytes. */
  private takeRows(data: Buffer, from: number, table: TableName): number {
    for (let search = from; ;) {
      const at = data.indexOf(endMark, search);
      if (at < 0) break;
      // A row that ends with the same characters has its backslash doubled, so it is the mark only on a line of its own.
      if (at === from ? this.atLineStart : data[at - 1] === newline) return this.endRows(data, from, at, table);
      search = at + 1;
    }
    const end = data.length - countHeldBack(data, from, this.atLineStart);
    this.addRows(data, from, end);
    return end;
  }

  private endRows(data: Buffer, from: number, at: number, table: TableName): number {
    const end = at + endMarkBytes;
    if (end > data.length) {
      this.addRows(data, from, at);
      return at;
    }
    this.meter.add(data, from, end);
    const entry = this.meter.finishTable(table);
    const key = JSON.stringify([table.schema, table.name]);
    this.finished.push(table);
    if (this.tables.has(key)) throw damagedSql(`the data of ${table.schema}.${table.name} is there twice`);
    this.tables.set(key, entry);
    this.rows += entry.rows;
    this.copying = null;
    this.scanner.resume();
    return end;
  }

  private addRows(data: Buffer, from: number, to: number): void {
    if (to <= from) return;
    this.meter.add(data, from, to);
    this.atLineStart = data[to - 1] === newline;
  }

  private takeToken({ kind, text }: SqlToken): void {
    const isMore = kind === 'comment' ? text.toString('latin1') !== '--' : true;
    if (this.ended && isMore && !(kind === 'command' && text.toString('latin1').startsWith('\\unrestrict '))) {
      throw damagedSql('it goes on after its end');
    }
    if (kind === 'comment') this.takeComment(text.toString('latin1'));
    else if (kind === 'command') this.takeCommand(text.toString('latin1'));
    else this.takeStatement(this.names.decode(text));
  }

  private takeComment(line: string): void {
    if (line === lastLine) this.ended = true;
    this.serverVersion ||= /^-- Dumped from database version (.+)$/.exec(line)?.[1] ?? '';
    this.pgDumpVersion ||= /^-- Dumped by pg_dump version (.+)$/.exec(line)?.[1] ?? '';
  }

  private takeCommand(line: string): void {
    const [, order, key = ''] = /^\\(restrict|unrestrict) (\w+)$/.exec(line) ?? [];
    const fits = order === 'restrict' ? this.key === null : order === 'unrestrict' && this.ended && key === this.key;
    if (!fits) throw damagedSql('it holds an order to psql that pg_dump does not write');
    this.key = key;
  }

  private takeStatement(text: string): void {
    if (text.startsWith('COPY ')) {
      this.copying = readQualifiedName(copyForm.exec(text)?.[1] ?? '');
      if (!this.copying) throw damagedSql('a COPY command that pg_dump does not write');
      this.atLineStart = true;
      this.endsCommand = true;
    } else if (text.startsWith('SET ')) {
      const [, setting, value = ''] = setForm.exec(text) ?? [];
      if (setting === 'client_encoding') this.names.use(value);
      else if (setting !== undefined) this.scanner.escapesAlways = value === 'off';
    } else if (!this.objects.take(text)) {
      const state = parseSetval(text, this.scanner.escapesAlways);
      if (!state) throw damagedSql('a setval command that pg_dump does not write');
      const key = JSON.stringify([state.schema, state.name]);
      if (this.sequences.has(key)) throw damagedSql(`the sequence ${state.schema}.${state.name} is set twice`);
      this.sequences.set(key, state);
    }
  }
}

/** How many of the last bytes may be the beginning of the end mark. */
function countHeldBack(data: Buffer, from: number, atLineStart: boolean): number {
  const isLineStart = (at: number): boolean => (at === from ? atLineStart : data[at - 1] === newline);
  const end = data.length;
  if (end - 1 >= from && data[end - 1] === endMark[0] && isLineStart(end - 1)) return 1;
  if (end - 2 >= from && data[end - 2] === endMark[0] && data[end - 1] === endMark[1] && isLineStart(end - 2)) return 2;
  return 0;
}
