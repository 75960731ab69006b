// Waits until something is so. Asks again after a few milliseconds; says what was waited for when the time is over.

const askAgainMs = 25;

/** Resolves with the first value that is neither null, undefined nor false. A throwing `ask` counts as "not yet". */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T> | T,
  timeoutMs = 15_000,
): Promise<Exclude<T, null | undefined | false>> {
  const endsAt = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await ask();
      if (value !== null && value !== undefined && value !== false)
        return value as Exclude<T, null | undefined | false>;
      last = value;
    } catch (error) {
      last = error;
    }
    if (performance.now() > endsAt) {
      throw new Error(`waited ${String(timeoutMs / 1000)} s in vain: ${what} (last: ${String(last)})`);
    }
    await new Promise((resolve) => setTimeout(resolve, askAgainMs));
  }
}
