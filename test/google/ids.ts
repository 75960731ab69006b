// Ids and tokens: random, or derived from a seed so that a failing run can be repeated exactly.
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { RandomBytes } from './options.ts';

/** `start` tells runs on the same folder apart, so that a seeded server never gives one id twice. */
export function createRandom(seed: string | undefined, start: number): RandomBytes {
  if (seed === undefined) return randomBytes;
  let counter = 0;
  return (count) => {
    const parts: Buffer[] = [];
    for (let size = 0; size < count; size += 32) {
      counter += 1;
      parts.push(
        createHash('sha256')
          .update(`${seed}/${String(start)}/${String(counter)}`)
          .digest(),
      );
    }
    return Buffer.concat(parts).subarray(0, count);
  };
}

export interface FileIds {
  readonly create: () => string;
  /** True for an id that this server gave out, also before a restart. */
  readonly isOwn: (id: string) => boolean;
}

/** File ids of 33 characters that start with 1, as Drive's do; the last 8 prove that the server made them. */
export function createFileIds(random: RandomBytes, key: Buffer): FileIds {
  const sign = (body: string): string => createHmac('sha256', key).update(body).digest('base64url').slice(0, 8);
  return {
    create: () => {
      const body = `1${random(18).toString('base64url')}`;
      return body + sign(body);
    },
    isOwn: (id) =>
      /^1[A-Za-z0-9_-]{32}$/.test(id) && timingSafeEqual(Buffer.from(sign(id.slice(0, 25))), Buffer.from(id.slice(25))),
  };
}
