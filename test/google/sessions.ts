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
  id: string;
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
  /** While the last byte becomes a file: whoever asks meanwhile gets that file and does not make it again. */
  finishing: Promise<void> | null;
}

export class Sessions {
  readonly #dir: string;
  readonly #now: () => Date;
  readonly #random: RandomBytes;
  readonly #sessions = new Map<string, Session>();
  /** Ids of sessions that ended without a file; forgotten with a restart. */
  readonly #burntIds = new Set<string>();
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

  /** True for the id of a session that ended without a file. */
  isBurnt(id: string): boolean {
    return this.#burntIds.has(id);
  }

  /** The same session under a new address; the old one stays when `keepOld`. */
  move(session: Session, keepOld: boolean): string {
    const id = `AB${this.#random(30).toString('base64url')}`;
    this.#sessions.set(id, session);
    if (!keepOld) {
      this.#sessions.delete(session.record.id);
      rmSync(path.join(this.#dir, `${session.record.id}.json`), { force: true });
    }
    session.record.id = id;
    this.save(session);
    return id;
  }

  list(): Session[] {
    return [...new Set(this.#sessions.values())];
  }

  save(session: Session): void {
    writeJson(path.join(this.#dir, `${session.record.id}.json`), session.record);
  }

  remove(session: Session): void {
    const { fileId, metadata } = session.record;
    if (fileId === null && metadata.id !== undefined) this.#burntIds.add(metadata.id);
    session.epoch += 1;
    session.writer.remove();
    for (const [id, other] of this.#sessions) if (other === session) this.#sessions.delete(id);
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
    return { record, writer: new BlobWriter(path.join(this.#dir, `${record.name}.part`)), epoch: 0, finishing: null };
  }
}
