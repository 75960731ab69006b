// Large objects in plain SQL: each is opened by its id, written in pieces and closed (EndBlob, _WriteBlobData in
// pg_backup_null.c). They are measured as those of an archive are.
import { damagedSql } from './damaged-sql.ts';
import { createContentMeter } from './content-meter.ts';
import type { MeasuredEntry } from './copy-meter.ts';
import { LargeObjectsDigest } from './large-objects-digest.ts';

/** INV_WRITE is 0x20000. */
const openForm = /^SELECT pg_catalog\.lo_open\('(\d+)', 131072\);$/;
const writeForm = /^SELECT pg_catalog\.lowrite\(0, (?:E)?'\\{1,2}x((?:[0-9a-f]{2})*)'\);$/;
const closeForm = /^SELECT pg_catalog\.lo_close\(0\);$/;

export class PlainObjects {
  private readonly digest = new LargeObjectsDigest();
  private readonly meter = createContentMeter();
  private open: number | null = null;

  /** False when the command is about something else. */
  take(command: string): boolean {
    if (!command.startsWith('SELECT pg_catalog.lo')) return false;
    const oid = openForm.exec(command)?.[1];
    const hex = oid === undefined ? writeForm.exec(command)?.[1] : undefined;
    if (oid !== undefined && this.open === null) this.open = Number(oid);
    else if (hex !== undefined && this.open !== null) {
      const bytes = Buffer.from(hex, 'hex');
      this.meter.add(bytes, 0, bytes.length);
    } else if (closeForm.test(command) && this.open !== null) {
      const { bytes, sha256 } = this.meter.finish();
      this.digest.add(this.open, bytes, sha256);
      this.open = null;
    } else throw damagedSql('a command about large objects out of its order');
    return true;
  }

  /** Null when there is none. Throws `archive/damaged` while one is open. */
  finish(): MeasuredEntry | null {
    if (this.open !== null) throw damagedSql(`it ends inside the large object ${String(this.open)}`);
    return this.digest.finish();
  }
}
