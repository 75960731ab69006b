// Loaded into a process before its program (`node --import`): a clock that whoever started the process sets forward, as if
// that time had passed awake. Dates go on from there, and timers whose moment has come fire.
import { promisify } from 'node:util';

interface Open {
  readonly fire: () => void;
  atMs: number;
  handle: NodeJS.Timeout;
}

const RealDate = Date;
const realSetTimeout = setTimeout;
const realClearTimeout = clearTimeout;
const open = new Map<unknown, Open>();
/** Where the process begins; messages set it later. */
let aheadMs = Number(process.env['CLOCK_AHEAD_MS'] ?? '0');

const now = (): number => RealDate.now() + aheadMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: unknown[], made) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, made) as Date,
  get: (target, key) => (key === 'now' ? now : (Reflect.get(target, key) as unknown)),
});

const setMovableTimeout = (act: (...args: unknown[]) => void, ms = 1, ...args: unknown[]): NodeJS.Timeout => {
  const fire = (): void => {
    open.delete(first);
    act(...args);
  };
  const first = realSetTimeout(fire, ms);
  open.set(first, { fire, atMs: now() + ms, handle: first });
  return first;
};

globalThis.setTimeout = Object.assign(setMovableTimeout, {
  [promisify.custom]: (realSetTimeout as unknown as Record<symbol, unknown>)[promisify.custom],
}) as unknown as typeof setTimeout;

globalThis.clearTimeout = (timer) => {
  const known = open.get(timer);
  open.delete(timer);
  realClearTimeout(known?.handle ?? timer);
};

process.on('message', (message: { readonly aheadMs: number }) => {
  aheadMs = message.aheadMs;
  for (const timer of [...open.values()].toSorted((a, b) => a.atMs - b.atMs)) {
    const isKept = timer.handle.hasRef();
    realClearTimeout(timer.handle);
    timer.handle = realSetTimeout(timer.fire, Math.max(1, timer.atMs - now()));
    if (!isKept) timer.handle.unref();
  }
  process.send?.({ aheadMs });
});
// Nobody waits for the next message.
process.channel?.unref();
