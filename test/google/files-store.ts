// All files and folders of all accounts: records as JSON, contents beside them, both in the server's folder.
import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { ContentFacts } from './blob.ts';
import { folderType, type FileRecord } from './file-record.ts';
import type { FileIds } from './ids.ts';
import { readJsonFolder, writeJson } from './json-file.ts';
import { seesEverything } from './method-scopes.ts';
import type { GoogleAccount, RandomBytes, Switches } from './options.ts';
import type { SharedDrive, SharedDrives } from './shared-drives.ts';
import type { Caller } from './tokens.ts';

export interface FilesPorts {
  readonly dir: string;
  readonly now: () => Date;
  readonly random: RandomBytes;
  readonly ids: FileIds;
  readonly accounts: () => readonly GoogleAccount[];
  readonly drives: SharedDrives;
  readonly switches: Switches;
}

/** When the hashes of one content come, against what the switches say. */
export interface LateHashes {
  readonly ms: number;
  readonly which: 'sha' | 'all';
}

export class FilesStore {
  readonly #ports: FilesPorts;
  readonly #recordsDir: string;
  readonly #contentsDir: string;
  #records = new Map<string, FileRecord>();
  #lastCreatedAt = 0;

  constructor(ports: FilesPorts) {
    this.#ports = ports;
    this.#recordsDir = path.join(ports.dir, 'records');
    this.#contentsDir = path.join(ports.dir, 'contents');
    mkdirSync(this.#contentsDir, { recursive: true });
    for (const record of readJsonFolder(this.#recordsDir) as FileRecord[]) this.#records.set(record.id, record);
    this.makeRoots();
  }

  all(): FileRecord[] {
    return [...this.#records.values()];
  }

  /** Null when nobody has it, or this caller may not see it. `root` is the caller's own root folder. */
  find(id: string, caller: Caller): FileRecord | null {
    const record = id === 'root' ? this.root(caller.email) : this.#records.get(id);
    return record && this.canSee(record, caller) ? record : null;
  }

  /** Whoever may see it. */
  findAny(id: string): FileRecord | null {
    return this.#records.get(id) ?? null;
  }

  isUsed(id: string): boolean {
    return this.#records.has(id);
  }

  root(email: string): FileRecord {
    const root = this.all().find((record) => record.parentId === null && record.ownerEmail === email);
    if (!root) throw new Error(`no root folder for ${email}`);
    return root;
  }

  /**
   * Under drive.file an app sees what it made, what the person chose for it, and the root folder. What lies on a shared
   * drive is there only for members who say that they know shared drives.
   */
  canSee(record: FileRecord, caller: Caller): boolean {
    if (!this.isReachable(record, caller)) return false;
    if (seesEverything(caller.scopes) || record.projects.includes(caller.project)) return true;
    return record.parentId === null && (record.driveId === null || this.#ports.switches.sharedDriveRootOpen);
  }

  /** Whether the person, whatever the app, gets there by this request. */
  isReachable(record: FileRecord, caller: Caller): boolean {
    if (record.driveId === null) return record.ownerEmail === caller.email;
    return caller.allDrives && this.#ports.drives.roleOf(record.driveId, caller.email) !== null;
  }

  /** Now, or just after the item before: which of two is older must not be a matter of chance where the clock stands. */
  nextCreatedTime(): string {
    const now = this.#ports.now().getTime();
    const stands = now <= this.#lastCreatedAt && now > this.#lastCreatedAt - 1000;
    this.#lastCreatedAt = stands ? this.#lastCreatedAt + 1 : now;
    return new Date(this.#lastCreatedAt).toISOString();
  }

  /** The folder it lies in. Throws for a root. */
  getParent(record: FileRecord): FileRecord {
    const parent = this.#records.get(record.parentId ?? '');
    if (!parent) throw new Error(`${record.id} has no parent`);
    return parent;
  }

  /** The shared drive that an item lies on; null: My Drive. */
  driveOf(id: string): string | null {
    return this.#records.get(id)?.driveId ?? null;
  }

  /** Levels of folders down to and with this one; 0 for a root. */
  depthOf(folder: FileRecord): number {
    let depth = 0;
    for (let item = this.#records.get(folder.parentId ?? ''); item; item = this.#records.get(item.parentId ?? ''))
      depth += 1;
    return depth;
  }

  /** In the bin itself, or in a folder that is. */
  isTrashed(record: FileRecord): boolean {
    for (let item: FileRecord | undefined = record; item; item = this.#records.get(item.parentId ?? '')) {
      if (item.trashedTime !== null) return true;
    }
    return false;
  }

  /** True when `id` is the folder itself or lies below it. */
  isWithin(id: string, folderId: string): boolean {
    for (let item = this.#records.get(id); item; item = this.#records.get(item.parentId ?? '')) {
      if (item.id === folderId) return true;
    }
    return false;
  }

  save(record: FileRecord): void {
    record.version += 1;
    this.#records.set(record.id, record);
    writeJson(path.join(this.#recordsDir, `${record.id}.json`), record);
  }

  /** Moves a finished content in; its former one, if any, goes. Saves the record. */
  putContent(record: FileRecord, file: string, facts: ContentFacts, late?: LateHashes): void {
    const former = record.content;
    const revision = `0B${this.#ports.random(18).toString('base64url')}`;
    renameSync(file, path.join(this.#contentsDir, revision));
    const { hashesAfterMs, lateHashes } = this.#ports.switches;
    record.content = {
      ...{ ...facts, revision, originalFilename: former?.originalFilename ?? record.name },
      hashesAt: this.#ports.now().getTime() + (late?.ms ?? hashesAfterMs),
      lateHashes: late?.which ?? lateHashes,
    };
    this.save(record);
    if (former) rmSync(path.join(this.#contentsDir, former.revision), { force: true });
  }

  /** A second item like it, under an id of its own. */
  duplicate(record: FileRecord): void {
    const twin: FileRecord = structuredClone({ ...record, id: this.#ports.ids.create(), version: 0 });
    if (record.content) {
      const revision = `0B${this.#ports.random(18).toString('base64url')}`;
      copyFileSync(path.join(this.#contentsDir, record.content.revision), path.join(this.#contentsDir, revision));
      twin.content = { ...record.content, revision };
    }
    this.save(twin);
  }

  /** For good, with everything below it. */
  remove(record: FileRecord): void {
    for (const child of this.all().filter((item) => item.parentId === record.id)) this.remove(child);
    this.#records.delete(record.id);
    rmSync(path.join(this.#recordsDir, `${record.id}.json`), { force: true });
    if (record.content) rmSync(path.join(this.#contentsDir, record.content.revision), { force: true });
  }

  contentPath(record: FileRecord): string | null {
    return record.content ? path.join(this.#contentsDir, record.content.revision) : null;
  }

  usage(email: string): { readonly drive: number; readonly trash: number } {
    const own = this.all().filter((record) => record.ownerEmail === email && record.content !== null);
    const sum = (records: readonly FileRecord[]): number =>
      records.reduce((total, record) => total + (record.content?.size ?? 0), 0);
    return { drive: sum(own), trash: sum(own.filter((record) => this.isTrashed(record))) };
  }

  /** Of the account, or of its whole organisation. */
  totalUsage(account: GoogleAccount): number {
    const { pool } = account;
    const members = pool === undefined ? [account] : this.#ports.accounts().filter((other) => other.pool === pool);
    return members.reduce((sum, { email, otherUsageBytes }) => sum + otherUsageBytes + this.usage(email).drive, 0);
  }

  /** Null: no limit. */
  freeBytes(account: GoogleAccount): number | null {
    if (account.limitBytes === null) return null;
    return account.limitBytes - this.totalUsage(account);
  }

  /** Takes from projects what they may see of a person, as after revoking. */
  hideFrom(email: string, projects: readonly string[]): void {
    for (const record of this.all()) {
      const isTheirs = record.driveId === null ? record.ownerEmail === email : record.modifiedBy === email;
      if (!isTheirs || !record.projects.some((name) => projects.includes(name))) continue;
      record.projects = record.projects.filter((name) => !projects.includes(name));
      this.save(record);
    }
  }

  clear(): void {
    for (const record of this.all()) this.remove(record);
    rmSync(this.#contentsDir, { recursive: true, force: true });
    mkdirSync(this.#contentsDir, { recursive: true });
    this.makeRoots();
  }

  /** One for every account and every shared drive that has none yet. */
  makeRoots(): void {
    for (const { email } of this.#ports.accounts()) {
      if (this.all().some((record) => record.parentId === null && record.ownerEmail === email)) continue;
      this.#makeRoot({ id: this.#ports.ids.create(), name: 'My Drive', ownerEmail: email, driveId: null });
    }
    for (const drive of this.#ports.drives.list()) if (!this.#records.has(drive.id)) this.#makeDriveRoot(drive);
  }

  #makeDriveRoot({ id, name }: SharedDrive): void {
    this.#makeRoot({ id, name, ownerEmail: null, driveId: id });
  }

  #makeRoot(facts: Pick<FileRecord, 'id' | 'name' | 'ownerEmail' | 'driveId'>): void {
    const now = this.#ports.now().toISOString();
    this.save({
      ...facts,
      mimeType: folderType,
      description: null,
      starred: false,
      parentId: null,
      projects: [],
      createdTime: now,
      modifiedTime: now,
      storedAt: this.#ports.now().getTime(),
      namedAt: this.#ports.now().getTime(),
      abusive: false,
      modifiedBy: facts.ownerEmail,
      viewedByMeTime: null,
      trashedTime: null,
      trashedBy: null,
      properties: {},
      appProperties: {},
      content: null,
      version: 0,
    });
  }
}
