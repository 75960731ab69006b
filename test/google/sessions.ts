// Upload sessions: what was said at the start, and the bytes so far. Both are on disk, so a restarted server goes on.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { BlobWriter } from './blob.ts';
import type { Metadata } from './metadata.ts';
import type { RandomBytes } from './options.ts';
import { readJsonFolder, writeJson } from './json-file.ts';
import type { Caller } from './tokens.ts';

/** "Upload sessions expire after one week". */
const lifeMs = 7 * 24 * 3600_000;

/** What is stored of a session. */
export interface SessionRecord {
  readonly id: string;
  /** `s1`, `s2`, …: how the journal calls it. */
  readonly name: string;
  readonly caller: Caller;
  /** Null: a new file. */
  readonly updatesId: string | null;
  readonly metadata: Metadata;
  readonly contentType: string;
  /** Parameters of the start that shape the last answer. */
  readonly query: Readonly<Record<string, string>>;
  readonly startedAt: number;
  /** Null: not known yet. */
  total: number | null;
  /** The file it became; null while it is open. */
  fileId: string | null;
}

export interface Session {
  readonly record: SessionRecord;
  readonly writer: BlobWriter;
  /** Counts the requests that write: only the last one may. */
  epoch: number;
}

export class Sessions {
  readonly #dir: string;
  readonly #now: () => Date;
  readonly #random: RandomBytes;
  readonly #sessions = new Map<string, Session>();
  #count = 0;

  constructor(dir: string, now: () => Date, random: RandomBytes) {
    this.#dir = path.join(dir, 'sessions');
    this.#now = now;
    this.#random = random;
    mkdirSync(this.#dir, { recursive: true });
    for (const record of readJsonFolder(this.#dir) as SessionRecord[]) {
      this.#sessions.set(record.id, this.#open(record));
      this.#count = Math.max(this.#count, Number(record.name.slice(1)));
    }
  }

  create(start: Omit<SessionRecord, 'id' | 'name' | 'startedAt' | 'fileId'>): Session {
    this.#count += 1;
    const record: SessionRecord = {
      ...start,
      id: `AB${this.#random(30).toString('base64url')}`,
      name: `s${String(this.#count)}`,
      startedAt: this.#now().getTime(),
      fileId: null,
    };
    const session = this.#open(record);
    this.#sessions.set(record.id, session);
    this.save(session);
    return session;
  }

  /** Null: unknown, or over a week old. */
  find(id: string): Session | null {
    const session = this.#sessions.get(id);
    if (!session) return null;
    if (this.#now().getTime() - session.record.startedAt <= lifeMs) return session;
    this.remove(session);
    return null;
  }

  list(): Session[] {
    return [...this.#sessions.values()];
  }

  save(session: Session): void {
    writeJson(path.join(this.#dir, `${session.record.id}.json`), session.record);
  }

  remove(session: Session): void {
    session.epoch += 1;
    session.writer.remove();
    this.#sessions.delete(session.record.id);
    rmSync(path.join(this.#dir, `${session.record.id}.json`), { force: true });
  }

  /** Closes the files; what is on disk stays. */
  close(): void {
    for (const session of this.#sessions.values()) {
      session.epoch += 1;
      session.writer.close();
    }
  }

  clear(): void {
    for (const session of this.list()) this.remove(session);
    this.#count = 0;
  }

  #open(record: SessionRecord): Session {
    return { record, writer: new BlobWriter(path.join(this.#dir, `${record.id}.part`)), epoch: 0 };
  }
}
