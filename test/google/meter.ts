// What Google counts for each person: quota units a minute, and bytes uploaded in 24 hours. Kept in memory: a restart begins
// anew.
import { apiError, GoogleError } from './api-error.ts';
import { answerWords } from './fault-words.ts';
import type { Switches } from './options.ts';
import type { RequestKind } from './request-kind.ts';

const minuteMs = 60_000;
const dayMs = 24 * 3600_000;

/** Units by kind, from Google's page on limits: reading 5, listing 100, downloading 200, editing 50, other 5. */
const units: Partial<Record<RequestKind, number>> = {
  ...{ get: 5, about: 5, drives: 5, 'generate-ids': 5, list: 100, download: 200 },
  ...{ create: 50, update: 50, delete: 50, 'upload-media': 50, 'upload-multipart': 50, 'session-start': 50 },
};

interface Charge {
  readonly at: number;
  readonly amount: number;
}

export class Meter {
  readonly #now: () => Date;
  readonly #switches: Switches;
  readonly #units = new Map<string, Charge[]>();
  readonly #bytes = new Map<string, Charge[]>();

  constructor(now: () => Date, switches: Switches) {
    this.#now = now;
    this.#switches = switches;
  }

  /** Counts a request. Throws 403 in the words of Google's quota system when the minute's units are used up. */
  charge(email: string, kind: RequestKind): void {
    const cost = kind === 'chunk' ? this.#switches.chunkUnits : (units[kind] ?? 0);
    if (cost === 0) return;
    if (this.#add(this.#units, email, cost, minuteMs) <= this.#switches.unitsPerMinute) return;
    const { status, body } = answerWords['queries-per-minute'];
    throw new GoogleError(status, JSON.stringify(body), 'application/json; charset=UTF-8');
  }

  /** Units of the last minute. */
  used(email: string): number {
    return this.#sum(this.#units, email, minuteMs);
  }

  addUpload(email: string, bytes: number): void {
    this.#add(this.#bytes, email, bytes, dayMs);
  }

  /** The upload that crosses the line may finish; the next one is refused until the day is over. */
  checkDay(email: string): void {
    if (this.#sum(this.#bytes, email, dayMs) < this.#switches.uploadBytesPerDay) return;
    const words = this.#switches.dailyCapWords;
    const { status, reason, message } = answerWords[words === 'trailing-dot' ? 'user-rate-dot' : 'user-rate'];
    if (words !== 'no-reason') throw apiError(status, reason, message);
    const body = JSON.stringify({ error: { code: status, message } });
    throw new GoogleError(status, body, 'application/json; charset=UTF-8');
  }

  clear(): void {
    this.#units.clear();
    this.#bytes.clear();
  }

  #add(to: Map<string, Charge[]>, email: string, amount: number, spanMs: number): number {
    const at = this.#now().getTime();
    const recent = (to.get(email) ?? []).filter((charge) => charge.at > at - spanMs);
    to.set(email, [...recent, { at, amount }]);
    return this.#sum(to, email, spanMs);
  }

  #sum(of: Map<string, Charge[]>, email: string, spanMs: number): number {
    const since = this.#now().getTime() - spanMs;
    return (of.get(email) ?? []).reduce((sum, { at, amount }) => (at > since ? sum + amount : sum), 0);
  }
}
