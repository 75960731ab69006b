// One request and its answer: reads and sends for the handlers, and makes the planned faults and holds happen at their
// points. Handlers know nothing of faults except what they ask for here.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as waitFor } from 'node:timers/promises';
import { plainError, type GoogleError } from './api-error.ts';
import { changeBody, toFaultError, toFinalHeaders, toRetryAfter } from './fault-answers.ts';
import { BodySource, ConnectionGone } from './body-source.ts';
import type { Plan } from './fault-plan.ts';
import { actingHere, type Action, type Point } from './faults.ts';
import { Stops } from './stops.ts';
import type { JournalEntry } from './journal.ts';
import type { KindFacts } from './request-kind.ts';
import type { Session } from './sessions.ts';
import type { World } from './world.ts';

type Headers = Readonly<Record<string, string>>;
type ActionOf<Name extends Action['do']> = Extract<Action, { do: Name }>;

export class Exchange {
  readonly world: World;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly facts: KindFacts;
  readonly entry: JournalEntry;
  /** The session that the request's URI names, if there is one. */
  readonly session: Session | null;
  readonly #plan: Plan;
  readonly #source: BodySource;
  readonly #gone: Promise<never>;

  constructor(parts: {
    world: World;
    request: IncomingMessage;
    response: ServerResponse;
    url: URL;
    facts: KindFacts;
    entry: JournalEntry;
    session: Session | null;
    plan: Plan;
  }) {
    this.world = parts.world;
    this.request = parts.request;
    this.response = parts.response;
    this.url = parts.url;
    this.facts = parts.facts;
    this.entry = parts.entry;
    this.session = parts.session;
    this.#plan = parts.plan;
    this.#source = new BodySource(parts.request);
    this.#gone = new Promise((_, reject) => {
      parts.response.once('close', () => {
        reject(new ConnectionGone());
      });
    });
    this.#gone.catch(() => undefined);
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** Announced length of the body; null when it is not announced. */
  get contentLength(): number | null {
    const text = this.header('content-length');
    return text === undefined ? null : Number(text);
  }

  /** The planned action of this name, if any, and marks the request as changed by it. */
  take<Name extends Action['do']>(name: Name): ActionOf<Name> | null {
    const action = this.#plan.actions.find((candidate): candidate is ActionOf<Name> => candidate.do === name);
    if (!action) return null;
    this.entry.fault = name;
    return action;
  }

  /** Makes happen what is planned for a point without a byte count. */
  async reach(at: 'arrived' | 'done'): Promise<void> {
    for (const hold of this.#plan.holds) if (hold.at === at) await this.#while(hold.wait());
    for (const action of this.#plan.actions) await this.#act(action, at);
  }

  /** The request's body; the consumer has each piece in its hands when the next point comes. */
  async *body(): AsyncGenerator<Buffer, void, undefined> {
    const stops = this.#stops('body', this.contentLength ?? 0);
    await stops.pass(0);
    for (;;) {
      const data = await this.#source.read();
      if (data === null) return;
      for (const piece of stops.cut(data)) {
        this.entry.requestBytes += piece.length;
        yield piece;
        await stops.pass(piece.length);
      }
    }
  }

  /** The whole body as text; for bodies that are small by nature. Refuses more than 1 MiB with 413. */
  async readText(): Promise<string> {
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of this.body()) {
      size += piece.length;
      if (size > 1024 * 1024) throw plainError(413, 'Request Entity Too Large');
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString('utf8');
  }

  async sendJson(status: number, value: unknown, headers: Headers = {}): Promise<void> {
    await this.reach('done');
    const change = this.take('change-body');
    const body = Buffer.from(`${JSON.stringify(change ? changeBody(value, change.set) : value, null, 1)}\n`);
    await this.#send(status, { 'Content-Type': 'application/json; charset=UTF-8', ...headers }, body);
  }

  async sendText(status: number, text: string, headers: Headers = {}): Promise<void> {
    await this.reach('done');
    await this.#send(status, headers, Buffer.from(text));
  }

  /** An answer whose body is `length` bytes of a stream. */
  async sendStream(status: number, headers: Headers, length: number, body: AsyncIterable<Buffer>): Promise<void> {
    await this.reach('done');
    await this.#send(status, headers, body, length);
  }

  /** Sends an error as it is; no further point is reached. */
  async sendError(error: GoogleError): Promise<void> {
    this.#writeHead(
      error.status,
      {
        'Content-Type': error.contentType,
        ...toRetryAfter(error, this.world.switches.retryAfterSeconds),
        ...error.headers,
      },
      Buffer.byteLength(error.body),
    );
    await this.#end(Buffer.from(error.body));
  }

  /** The journal's last word about a request that was not answered. */
  abandon(): void {
    if (this.entry.ended === 'open') this.entry.ended = 'gone';
    this.response.destroy();
  }

  async #send(status: number, headers: Headers, body: Buffer | AsyncIterable<Buffer>, length?: number): Promise<void> {
    const size = Buffer.isBuffer(body) ? body.length : (length ?? 0);
    const stops = this.#stops('sending', size);
    this.#writeHead(status, headers, size);
    if (stops.isEmpty && Buffer.isBuffer(body)) {
      await this.#end(body);
      return;
    }
    if (!stops.isEmpty) this.response.flushHeaders();
    await stops.pass(0);
    for await (const data of Buffer.isBuffer(body) ? [body] : body) {
      for (const piece of stops.cut(data)) {
        await this.#write(piece);
        await stops.pass(piece.length);
      }
    }
    await this.#end(Buffer.alloc(0));
  }

  #writeHead(status: number, headers: Headers, length: number): void {
    const final = toFinalHeaders(headers, {
      ...{ length: status === 204 ? null : length, now: this.world.now() },
      ...{ set: this.take('change-headers')?.set ?? {}, move: this.take('change-location') },
    });
    this.entry.status = status;
    this.response.writeHead(status, final);
  }

  async #write(piece: Buffer): Promise<void> {
    if (this.response.destroyed) throw new ConnectionGone();
    this.entry.responseBytes += piece.length;
    const flushed = new Promise<void>((resolve) => {
      this.response.write(piece, () => {
        resolve();
      });
    });
    await this.#while(flushed);
  }

  async #end(rest: Buffer): Promise<void> {
    if (this.response.destroyed) throw new ConnectionGone();
    this.entry.responseBytes += rest.length;
    this.#source.discard();
    // Marked before the last byte goes: whoever has the answer finds the journal complete.
    this.entry.ended = 'answered';
    const finished = new Promise<void>((resolve) => this.response.end(rest, resolve));
    await this.#while(finished).catch(() => undefined);
  }

  #stops(at: 'body' | 'sending', announced: number): Stops {
    const count = (afterBytes: number | undefined): number => afterBytes ?? Math.floor(announced / 2);
    const holds = this.#plan.holds
      .filter((hold) => hold.at === at)
      .map((hold) => ({ afterBytes: count(hold.afterBytes), run: () => this.#while(hold.wait()) }));
    const acts = this.#plan.actions
      .filter((action) => 'at' in action && action.at === at && action.do !== 'throttle')
      .map((action) => ({
        afterBytes: count('afterBytes' in action ? action.afterBytes : undefined),
        run: () => this.#act(action, at),
      }));
    const slow = this.#plan.actions.find((action) => action.do === 'throttle' && action.at === at);
    if (slow?.do !== 'throttle') return new Stops([...holds, ...acts]);
    this.entry.fault = slow.do;
    const pieceBytes = Math.min(16_384, Math.ceil(slow.bytesPerSecond / 20));
    const wait = (bytes: number): Promise<void> => this.#while(waitFor((bytes / slow.bytesPerSecond) * 1000));
    return new Stops([...holds, ...acts], { pieceBytes, wait });
  }

  async #act(action: Action, at: Point): Promise<void> {
    const when = 'at' in action ? (action.at ?? 'arrived') : 'arrived';
    if (when !== at) return;
    if (actingHere.has(action.do)) this.entry.fault = action.do;
    switch (action.do) {
      case 'reset':
        this.entry.ended = 'reset';
        this.request.socket.resetAndDestroy();
        throw new ConnectionGone();
      case 'hang':
        this.world.journal.changed(this.entry);
        await this.#while(new Promise<never>(() => undefined));
        break;
      case 'delay':
        await this.#while(waitFor(action.ms));
        break;
      case 'respond':
        throw toFaultError(action, this.facts.kind, this.world.switches.retryAfterSeconds);
      case 'lose-bytes':
        this.session?.writer.shorten(action.keep);
        break;
      case 'expire-tokens':
        this.world.tokens.expireAccess();
        break;
      case 'forget-session':
        if (this.session) this.world.sessions.remove(this.session);
        throw plainError(action.status ?? this.world.switches.lostSessionStatus, 'Not Found');
      default:
    }
  }

  async #while<T>(work: Promise<T>): Promise<T> {
    return await this.#source.readDuring(Promise.race([work, this.#gone]));
  }
}
