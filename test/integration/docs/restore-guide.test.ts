// The commands of docs/restore.md, run as they stand there: on the command line and by hand, with the real programs, on a
// real backup. A command that is changed or stops working turns this red.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { copyFile, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { compareDatabases } from '../../support/compare-databases.ts';
import type { TestServer } from '../../support/postgres-server.ts';
import { fillIn, readCommandBlocks } from './command-blocks.ts';
import { openGuideWorld, type GuideWorld, type ShellResult } from './guide-world.ts';

const page = readFileSync(new URL('../../../docs/restore.md', import.meta.url), 'utf8');
const blocks = readCommandBlocks(page);
const used = new Set<string>();

let world: GuideWorld;
let filled: ReadonlyMap<string, string>;
/** Empty until the guide's command for it has run. */
let kit = '';

beforeAll(async () => {
  world = await openGuideWorld();
  const { snapshot, target } = world;
  filled = fillIn(blocks, {
    SNAPSHOT: snapshot.id,
    'db.example.com:5432': `${target.host}:${String(target.port)}`,
    'PGHOST=localhost PGPORT=5432': `PGHOST=${target.host} PGPORT=${String(target.port)}`,
    'BACKUP.': `${snapshot.baseName}.`,
  });
});

afterAll(async () => {
  await world.stop();
});

afterEach(async () => {
  for (const server of [world.source, world.target]) {
    const rows = await server.query(
      `select datname from pg_database where datname not in ('postgres', 'template0', 'template1')`,
    );
    for (const { datname } of rows) {
      if (server === world.source && datname === 'shop') continue;
      await server.query(`drop database ${pg.escapeIdentifier(String(datname))}`);
    }
  }
});

/** The block's commands, to be run. By hand they need to know the server, `target` unless another is named. */
function commandsOf(name: string, server: TestServer = world.target): string {
  const commands = filled.get(name);
  if (commands === undefined) throw new Error(`docs/restore.md has no block ${name}`);
  used.add(name);
  if (!name.startsWith('hand-') || name === 'hand-connect') return commands;
  const { host, port } = server;
  const elsewhere = server === world.target ? '' : `export PGHOST=${host} PGPORT=${String(port)}\n`;
  return `${commandsOf('hand-connect')}${elsewhere}${commands}`;
}

async function run(name: string, server?: TestServer): Promise<ShellResult> {
  const result = await world.shell(commandsOf(name, server));
  expect({ block: name, ...result }).toMatchObject({ exitCode: 0 });
  return result;
}

/** A folder as the guide wants it: the set and the kit. The kit comes by the guide's own command. */
async function prepareFolder(snapshot: Snapshot = world.snapshot): Promise<void> {
  for (const name of await readdir(world.folder)) await rm(path.join(world.folder, name));
  await world.download(snapshot);
  const file = path.join(world.folder, 'KIT.txt');
  if (kit === '') await run('cli-kit');
  else await writeFile(file, kit, { mode: 0o600 });
  kit = readFileSync(file, 'utf8');
}

async function expectEqual(a: string, b: string): Promise<void> {
  expect(await compareDatabases(a, b)).toMatchObject({ equal: true, differences: [] });
}

function readRoles(server: TestServer): Promise<unknown> {
  return server.query(
    `select rolname, rolpassword from pg_authid where rolname !~ '^pg_' and rolname <> 'postgres' order by 1`,
  );
}

describe('the guide’s commands for PgKeep’s command line', () => {
  it('list the snapshots', async () => {
    const { stdout } = await run('cli-list');
    expect(stdout).toContain(world.snapshot.id);
  });

  it('restore into a new database that equals the source', async () => {
    await run('cli-restore');
    await expectEqual(world.source.url('shop'), world.source.url('shop_restored'));
  });

  it('restore onto another server that lacks the roles', async () => {
    await run('cli-into');
    const count = 'select count(*)::int as rows from shop.orders';
    expect(await world.target.query(count, 'shop')).toEqual(await world.source.query(count, 'shop'));
    expect(await readRoles(world.target)).toEqual([]);
  });

  it('restore one table with its keys and indexes', async () => {
    await run('cli-table');
    const indexes = `select indexname from pg_indexes where schemaname = 'shop' and tablename = 'orders' order by 1`;
    expect(await world.source.query(indexes, 'shop_orders')).toEqual(await world.source.query(indexes, 'shop'));
    const tables = `select tablename from pg_tables where schemaname in ('shop', 'public')`;
    expect(await world.source.query(tables, 'shop_orders')).toEqual([{ tablename: 'orders' }]);
  });

  it('verify by a drill', async () => {
    await run('cli-verify');
    const { stdout } = await run('cli-list');
    const line = stdout.split('\n').find((row) => row.startsWith(world.snapshot.id));
    expect(line).not.toContain('not verified');
  });

  it('download the files as they lie on Drive', async () => {
    await prepareFolder();
    await run('cli-fetch');
    for (const { name, sha256 } of world.snapshot.files) expect(hash(name)).toBe(sha256);
  });

  it('take the place of the database that is there and keep that one', async () => {
    await world.source.query(`delete from shop.orders where id > 10`, 'shop');
    const { stdout } = await run('cli-replace');
    const previous = /shop_before_\d{8}T\d{6}/.exec(stdout)?.[0] ?? 'none is named';
    const count = 'select count(*)::int as rows from shop.orders';
    expect(await world.source.query(count, 'shop')).toEqual([{ rows: 1000 }]);
    expect(await world.source.query(count, previous)).toEqual([{ rows: 10 }]);
    // What belongs to the database as a whole does not come back, as the guide says.
    await world.source.query(`alter database shop set work_mem to '5MB'`);
  });
});

describe('the guide’s commands on a new computer', () => {
  /** Commands of a computer that has nothing but the sign-in. */
  const onNewComputer = (name: string): string =>
    `export PGKEEP_DATA_DIR=${path.join(path.dirname(world.engineWorld.dataDir), 'new')}\n${commandsOf(name)}`;

  it('bring the list back from Drive and the kit', async () => {
    await prepareFolder();
    const engine = await world.engineWorld.start({ computer: 'new', resumeRuns: false });
    await world.engineWorld.signIn(engine);
    await engine.stop();
    const { exitCode, stdout } = await world.shell(onNewComputer('new-rebuild'));
    expect(exitCode).toBe(0);
    expect(stdout).toContain(world.snapshot.id);
    expect(stdout).toContain(world.gzipSnapshot.id);
  });

  it('restore onto the server that is named', async () => {
    expect(await world.shell(onNewComputer('new-restore'))).toMatchObject({ exitCode: 0 });
    const count = 'select count(*)::int as rows from shop.customers';
    expect(await world.target.query(count, 'shop')).toEqual(await world.source.query(count, 'shop'));
  });
});

describe('the guide’s command for a file', () => {
  it('restores it without Drive, equal', async () => {
    await prepareFolder();
    const { stdout } = await run('cli-file');
    expect(stdout).toContain('compared and equal');
    expect(stdout).not.toContain('no manifest');
    const count = 'select count(*)::int as rows from shop.customers';
    expect(await world.target.query(count, 'shop')).toEqual(await world.source.query(count, 'shop'));
  });
});

describe('the guide’s commands by hand', () => {
  it('bring the database back on the server it came from', async () => {
    await prepareFolder();
    const { stderr } = await run('hand-restore', world.source);
    expect(stderr).toBe('');
    await expectEqual(world.source.url('shop'), world.source.url('shop_restored'));
  });

  it('bring back a backup that was compressed with gzip', async () => {
    await prepareFolder(world.gzipSnapshot);
    const commands = commandsOf('hand-restore-gzip', world.source);
    const { exitCode, stderr } = await world.shell(
      commands.replaceAll(world.snapshot.baseName, world.gzipSnapshot.baseName),
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    await expectEqual(world.source.url('shop'), world.source.url('shop_restored'));
  });

  it('bring back a backup in plain SQL', async () => {
    await prepareFolder(world.plainSnapshot);
    const commands = commandsOf('hand-plain', world.source);
    const { exitCode, stderr } = await world.shell(
      commands.replaceAll(world.snapshot.baseName, world.plainSnapshot.baseName),
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    await expectEqual(world.source.url('shop'), world.source.url('shop_restored'));
  });

  it('bring roles and the database to a new server and leave its administrator alone', async () => {
    await prepareFolder();
    await run('hand-roles');
    expect(await readRoles(world.target)).toEqual(await readRoles(world.source));
    const { stderr } = await run('hand-create');
    expect(stderr).toBe('');
    // Connects with the new server's own password: it is still the one that counts.
    await expectEqual(world.source.url('shop'), world.target.url('shop'));
    expect(await world.target.query('show work_mem', 'shop')).toEqual([{ work_mem: '5MB' }]);
  });

  it('open the archive, take one table or several jobs at once, and leave nothing open behind', async () => {
    await prepareFolder();
    const { stdout } = await run('hand-open', world.source);
    expect(stdout).toContain('TABLE DATA shop orders');
    await run('hand-table', world.source);
    const rows = 'select * from shop.orders order by id';
    expect(await world.source.query(rows, 'shop_orders')).toEqual(await world.source.query(rows, 'shop'));
    await run('hand-parallel', world.source);
    await expectEqual(world.source.url('shop'), world.source.url('shop_restored'));
    await run('hand-remove');
    expect((await readdir(world.folder)).filter((name) => !name.endsWith('.age'))).toEqual(['KIT.txt']);
  });

  it('compare the files with the manifest', async () => {
    await prepareFolder();
    const { stdout } = await run('hand-check');
    for (const kind of ['dump', 'globals']) {
      const file = world.snapshot.files.find((candidate) => candidate.kind === kind);
      const sum = `${file?.sha256 ?? 'no hash'}  ${file?.name ?? 'no name'}\n`;
      expect(stdout).toContain(sum);
      expect(stdout.replace(sum, '')).toContain(`"sha256":"${file?.sha256 ?? ''}"`);
    }
  });

  it('are in the recovery kit, too, and work from there', async () => {
    await prepareFolder();
    expect((await stat(path.join(world.folder, 'KIT.txt'))).mode & 0o777).toBe(0o600);
    const lines = [...kit.matchAll(/^# {3}(\S.*)$/gm)].map(([, line = '']) => line);
    expect(lines).toHaveLength(3);
    const commands = lines
      .join('\n')
      .replaceAll('THIS-FILE', 'KIT.txt')
      .replaceAll('BACKUP.', `${world.snapshot.baseName}.`);
    for (const { rolname } of (await readRoles(world.target)) as { rolname: string }[]) {
      await world.target.query(`drop role ${pg.escapeIdentifier(rolname)}`);
    }
    // The roles first, as the kit says: here its last line.
    const [create = '', load = '', roles = ''] = commands.split('\n');
    const { exitCode, stderr } = await world.shell([commandsOf('hand-connect'), roles, create, load].join('\n'));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    await expectEqual(world.source.url('shop'), world.target.url('mydb'));
  });
});

/** What goes wrong in each row of the guide's table, by the row's first words; `hand-restore` is run after it. */
const faults: Readonly<Record<string, (dump: string) => Promise<void>>> = {
  'no identity matched any of the recipients': async () => {
    const made = await world.shell('age-keygen -o other.txt');
    expect(made.exitCode).toBe(0);
    await rename(path.join(world.folder, 'other.txt'), path.join(world.folder, 'KIT.txt'));
  },
  'failed to decrypt and authenticate payload chunk': async (dump) => {
    const { size } = await stat(dump);
    await truncate(dump, Math.floor(size * 0.7));
  },
  'failed to read header': (dump) => writeFile(dump, '<!doctype html>\n<title>Sign in</title>\n'),
  'not in gzip format': async (dump) => {
    await copyFile(dump, dump.replace('.zst.', '.gz.'));
  },
  'already exists': async () => {
    await world.source.query('create database shop_restored');
  },
};

describe('the guide’s words about what went wrong', () => {
  it.each(Object.keys(faults))('%s', async (words) => {
    expect(page).toContain(`\`${words}\``);
    await prepareFolder();
    const dump = path.join(world.folder, `${world.snapshot.baseName}.dump.zst.age`);
    await faults[words]?.(dump);
    const name = words.includes('gzip') ? 'hand-restore-gzip' : 'hand-restore';
    const { exitCode, stderr } = await world.shell(commandsOf(name, world.source));
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain(words);
  });

  it('name roles that the server lacks', async () => {
    await prepareFolder();
    await world.target.query('drop role if exists shop_owner; drop role if exists "Shop Reports"');
    const { exitCode, stderr } = await world.shell(commandsOf('hand-restore'));
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/role "shop_owner" does not exist/);
    expect(page).toContain('`does not exist` after `role`');
  });

  it('name an archive that is newer than pg_restore', async () => {
    const newer = new URL('../../unit/postgres/archives/pg17-1.16.dump', import.meta.url);
    await copyFile(newer, path.join(world.folder, 'newer.dump'));
    const { exitCode, stderr } = await world.shell('pg_restore --version; pg_restore --list newer.dump');
    if (exitCode === 0) return; // This machine's pg_restore is of version 17 or newer.
    expect(stderr).toMatch(/unsupported version .* in file header/);
    expect(page).toContain('`unsupported version` `in file header`');
  });
});

describe('the guide', () => {
  it('has no command that is not run here', () => {
    expect([...blocks.keys()].filter((name) => !used.has(name))).toEqual([]);
  });
});

function hash(name: string): string {
  return createHash('sha256')
    .update(readFileSync(path.join(world.folder, name)))
    .digest('hex');
}
