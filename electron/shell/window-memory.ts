// What the window remembers between starts: its place and size, and that the person was told about the tray.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeFileAtomic } from '../engine/base/atomic-file.ts';

/** Device-independent pixels. */
const boundsSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
});
export type Bounds = z.infer<typeof boundsSchema>;

const memorySchema = z.object({
  bounds: boundsSchema.nullable().catch(null),
  maximized: z.boolean().catch(false),
  toldAboutTray: z.boolean().catch(false),
});
export type WindowMemory = z.infer<typeof memorySchema>;

export const minimumSize = { width: 480, height: 400 } as const;
export const usualSize = { width: 1100, height: 760 } as const;

/** How much of the window must be on a screen so that a person can take hold of it. */
const graspable = 80;

/** Never fails: a lost or damaged memory only means the usual place. */
export function readWindowMemory(file: string): WindowMemory {
  const nothing: WindowMemory = { bounds: null, maximized: false, toldAboutTray: false };
  try {
    return memorySchema.catch(nothing).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return nothing;
  }
}

export async function writeWindowMemory(file: string, memory: WindowMemory): Promise<void> {
  await writeFileAtomic(file, `${JSON.stringify(memory)}\n`);
}

/** The remembered bounds when they can still be reached on one of `screens`; else null: the usual size, centred. */
export function chooseBounds(remembered: Bounds | null, screens: readonly Bounds[]): Bounds | null {
  if (!remembered) return null;
  const bounds = {
    ...remembered,
    width: Math.max(minimumSize.width, remembered.width),
    height: Math.max(minimumSize.height, remembered.height),
  };
  const reachable = screens.some(
    (screen) =>
      overlap(bounds.x, bounds.width, screen.x, screen.width) >= graspable &&
      bounds.y >= screen.y &&
      bounds.y <= screen.y + screen.height - graspable,
  );
  return reachable ? bounds : null;
}

function overlap(start: number, length: number, otherStart: number, otherLength: number): number {
  return Math.min(start + length, otherStart + otherLength) - Math.max(start, otherStart);
}
