import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  describeEstimate,
  formatTimeLeft,
  measureBackup,
  nextPace,
  noPace,
  toEstimate,
  type BackupFigures,
  type Estimate,
  type Measured,
} from '../../shared/run-estimate.ts';

/** The same in every run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** Dump and upload go on together. */
const toMeasured = (percent: number): Measured => ({ percent, dumped: percent / 100, uploaded: percent / 100 });

interface Told extends Estimate {
  readonly nowMs: number;
}

/** A run of `bytes` whose size was expected to be `factor` times as much; answers every estimate and the true end. */
function simulate(seed: number, bytes: number, factor: number | null): { told: Told[]; endMs: number } {
  const random = createRandom(seed);
  const [dumpSpeed, uploadSpeed] = [5e6 + random() * 2e8, 1e6 + random() * 1e8];
  const ratio = 0.1 + random() * 0.9;
  const told: Told[] = [];
  let pace = noPace;
  let figures: BackupFigures = {
    ...{ stage: 'dump', dumpBytes: 0, expectedDumpBytes: factor === null ? null : bytes * factor },
    ...{ storedBytes: 0, storedBytesTotal: null, uploadedBytes: 0 },
  };
  let nowMs = 1_000_000;
  const report = (change: Partial<BackupFigures>): void => {
    figures = { ...figures, ...change };
    pace = nextPace(pace, measureBackup(figures), nowMs);
    told.push({ ...toEstimate(pace), nowMs });
  };
  const whole = bytes * ratio;
  while (figures.uploadedBytes < whole) {
    const gapMs = 50 + random() * 400;
    nowMs += gapMs;
    const dumpBytes = Math.min(bytes, figures.dumpBytes + (dumpSpeed * gapMs * (0.5 + random())) / 1000);
    const storedBytes = dumpBytes * ratio;
    // Sometimes the line stands still.
    const sent = random() < 0.1 ? 0 : (uploadSpeed * gapMs * (0.5 + random())) / 1000;
    const uploadedBytes = Math.min(storedBytes, figures.uploadedBytes + sent);
    const isDumped = dumpBytes >= bytes;
    report({
      dumpBytes,
      storedBytes,
      uploadedBytes,
      stage: isDumped ? 'upload' : 'dump',
      ...(isDumped ? { storedBytesTotal: whole } : {}),
    });
  }
  report({ stage: 'verify' });
  report({ stage: 'record' });
  return { told, endMs: nowMs };
}

const factors = [0.1, 0.3, 0.9, 1, 1.1, 3, 10, null];
const runs = factors.flatMap((factor) =>
  Array.from({ length: 25 }, (_, index) => [factor, index + 1, 5e6 * 4 ** (index % 7)] as const),
);

describe('an estimate', () => {
  it('never goes back, is never 100 before the end, and moves, however wrong the expected size is', () => {
    const wrongs: string[] = [];
    for (const [factor, seed, bytes] of runs) {
      const { told } = simulate(seed, bytes, factor);
      let before = 0;
      for (const { percent, leftMs } of told) {
        const isSane = percent >= before && percent < 100 && (leftMs === null || leftMs >= 0);
        if (!isSane)
          wrongs.push(`factor ${String(factor)}, seed ${String(seed)}: ${String(percent)} after ${String(before)}`);
        before = percent;
      }
      if (before !== 99) wrongs.push(`factor ${String(factor)}, seed ${String(seed)}: ends at ${String(before)}`);
    }
    expect(wrongs).toEqual([]);
  });

  it('of the time left is near the truth in the second half when the expected size is right', () => {
    const errors: number[] = [];
    for (const [factor, seed, bytes] of runs) {
      if (factor !== 1) continue;
      const { told, endMs } = simulate(seed, bytes, factor);
      for (const { leftMs, percent, nowMs } of told) {
        if (leftMs !== null && percent > 50 && percent < 95)
          errors.push(Math.abs(leftMs - (endMs - nowMs)) / (endMs - nowMs + 5000));
      }
    }
    errors.sort((a, b) => a - b);
    expect(errors.length).toBeGreaterThan(100);
    expect(errors[Math.floor(errors.length / 2)]).toBeLessThan(0.25);
  });

  it('says no time before it has a pace, and none from a pace that came to rest', () => {
    let pace = nextPace(noPace, toMeasured(0), 0);
    pace = nextPace(pace, toMeasured(10), 2000);
    expect(toEstimate(pace).leftMs).toBeNull();
    pace = nextPace(pace, toMeasured(20), 5000);
    expect(toEstimate(pace).leftMs).toBeGreaterThan(10_000);
    for (let nowMs = 6000; nowMs < 2_000_000; nowMs += 1000) pace = nextPace(pace, toMeasured(20), nowMs);
    expect(toEstimate(pace)).toEqual({ percent: 20, leftMs: null });
  });

  it('stays sane when the clock is set back', () => {
    let pace = nextPace(nextPace(noPace, toMeasured(10), 100_000), toMeasured(20), 110_000);
    pace = nextPace(pace, toMeasured(30), 50_000);
    pace = nextPace(pace, toMeasured(40), 60_000);
    expect(pace.percent).toBe(40);
    expect(toEstimate(pace).leftMs).toBeGreaterThan(0);
  });

  it('of the time left is the same after a night of standing still as before it', () => {
    let pace = noPace;
    for (let second = 0; second <= 30; second += 1) pace = nextPace(pace, toMeasured(second), second * 1000);
    const before = toEstimate(pace).leftMs ?? 0;
    expect(before).toBeGreaterThan(60_000);
    expect(before).toBeLessThan(80_000);
    const nightMs = 8 * 3_600_000;
    for (let second = 30; second <= 33; second += 1) pace = nextPace(pace, toMeasured(second), nightMs + second * 1000);
    expect(toEstimate(pace).leftMs).toBeGreaterThan(before * 0.8);
    expect(toEstimate(pace).leftMs).toBeLessThan(before);
  });

  it('of the time left follows the slower of dump and upload, also where Drive confirms a chunk a minute', () => {
    const mib = 1024 * 1024;
    const [bytes, uploadSpeed, chunk] = [4096 * mib, mib, 64 * mib];
    const errors: number[] = [];
    let pace = noPace;
    for (let second = 0; second < bytes / uploadSpeed; second += 1) {
      const dumpBytes = Math.min(bytes, second * 100 * mib);
      const isDumped = dumpBytes === bytes;
      const uploadedBytes = Math.floor((second * uploadSpeed) / chunk) * chunk;
      const figures = { dumpBytes, expectedDumpBytes: bytes, storedBytes: dumpBytes, uploadedBytes } as const;
      const stage = isDumped ? 'upload' : 'dump';
      pace = nextPace(
        pace,
        measureBackup({ ...figures, stage, storedBytesTotal: isDumped ? bytes : null }),
        second * 1000,
      );
      const { leftMs } = toEstimate(pace);
      const trueMs = (bytes / uploadSpeed - second) * 1000;
      // From the eighth confirmed chunk on; what of the next one is on its way nobody knows.
      const wrongMs = leftMs === null ? 0 : Math.max(0, Math.abs(leftMs - trueMs) - 64_000);
      if (second > 500 && trueMs > 64_000) errors.push(wrongMs / trueMs);
    }
    expect(errors.length).toBeGreaterThan(3000);
    expect(Math.max(...errors)).toBeLessThan(0.5);
    expect([...errors].sort((a, b) => a - b)[Math.floor(errors.length / 2)]).toBeLessThan(0.1);
  });

  it('holds for every history of reports: it never falls, is never 100, and its time left is a sane number or none', () => {
    const stages = ['plan', 'dump', 'upload', 'verify', 'record', 'retain', null] as const;
    const bytes = fc.oneof(fc.nat(), fc.double({ min: 0, max: 1e15, noNaN: true }), fc.constant(0));
    const report = fc.record({
      stage: fc.constantFrom(...stages),
      dumpBytes: bytes,
      expectedDumpBytes: fc.option(bytes),
      storedBytes: bytes,
      storedBytesTotal: fc.option(bytes, { freq: 2 }),
      uploadedBytes: bytes,
      gapMs: fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: -1e9, max: 1e9 })),
    });
    fc.assert(
      fc.property(fc.array(report, { minLength: 1, maxLength: 60 }), (reports) => {
        let [pace, nowMs, before] = [noPace, 1_800_000_000_000, 0];
        for (const { gapMs, ...figures } of reports) {
          nowMs += gapMs;
          pace = nextPace(pace, measureBackup(figures), nowMs);
          const { percent, leftMs } = toEstimate(pace);
          const isSane = leftMs === null || (Number.isFinite(leftMs) && leftMs >= 0 && leftMs <= 31 * 24 * 3_600_000);
          if (!(percent >= before) || !(percent <= 99) || !isSane) return false;
          before = percent;
        }
        return true;
      }),
      { numRuns: 20_000, seed: 4711 },
    );
  });

  it.each([
    [null, ''],
    [0, 'less than a minute left'],
    [59_000, 'less than a minute left'],
    [119_000, 'about 2 min left'],
    [89 * 60_000, 'about 89 min left'],
    [3 * 3_600_000, 'about 3 h left'],
    [50 * 3_600_000, 'about 2 days left'],
  ])('%s ms is: %s', (leftMs, text) => {
    expect(formatTimeLeft({ leftMs })).toBe(text);
  });

  it('has the same words everywhere', () => {
    const estimate = { percent: 62.9, leftMs: 120_000 };
    expect(describeEstimate({ estimate, waits: false })).toBe('62 %, about 2 min left');
    expect(describeEstimate({ estimate, waits: false, waitsFor: 'a lock on a.b' })).toBe(
      '62 %, waiting for a lock on a.b',
    );
    expect(describeEstimate({ estimate, waits: true })).toBe('62 %, waiting for Google Drive');
    expect(describeEstimate({ estimate: { percent: 0, leftMs: null }, waits: false })).toBe('0 %');
  });
});
