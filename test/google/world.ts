// Everything that one running server shares between its requests.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Faults } from './fault-plan.ts';
import { FilesStore } from './files-store.ts';
import { createFileIds, createRandom, type FileIds } from './ids.ts';
import { Journal } from './journal.ts';
import { readJson, writeJson } from './json-file.ts';
import { Meter } from './meter.ts';
import { PageTokens } from './page-tokens.ts';
import { Consents } from './consents.ts';
import {
  defaultSwitches,
  testAccount,
  testClientId,
  testClientSecret,
  testServiceAccount,
  type ClientRegistration,
  type GoogleAccount,
  type GoogleOptions,
  type RandomBytes,
  type Switches,
} from './options.ts';
import { ServiceAccounts } from './service-accounts.ts';
import { Sessions } from './sessions.ts';
import { SharedDrives } from './shared-drives.ts';
import { Tokens } from './tokens.ts';

export interface World {
  readonly dir: string;
  readonly accounts: readonly GoogleAccount[];
  readonly clients: readonly ClientRegistration[];
  readonly switches: Switches;
  readonly now: () => Date;
  readonly advanceClock: (ms: number) => void;
  readonly random: RandomBytes;
  readonly ids: FileIds;
  readonly files: FilesStore;
  readonly drives: SharedDrives;
  readonly services: ServiceAccounts;
  readonly meter: Meter;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly consents: Consents;
  readonly pages: PageTokens;
  readonly journal: Journal;
  readonly faults: Faults;
  /** Replaces facts of an account, such as its limit. */
  readonly setAccount: (email: string, change: Partial<Omit<GoogleAccount, 'email'>>) => void;
  /** As on the first day: no files, sessions, tokens, journal, faults; the switches of the start. */
  readonly reset: () => void;
}

export function createWorld(options: GoogleOptions): World {
  mkdirSync(options.dir, { recursive: true });
  const serverFile = path.join(options.dir, 'server.json');
  const stored = readJson(serverFile) as { key: string; starts: number; clockOffsetMs: number } | null;
  const starts = (stored?.starts ?? 0) + 1;
  const random = createRandom(options.seed, starts);
  const key = stored?.key ?? random(32).toString('hex');
  let clockOffsetMs = stored?.clockOffsetMs ?? 0;
  const saveServer = (): void => {
    writeJson(serverFile, { key, starts, clockOffsetMs });
  };
  saveServer();

  const readNow = options.now ?? (() => new Date());
  const now = (): Date => new Date(readNow().getTime() + clockOffsetMs);
  const accounts = [...(options.accounts ?? [testAccount])];
  const clients = options.clients ?? [
    { clientId: testClientId, clientSecret: testClientSecret, project: '1004711235813' },
  ];
  const switches: Switches = { ...defaultSwitches, ...options.switches };
  const ids = createFileIds(random, Buffer.from(key, 'hex'));
  const services = new ServiceAccounts(options.dir, random, options.serviceAccounts ?? [testServiceAccount]);
  const drives = new SharedDrives(options.dir, now, random);
  const makeDrives = (): void => {
    if (drives.list().length === 0) for (const drive of options.sharedDrives ?? []) drives.create(drive);
  };
  makeDrives();
  const everybody = (): readonly GoogleAccount[] => [...accounts, ...services.toAccounts()];
  const files = new FilesStore({ dir: options.dir, now, random, ids, accounts: everybody, drives, switches });
  const sessions = new Sessions(options.dir, now, random);
  const tokens = new Tokens({ dir: options.dir, now, random, switches, clients });
  const meter = new Meter(now, switches);
  const consents = new Consents(now, random);
  const pages = new PageTokens(now, random);
  const journal = new Journal();
  const faults = new Faults(random);
  return {
    ...{ dir: options.dir, accounts, clients, switches, now, random, ids },
    ...{ files, drives, services, meter, sessions, tokens, consents, pages, journal, faults },
    advanceClock: (ms) => {
      clockOffsetMs += ms;
      saveServer();
    },
    setAccount: (email, change) => {
      const index = accounts.findIndex((account) => account.email === email);
      const account = accounts[index];
      if (!account) throw new Error(`no account ${email}`);
      accounts[index] = { ...account, ...change };
    },
    reset: () => {
      faults.clear();
      Object.assign(switches, defaultSwitches, options.switches);
      accounts.splice(0, accounts.length, ...(options.accounts ?? [testAccount]));
      clockOffsetMs = 0;
      saveServer();
      sessions.clear();
      drives.clear();
      makeDrives();
      files.clear();
      tokens.clear();
      meter.clear();
      consents.clear();
      pages.clear();
      journal.clear();
    },
  };
}

/** A person's or a service account. Throws when nobody has the address. */
export function getAccount(world: World, email: string): GoogleAccount {
  const everybody = [...world.accounts, ...world.services.toAccounts()];
  const account = everybody.find((candidate) => candidate.email === email);
  if (!account) throw new Error(`no account ${email}`);
  return account;
}
