// The bytes of a request's body, piece by piece. While a request is held it is read on into memory, because only a
// connection that is being read tells when its other end is gone.
import type { IncomingMessage } from 'node:http';

const maxQueuedBytes = 1024 * 1024;

/** Ends the handling of a request: nobody is there any more to be answered. */
export class ConnectionGone extends Error {
  constructor() {
    super('the connection is gone');
    this.name = 'ConnectionGone';
  }
}

export class BodySource {
  readonly #request: IncomingMessage;
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  #ended = false;
  #failed = false;
  #greedy = 0;
  #discards = false;
  #wake: (() => void) | null = null;

  constructor(request: IncomingMessage) {
    this.#request = request;
    request.pause();
    request.on('data', (data: Buffer) => {
      if (this.#discards) return;
      this.#queue.push(data);
      this.#queuedBytes += data.length;
      if (this.#greedy === 0 && this.#queuedBytes >= maxQueuedBytes) request.pause();
      this.#wake?.();
    });
    request.once('end', () => {
      this.#ended = true;
      this.#wake?.();
    });
    const fail = (): void => {
      this.#failed = true;
      this.#wake?.();
    };
    request.once('error', fail);
    request.once('close', fail);
  }

  /** The next bytes; null at the end. Throws ConnectionGone when the client went away before the end. */
  async read(): Promise<Buffer | null> {
    for (;;) {
      const next = this.#queue.shift();
      if (next) {
        this.#queuedBytes -= next.length;
        return next;
      }
      if (this.#ended) return null;
      if (this.#failed) throw new ConnectionGone();
      this.#request.resume();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
  }

  /** Reads everything that comes while `work` lasts. */
  async readDuring<T>(work: Promise<T>): Promise<T> {
    this.#greedy += 1;
    this.#request.resume();
    try {
      return await work;
    } finally {
      this.#greedy -= 1;
      if (this.#greedy === 0 && !this.#discards) this.#request.pause();
    }
  }

  /** The answer is given: what still comes is read and forgotten, so that the connection can carry the next request. */
  discard(): void {
    this.#discards = true;
    this.#queue = [];
    this.#request.resume();
  }
}
