// Every fault at every stage of an upload. Whatever happens, the end is a verified set with the right bytes or a failure
// that says its reason, and Drive holds nothing else: no second file, no file without a snapshot, no open upload.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isBroughtByPerson } from '../../../shared/run.ts';
import { faultCatalogue, type CataloguedFault } from '../../google/fault-catalogue.ts';
import { defaultSwitches, type Switches } from '../../google/options.ts';
import { switchSettings } from '../../google/switch-settings.ts';
import { findLeaks, makeContent, MiB, openDriveWorld, type DriveWorld } from './drive-world.ts';
import { brokenChunk, makeFaultTable, stageNames, type Row } from './fault-table.ts';
import { findWrongs, openUploadRuns, type Contents, type RunResult, type UploadRuns } from './upload-run.ts';

const contents: Contents = {
  dump: makeContent(5 * MiB + 300_000),
  globals: makeContent(700, 2),
  manifest: makeContent(1900, 3),
};
const table = makeFaultTable();

type Rule = CataloguedFault['rules'][number];

/** Rows wait for disk and timers most of the time, so a few go at once, each in a world of its own. */
const worldCount = 3;
const worlds: { readonly world: DriveWorld; readonly runs: UploadRuns }[] = [];
const free: number[] = [];
const waiting: ((index: number) => void)[] = [];
const counts = new Map<string, Map<string, number>>();

beforeAll(async () => {
  for (let index = 0; index < worldCount; index += 1) {
    const world = await openDriveWorld();
    worlds.push({ world, runs: await openUploadRuns(world) });
    free.push(index);
  }
});

afterAll(async () => {
  for (const { world, runs } of worlds) {
    await runs.close();
    await world.stop();
  }
  printCounts();
  // No token and no session address was logged or thrown in any of it.
  for (const { world } of worlds) {
    expect(world.heard().length).toBeGreaterThan(100);
    expect([...world.vault.everWritten].filter((secret) => secret.includes('upload_id=')).length).toBeGreaterThan(0);
    expect(findLeaks(world)).toEqual([]);
  }
});

async function check(row: Row, switches: Partial<Switches> = {}, more: readonly Rule[] = []): Promise<RunResult> {
  const index = free.pop() ?? (await new Promise<number>((resolve) => waiting.push(resolve)));
  try {
    return await checkIn(index, row, switches, more);
  } finally {
    const next = waiting.shift();
    if (next) next(index);
    else free.push(index);
  }
}

async function checkIn(
  index: number,
  row: Row,
  switches: Partial<Switches>,
  more: readonly Rule[],
): Promise<RunResult> {
  const place = worlds[index];
  if (!place) throw new Error(`no world ${String(index)}`);
  const { world, runs } = place;
  world.google.reset();
  world.google.set({ ...defaultSwitches, overlap: 'refuse', ...switches });
  world.google.clearJournal();
  if (row.before) world.google.failNext(...row.before);
  const fault = world.google.failNext(row.match, row.action);
  for (const { match, action } of more) world.google.failNext(match, action);
  const result = await runs.run(contents, {
    onWaiting: ({ code }) => {
      // What only a person can bring is brought while the run waits for it.
      if (row.nature === 'lasting' || isBroughtByPerson(code)) world.google.clearFaults();
    },
  });
  expect(fault.hits(), 'the fault was met').toBeGreaterThan(0);
  const kept = result.outcome === 'verified' ? result.files : [];
  expect(await findWrongs(world, contents, kept)).toEqual([]);
  if (result.outcome === 'verified') expect(kept.length).toBe(3);
  else expect(result.error.code).not.toBe('internal/unexpected');
  if (row.nature === 'passing') expect([result.outcome, result.waits]).toEqual(['verified', []]);
  if (row.nature === 'lasting') {
    expect(result.outcome).toBe('verified');
    expect(result.waits.length).toBeGreaterThan(0);
  }
  if (row.nature === 'refusal' && result.outcome === 'failed') expect(result.error.retry).toBe('never');
  return result;
}

function count(row: Row, result: RunResult): void {
  const ofStage = counts.get(row.stage) ?? new Map<string, number>();
  counts.set(row.stage, ofStage);
  const end = result.outcome === 'failed' ? result.error.code : result.waits.length > 0 ? 'waited' : 'verified';
  ofStage.set(end, (ofStage.get(end) ?? 0) + 1);
}

/** Stage by stage, how many rows ended how: the sum of this file, for people. */
function printCounts(): void {
  const ends = [...new Set([...counts.values()].flatMap((ofStage) => [...ofStage.keys()]))].sort();
  const order = ['verified', 'waited', ...ends.filter((end) => end !== 'verified' && end !== 'waited')];
  const rows = [...stageNames, 'catalogue'].map((name) => [
    name,
    ...order.map((end) => String(counts.get(name)?.get(end) ?? '·')),
  ]);
  const all = [['stage', ...order], ...rows];
  const widths = order.map((_, column) => Math.max(...all.map((cells) => cells[column + 1]?.length ?? 0)));
  const lines = all.map(([name = '', ...cells]) =>
    [name.padEnd(13), ...cells.map((cell, column) => cell.padStart(widths[column] ?? 0))].join('  '),
  );
  console.log(`${String(table.length)} faults at ${String(stageNames.length)} stages:\n${lines.join('\n')}`);
}

it('the table is large enough to mean something', () => {
  expect(table.length).toBeGreaterThan(150);
  expect(new Set(table.map((row) => `${row.stage}: ${row.fault}`)).size).toBe(table.length);
});

describe.concurrent.each(stageNames)('at the stage "%s"', (stage) => {
  it.each(table.filter((row) => row.stage === stage).map((row) => [row.fault, row] as const))('%s', async (_, row) => {
    count(row, await check(row));
  });
});

/** What no client can see or prevent: right hashes of other bytes, and a second file that Drive makes by itself. */
const beyondClients = ['a byte is damaged, the hashes do not', 'the file comes twice'];

describe.concurrent('the local Google’s own catalogue of faults', () => {
  const faults = faultCatalogue.filter(
    ({ area, name }) => area === 'upload' && !beyondClients.some((part) => name.startsWith(part)),
  );

  it.each(faults.map((fault) => [fault.name, fault] as const))('%s', async (name, { rules }) => {
    const [first, ...more] = rules;
    if (!first) throw new Error(`${name} has no rule`);
    const asks = rules.some(({ match }) => match.kind === 'status') && rules.length === 1;
    const row: Row = { stage: 'catalogue', fault: name, nature: 'damage', ...first, before: asks ? brokenChunk : null };
    count(row, await check(row, {}, more));
  });
});

/** Settings that an upload can feel. */
const felt =
  /^(session|overlap|gap|lost|cancel|usedId|idOf|uploadDone|fullSeen|hashes|retryAfter|chunkUnits|rotate|listLag)/;
const settings = switchSettings.filter(({ title }) => felt.test(title));

describe.concurrent('whatever Google leaves open', () => {
  const upload = table.filter((row) => ['start', 'middle chunk', 'last chunk', 'status query'].includes(row.stage));

  it.each(settings.map(({ title, switches }) => [title, switches] as const))(
    'the same is true with %s',
    async (title, switches) => {
      // Each row under one of the settings at least, so that all of them cost seconds and not minutes.
      const offset = settings.findIndex((setting) => setting.title === title);
      for (const [index, row] of upload.entries()) {
        if ((index + offset) % 12 !== 0) continue;
        await check(row, switches).catch((error: unknown) => {
          throw new Error(`${row.stage}: ${row.fault}`, { cause: error });
        });
      }
    },
  );
});
