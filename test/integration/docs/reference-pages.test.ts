// What docs/file-format.md and docs/command-line.md say of files and JSON lines, held against a real backup and the real
// command line.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileRecord } from '../../google/file-record.ts';
import { readCodes, readPage, readSection, readTable } from '../../unit/docs/markdown.ts';
import { openGuideWorld, type GuideWorld } from './guide-world.ts';

const formatPage = readPage('docs/file-format.md');
const commandPage = readPage('docs/command-line.md');

let world: GuideWorld;

beforeAll(async () => {
  world = await openGuideWorld();
});

afterAll(async () => {
  await world.stop();
});

type Line = Readonly<Record<string, unknown>>;

/** The JSON lines of a command that ends well; `after` is the rest of the pipe. */
async function run(command: string, after = ''): Promise<Line[]> {
  const { exitCode, stdout, stderr } = await world.shell(`pgkeep --json ${command} ${after}`);
  expect({ command, exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ command, exitCode: 0, stderr: '' });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

/** First cells' words -> second cells' words (not those in brackets), of the first table after `from`. */
function readNames(page: string, from: string): Map<string, readonly string[]> {
  const rows = readTable(page.slice(page.indexOf(from)));
  return new Map(
    rows.map(([name = '', rest = '']) => [readCodes(name)[0] ?? '', readCodes(rest.replace(/\([^)]*\)/g, ''))]),
  );
}

describe('docs/file-format.md', () => {
  const properties = readTable(readSection(formatPage, '## Properties on Drive')).map(([name = '', on = '']) => ({
    name: readCodes(name)[0],
    on,
  }));
  const namesOn = (...places: string[]) => properties.filter(({ on }) => places.includes(on)).map(({ name }) => name);
  const propertiesOf = (file: FileRecord): string[] => Object.keys(Object.values(file.appProperties)[0] ?? {});

  it('names every property that a file has on Drive', () => {
    const files = world.engineWorld.storedFiles();
    expect(files).toHaveLength(9);
    for (const file of files) {
      const places = file.name.includes('.manifest.') ? ['every file', 'manifest'] : ['every file'];
      expect(propertiesOf(file).toSorted()).toEqual(namesOn(...places).toSorted());
    }
  });

  it('names the property that a folder has', () => {
    const folders = world.engineWorld.google.files().filter(({ content }) => content === null);
    const names = folders.map((folder) => [folder.name, propertiesOf(folder)]);
    expect(names.toSorted()).toEqual([
      ['PgKeep', namesOn('the folder `PgKeep`')],
      ['nightly shop', namesOn("a job's folder")],
    ]);
  });

  it('names the files as they are named', () => {
    const shapes = [world.snapshot, world.gzipSnapshot, world.plainSnapshot].flatMap(({ files }) =>
      files.map(({ name }) => name.replace(/^shop_\d{8}T\d{6}Z_[a-z0-9]{6}\./, '….')),
    );
    const documented = readTable(readSection(formatPage, '## Layers')).flatMap(([file = '']) => readCodes(file));
    // Of plain SQL one set is made, with zstd.
    expect([...new Set([...shapes, '….sql.gz.age'])].toSorted()).toEqual(documented.toSorted());
  });

  it('names every field of the manifest, in its order', async () => {
    await run(`fetch ${world.snapshot.id} --part manifest --decrypt --out manifest.json`);
    const manifest = JSON.parse(readFileSync(path.join(world.folder, 'manifest.json'), 'utf8')) as Line;
    expect([...readNames(formatPage, '## Manifest').keys()]).toEqual(Object.keys(manifest));
  });
});

/** Opens the address as a browser would, and passes the lines on. */
const browser = `| "$NODE" -e '
  const lines = require("node:readline").createInterface({ input: process.stdin });
  lines.on("line", (line) => {
    console.log(line);
    const { type, url } = JSON.parse(line);
    if (type === "browser") void fetch(url).then((page) => page.text());
  });'`;

describe('docs/command-line.md', () => {
  const types = readNames(commandPage, '| `type`');

  it('names the fields of every command’s result', async () => {
    const lines = new Map<string, Line[]>([
      ['login', await run('login', browser)],
      ['backup', await run('backup --all')],
      ['jobs', await run('jobs')],
      ['schedule', await run('schedule')],
      ['discover', await run('discover')],
      ['runs', await run('runs --limit 5')],
      ['snapshots', await run('snapshots')],
      ['restore', await run(`restore ${world.snapshot.id} --new-database again`)],
      ['verify', await run('verify --latest')],
      ['fetch', await run(`fetch ${world.snapshot.id} --out dump.age`)],
      ['recovery-kit', await run('recovery-kit --out kit.txt')],
      ['pin', await run(`pin ${world.snapshot.id}`)],
      ['unpin', await run(`unpin ${world.snapshot.id}`)],
      ['catalog', await run('catalog rebuild --kit kit.txt')],
      ['open-kit', await run('open-kit kit.txt')],
      ['space', await run('space')],
      ['account', await run('account')],
      ['doctor', await run('doctor')],
    ]);
    lines.set('audit', await run('audit'));
    const [newest] = lines.get('runs')?.at(-1)?.['runs'] as { id: string }[];
    lines.set('log', await run(`log ${newest?.id ?? ''}`));
    lines.set('prune', await run('prune'));
    lines.set('delete', await run(`delete ${world.plainSnapshot.id} --yes`));
    lines.set('erase', await run("erase 'nightly shop' --yes"));
    lines.set('logout', await run('logout'));

    const documented = readNames(commandPage, '| command');
    for (const [command, all] of lines) {
      const result = all.at(-1) ?? {};
      expect(result['type']).toBe('result');
      const fields = documented.get(command) ?? [];
      expect([command, ...Object.keys(result)]).toEqual([command, 'type', ...fields]);
      for (const line of all.slice(0, -1)) {
        const known = types.get(String(line['type'])) ?? [];
        expect(known).toEqual(expect.arrayContaining(Object.keys(line).filter((field) => field !== 'type')));
      }
    }
    // The daemon has no end, and a mail goes to a server: both have tests of their own.
    const others = ['daemon', 'mail'];
    expect([...lines.keys(), ...others].toSorted()).toEqual([...documented.keys()].toSorted());
  });

  it('names the fields of an error, which is the last line', async () => {
    const { exitCode, stdout } = await world.shell('pgkeep --json log none');
    expect(exitCode).toBe(3);
    const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Line;
    expect(last).toMatchObject({ type: 'error', code: 'input/not-found' });
    expect(Object.keys(last)).toEqual(['type', ...(types.get('error') ?? [])]);
  });
});
