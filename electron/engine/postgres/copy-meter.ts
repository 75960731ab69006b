// Measures one table's COPY text, from whichever format of dump it comes: rows, bytes, SHA-256, and where it is asked for a
// fingerprint of the rows without their order. Both readers go through here, so both say the same of the same rows.
import { AppError } from '../../../shared/errors.ts';
import type { DataEntry } from '../../../shared/snapshot.ts';
import { createContentMeter, type Content, type ContentMeter } from './content-meter.ts';
import { createRowSum, type RowSum } from './row-sum.ts';

/** A table's rows as they are compared after a restore: the order may differ then. */
export interface MeasuredEntry extends DataEntry {
  /** From row-sum.ts; null when it was not asked for, and for large objects. */
  readonly rowSum: string | null;
}

/** What pg_dump writes after the last row: end-of-data for psql, then two empty lines. */
export const copyEnd = '\\.\n\n\n';
const copyEndLines = 3;

export interface TableName {
  readonly schema: string;
  readonly name: string;
}

/** Takes pieces of one table's data, the end mark included, then answers; begins the next one by itself. */
export class CopyMeter {
  private readonly content: ContentMeter = createContentMeter();
  private readonly rowSum: RowSum | null;

  constructor(rowSums: boolean) {
    this.rowSum = rowSums ? createRowSum() : null;
  }

  /** Takes `data[start..end)`; keeps no reference to it. */
  add(data: Buffer, start: number, end: number): void {
    this.content.add(data, start, end);
    this.rowSum?.add(data, start, end);
  }

  rowsSoFar(): number {
    return this.content.newlinesSoFar();
  }

  /** Throws `archive/damaged` when the text has no end mark. `isCopy` false: INSERT commands, which have none. */
  finishTable({ schema, name }: TableName, isCopy = true): MeasuredEntry {
    const { bytes, newlines, sha256, tail } = this.content.finish();
    const rowSum = this.rowSum?.finish() ?? null;
    if (isCopy && tail !== copyEnd) {
      throw new AppError('archive/damaged', `the dump is damaged: the data of ${schema}.${name} has no end mark`);
    }
    const rows = Math.max(0, newlines - copyEndLines);
    return { kind: 'table', schema, name, rows, bytes, sha256: sha256.toString('hex'), rowSum };
  }

  /** For what is no table: its bytes alone count. */
  finishBytes(): Content {
    this.rowSum?.finish();
    return this.content.finish();
  }
}
