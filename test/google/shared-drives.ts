// Shared drives and who belongs to them, kept on disk. The drive's top folder is a file record with the drive's id.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { readJson, writeJson } from './json-file.ts';
import type { RandomBytes, SharedDriveRegistration } from './options.ts';
import type { DriveRole } from './rights.ts';

export interface SharedDrive {
  readonly id: string;
  name: string;
  readonly createdTime: string;
  /** By e-mail address. */
  members: Record<string, DriveRole>;
}

export class SharedDrives {
  readonly #file: string;
  readonly #now: () => Date;
  readonly #random: RandomBytes;
  #drives: SharedDrive[];

  constructor(dir: string, now: () => Date, random: RandomBytes) {
    mkdirSync(dir, { recursive: true });
    this.#file = path.join(dir, 'shared-drives.json');
    this.#now = now;
    this.#random = random;
    this.#drives = (readJson(this.#file) ?? []) as SharedDrive[];
  }

  list(): readonly SharedDrive[] {
    return this.#drives;
  }

  find(id: string): SharedDrive | null {
    return this.#drives.find((drive) => drive.id === id) ?? null;
  }

  /** Null: no member, or no such drive. */
  roleOf(id: string, email: string): DriveRole | null {
    const members = this.find(id)?.members ?? {};
    return Object.hasOwn(members, email) ? (members[email] ?? null) : null;
  }

  create({ name, members, id }: SharedDriveRegistration): SharedDrive {
    const drive: SharedDrive = {
      id: id ?? `0A${this.#random(11).toString('base64url').slice(0, 14)}PVA`,
      name,
      createdTime: this.#now().toISOString(),
      members: { ...members },
    };
    this.#drives.push(drive);
    this.#save();
    return drive;
  }

  /** Null: no member any more. */
  setRole(id: string, email: string, role: DriveRole | null): void {
    const drive = this.find(id);
    if (!drive) throw new Error(`no shared drive ${id}`);
    const { [email]: _, ...others } = drive.members;
    drive.members = role === null ? others : { ...others, [email]: role };
    this.#save();
  }

  clear(): void {
    this.#drives = [];
    rmSync(this.#file, { force: true });
  }

  #save(): void {
    writeJson(this.#file, this.#drives);
  }
}
