// All files and folders of all accounts: records as JSON, contents beside them, both in the server's folder.
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { ContentFacts } from './blob.ts';
import { folderType, type FileRecord } from './file-record.ts';
import type { FileIds } from './ids.ts';
import { readJsonFolder, writeJson } from './json-file.ts';
import type { GoogleAccount, RandomBytes } from './options.ts';
import type { Caller } from './tokens.ts';

export interface FilesPorts {
  readonly dir: string;
  readonly now: () => Date;
  readonly random: RandomBytes;
  readonly ids: FileIds;
  readonly accounts: readonly GoogleAccount[];
}

export class FilesStore {
  readonly #ports: FilesPorts;
  readonly #recordsDir: string;
  readonly #contentsDir: string;
  #records = new Map<string, FileRecord>();

  constructor(ports: FilesPorts) {
    this.#ports = ports;
    this.#recordsDir = path.join(ports.dir, 'records');
    this.#contentsDir = path.join(ports.dir, 'contents');
    mkdirSync(this.#contentsDir, { recursive: true });
    for (const record of readJsonFolder(this.#recordsDir) as FileRecord[]) this.#records.set(record.id, record);
    this.#makeRoots();
  }

  all(): FileRecord[] {
    return [...this.#records.values()];
  }

  /** Null when nobody has it, or this caller may not see it. `root` is the caller's own root folder. */
  find(id: string, caller: Caller): FileRecord | null {
    const record = id === 'root' ? this.root(caller.email) : this.#records.get(id);
    return record && this.canSee(record, caller) ? record : null;
  }

  isUsed(id: string): boolean {
    return this.#records.has(id);
  }

  root(email: string): FileRecord {
    const root = this.all().find((record) => record.parentId === null && record.ownerEmail === email);
    if (!root) throw new Error(`no root folder for ${email}`);
    return root;
  }

  /** Under drive.file an app sees what it made, and the root folder. */
  canSee(record: FileRecord, caller: Caller): boolean {
    if (record.ownerEmail !== caller.email) return false;
    const wide = caller.scopes.some((scope) => scope.endsWith('/auth/drive') || scope.endsWith('/auth/drive.readonly'));
    return wide || record.parentId === null || record.projects.includes(caller.project);
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
  putContent(record: FileRecord, file: string, facts: ContentFacts): void {
    const former = record.content;
    const revision = `0B${this.#ports.random(18).toString('base64url')}`;
    renameSync(file, path.join(this.#contentsDir, revision));
    record.content = { ...facts, revision, originalFilename: former?.originalFilename ?? record.name };
    this.save(record);
    if (former) rmSync(path.join(this.#contentsDir, former.revision), { force: true });
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

  /** Null: no limit. */
  freeBytes(account: GoogleAccount): number | null {
    if (account.limitBytes === null) return null;
    return account.limitBytes - account.otherUsageBytes - this.usage(account.email).drive;
  }

  /** Takes from a project what it may see, as after revoking. */
  hideFrom(email: string, project: string): void {
    for (const record of this.all()) {
      if (record.ownerEmail !== email || !record.projects.includes(project)) continue;
      record.projects = record.projects.filter((name) => name !== project);
      this.save(record);
    }
  }

  clear(): void {
    for (const record of this.all()) this.remove(record);
    rmSync(this.#contentsDir, { recursive: true, force: true });
    mkdirSync(this.#contentsDir, { recursive: true });
    this.#makeRoots();
  }

  #makeRoots(): void {
    for (const { email } of this.#ports.accounts) {
      if (this.all().some((record) => record.parentId === null && record.ownerEmail === email)) continue;
      const now = this.#ports.now().toISOString();
      this.save({
        id: this.#ports.ids.create(),
        ownerEmail: email,
        name: 'My Drive',
        mimeType: folderType,
        description: null,
        starred: false,
        parentId: null,
        projects: [],
        createdTime: now,
        modifiedTime: now,
        viewedByMeTime: null,
        trashedTime: null,
        properties: {},
        appProperties: {},
        content: null,
        version: 0,
      });
    }
  }
}
