// Grants, refresh tokens and access tokens, kept on disk: what a person allowed which client, and for how long.
import path from 'node:path';
import type { ClientRegistration, RandomBytes, Switches } from './options.ts';
import { readJson, writeJson } from './json-file.ts';

/** Google keeps this many refresh tokens per account and client; the oldest goes without a word. */
const maxRefreshTokens = 100;
const testingLifeMs = 7 * 24 * 3600_000;
const unusedLifeMs = 180 * 24 * 3600_000;

/** On whose behalf, and with which rights, a request comes. */
export interface Caller {
  readonly email: string;
  readonly clientId: string;
  readonly project: string;
  readonly scopes: readonly string[];
  /** The request says that it knows shared drives (`supportsAllDrives`). */
  readonly allDrives: boolean;
}

/** For whom a service account asks: itself, or the person it stands for. */
export interface ServiceGrant {
  readonly email: string;
  readonly clientId: string;
  readonly project: string;
}

interface RefreshToken {
  readonly email: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly createdAt: number;
  usedAt: number;
}

interface AccessToken {
  /** The refresh token it was made with, or the service account's grant. */
  readonly refreshToken: string | null;
  readonly service?: ServiceGrant;
  readonly expiresAt: number;
  readonly scopes: readonly string[];
}

export interface IssuedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInSeconds: number;
  /** Told as `refresh_token_expires_in`; null: not told. */
  readonly refreshLifeSeconds: number | null;
  readonly scopes: readonly string[];
}

interface Stored {
  readonly refresh: Record<string, RefreshToken>;
  readonly access: Record<string, AccessToken>;
}

export interface TokenPorts {
  readonly dir: string;
  readonly now: () => Date;
  readonly random: RandomBytes;
  readonly switches: Switches;
  readonly clients: readonly ClientRegistration[];
}

export class Tokens {
  readonly #ports: TokenPorts;
  readonly #file: string;
  #refresh: Map<string, RefreshToken>;
  #access: Map<string, AccessToken>;

  constructor(ports: TokenPorts) {
    this.#ports = ports;
    this.#file = path.join(ports.dir, 'tokens.json');
    const stored = readJson(this.#file) as Stored | null;
    this.#refresh = new Map(Object.entries(stored?.refresh ?? {}));
    this.#access = new Map(Object.entries(stored?.access ?? {}));
  }

  /** A new grant: the person said yes. */
  issue(email: string, clientId: string, scopes: readonly string[]): IssuedTokens {
    const refreshToken = `1//0${this.#ports.random(48).toString('base64url')}`;
    const now = this.#now();
    this.#refresh.set(refreshToken, { email, clientId, scopes, createdAt: now, usedAt: now });
    const same = [...this.#refresh].filter(([, token]) => token.email === email && token.clientId === clientId);
    for (const [old] of same.slice(0, Math.max(0, same.length - maxRefreshTokens))) this.#drop(old);
    return this.#issueAccess(refreshToken, scopes);
  }

  /** Null: the refresh token is unknown, revoked or over its time, or belongs to another client. */
  refresh(refreshToken: string, clientId: string): IssuedTokens | null {
    const token = this.#refresh.get(refreshToken);
    if (token?.clientId !== clientId) return null;
    const now = this.#now();
    if (now - token.usedAt > unusedLifeMs || now - token.createdAt > this.#refreshLifeMs(clientId)) {
      this.#drop(refreshToken);
      this.#save();
      return null;
    }
    token.usedAt = now;
    if (!this.#ports.switches.rotateRefreshTokens) return this.#issueAccess(refreshToken, token.scopes);
    this.#drop(refreshToken);
    return this.issue(token.email, clientId, token.scopes);
  }

  /** What the mark of drive.file on a file is called for a client: its project's name, or its own. */
  appOf(clientId: string): string {
    const bound = this.#ports.switches.accessBoundTo;
    return bound === 'client' ? clientId : (this.#client(clientId)?.project ?? clientId);
  }

  /** What the address for token facts tells; null: no such token, or over its time. */
  describe(accessToken: string): { clientId: string; scopes: readonly string[]; expiresInSeconds: number } | null {
    const caller = this.findCaller(accessToken);
    const access = this.#access.get(accessToken);
    if (!caller || !access) return null;
    const expiresInSeconds = Math.floor((access.expiresAt - this.#now()) / 1000);
    return { clientId: caller.clientId, scopes: caller.scopes, expiresInSeconds };
  }

  /** An access token alone: a service account signs again when it is over. */
  issueService(
    service: ServiceGrant,
    scopes: readonly string[],
  ): Omit<IssuedTokens, 'refreshToken' | 'refreshLifeSeconds'> {
    return this.#storeAccess({ refreshToken: null, service, scopes });
  }

  /** Null: no such token, or over its time. */
  findCaller(accessToken: string): Omit<Caller, 'allDrives'> | null {
    const access = this.#access.get(accessToken);
    if (!access || access.expiresAt <= this.#now()) return null;
    if (access.service) return { ...access.service, scopes: access.scopes };
    const grant = this.#refresh.get(access.refreshToken ?? '');
    if (!grant) return null;
    const project = this.#client(grant.clientId)?.project;
    if (project === undefined) return null;
    return { email: grant.email, clientId: grant.clientId, project: this.appOf(grant.clientId), scopes: access.scopes };
  }

  /**
   * Takes back everything the token's project may do for its person, as Google does for any one token of it. Answers
   * whose access ended; null when the token is not valid.
   */
  revoke(token: string): { readonly email: string; readonly project: string } | null {
    const grant = this.#refresh.get(token) ?? this.#refresh.get(this.#access.get(token)?.refreshToken ?? '');
    const project = grant ? this.#client(grant.clientId)?.project : undefined;
    if (!grant || project === undefined) return null;
    this.revokeProject(grant.email, project);
    return { email: grant.email, project };
  }

  revokeProject(email: string, project: string): void {
    for (const [refreshToken, token] of this.#refresh) {
      if (token.email === email && this.#client(token.clientId)?.project === project) this.#drop(refreshToken);
    }
    this.#save();
  }

  /** Every refresh token dies, as after a changed policy. */
  revokeAll(): void {
    this.clear();
  }

  /** Every access token is over its time; refresh tokens live on. */
  expireAccess(): void {
    this.#access.clear();
    this.#save();
  }

  clear(): void {
    this.#refresh.clear();
    this.#access.clear();
    this.#save();
  }

  /** How many there are; the values stay here. */
  count(): { readonly refreshTokens: number; readonly accessTokens: number } {
    return { refreshTokens: this.#refresh.size, accessTokens: this.#access.size };
  }

  #issueAccess(refreshToken: string, scopes: readonly string[]): IssuedTokens {
    const refreshLifeSeconds = this.#toldLifeSeconds(refreshToken);
    return { ...this.#storeAccess({ refreshToken, scopes }), refreshToken, refreshLifeSeconds };
  }

  #refreshLifeMs(clientId: string): number {
    const { refreshTokenLifeSeconds } = this.#ports.switches;
    const testing = this.#client(clientId)?.publishing === 'testing';
    return Math.min(testing ? testingLifeMs : Infinity, (refreshTokenLifeSeconds ?? Infinity) * 1000);
  }

  /** What is left of a refresh token's life, where Google says it. */
  #toldLifeSeconds(refreshToken: string): number | null {
    const token = this.#refresh.get(refreshToken);
    const { refreshTokenLifeSeconds, testingTellsLife } = this.#ports.switches;
    if (!token || (refreshTokenLifeSeconds === null && !testingTellsLife)) return null;
    const lifeMs = this.#refreshLifeMs(token.clientId);
    return lifeMs === Infinity ? null : Math.floor((token.createdAt + lifeMs - this.#now()) / 1000);
  }

  #storeAccess(access: Omit<AccessToken, 'expiresAt'>): Omit<IssuedTokens, 'refreshToken' | 'refreshLifeSeconds'> {
    const { scopes } = access;
    const accessToken = `ya29.${this.#ports.random(48).toString('base64url')}`;
    const expiresInSeconds = this.#ports.switches.accessTokenLifeSeconds;
    const now = this.#now();
    for (const [old, { expiresAt }] of this.#access) if (expiresAt <= now) this.#access.delete(old);
    this.#access.set(accessToken, { ...access, expiresAt: now + expiresInSeconds * 1000 });
    this.#save();
    return { accessToken, expiresInSeconds, scopes };
  }

  #drop(refreshToken: string): void {
    this.#refresh.delete(refreshToken);
    for (const [accessToken, access] of this.#access) {
      if (access.refreshToken === refreshToken) this.#access.delete(accessToken);
    }
  }

  #client(clientId: string): ClientRegistration | undefined {
    return this.#ports.clients.find((client) => client.clientId === clientId);
  }

  #now(): number {
    return this.#ports.now().getTime();
  }

  #save(): void {
    const stored: Stored = { refresh: Object.fromEntries(this.#refresh), access: Object.fromEntries(this.#access) };
    writeJson(this.#file, stored);
  }
}
