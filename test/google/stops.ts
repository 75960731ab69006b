// Points in a stream of bytes at which something happens: cuts the stream there and runs what is due.

export interface Stop {
  readonly afterBytes: number;
  readonly run: () => Promise<void>;
}

/** A slow stream goes by in small pieces. */
export interface SlowStream {
  readonly pieceBytes: number;
  /** Waits as long as that many bytes take. */
  readonly wait: (bytes: number) => Promise<void>;
}

export class Stops {
  readonly #stops: Stop[];
  readonly #slow: SlowStream | null;
  #passed = 0;

  constructor(stops: readonly Stop[], slow: SlowStream | null = null) {
    this.#slow = slow;
    this.#stops = [...stops].sort((a, b) => a.afterBytes - b.afterBytes);
  }

  get isEmpty(): boolean {
    return this.#stops.length === 0 && this.#slow === null;
  }

  /** The bytes in pieces that end at the stops. `pass` must be called after each piece. */
  *cut(data: Buffer): Generator<Buffer> {
    let rest = data;
    while (rest.length > 0) {
      const toStop = (this.#stops[0]?.afterBytes ?? Infinity) - this.#passed;
      const room = this.#slow ? Math.min(toStop, this.#slow.pieceBytes) : toStop;
      const piece = rest.subarray(0, Math.min(rest.length, room));
      rest = rest.subarray(piece.length);
      yield piece;
    }
  }

  /** Counts bytes that went by and runs every stop that they reached. */
  async pass(bytes: number): Promise<void> {
    this.#passed += bytes;
    if (bytes > 0) await this.#slow?.wait(bytes);
    for (let stop = this.#stops[0]; stop && stop.afterBytes <= this.#passed; stop = this.#stops[0]) {
      this.#stops.shift();
      await stop.run();
    }
  }
}
