// The demo as a person runs it: a whole one whose kept files open without PgKeep, one that is stopped, one that is told nonsense.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { compareDatabases } from '../support/compare-databases.ts';
import { startTestServer } from '../support/postgres-server.ts';
import { createSampleShop } from '../support/sample-shop.ts';

const execute = promisify(execFile);
const demoFile = fileURLToPath(new URL('../demo/run-demo.ts', import.meta.url));

const resultSchema = z.object({
  ok: z.boolean(),
  problems: z.array(z.string()),
  database: z.string(),
  dumpBytes: z.number(),
  storedBytes: z.number(),
  seconds: z.number(),
  encrypted: z.boolean(),
  verified: z.boolean(),
  restoredEqual: z.boolean(),
  tables: z.number(),
  rows: z.number(),
  enginePeakRssBytes: z.number().nullable(),
  files: z.array(z.object({ name: z.string(), sizeBytes: z.number() })),
});

let folder: string;
/** The demo's temporary folder: empty again when it has cleaned up. */
let temp: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgkeep-demo-test-'));
  temp = await mkdtemp(path.join(tmpdir(), 'pgkeep-demo-temp-'));
  // The server runs as another user when we are root.
  await chmod(temp, 0o755);
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(temp, { recursive: true, force: true });
});

interface Demo {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly exitCode: number | null; readonly stdout: string[]; readonly stderr: string[] }>;
  /** Resolves when a line of the report matches. */
  readonly waitFor: (pattern: RegExp) => Promise<void>;
}

function startDemo(...args: string[]): Demo {
  const child = spawn(process.execPath, [demoFile, ...args], {
    env: { ...process.env, TMPDIR: temp },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout: string[] = [];
  const stderr: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => stdout.push(line));
  const report = createInterface({ input: child.stderr }).on('line', (line) => stderr.push(line));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    ended: ended.then((exitCode) => ({ exitCode, stdout, stderr })),
    waitFor: (pattern) =>
      new Promise((resolve, reject) => {
        report.on('line', (line) => {
          if (pattern.test(line)) resolve();
        });
        void ended.then(() => {
          reject(new Error(`the demo ended before it said ${String(pattern)}: ${stderr.join('\n')}`));
        });
      }),
  };
}

/** Nothing of the demo is left: no file, and no process that has its folder among its arguments. */
async function expectClean(): Promise<void> {
  expect(await readdir(temp)).toEqual([]);
  const ids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  expect(lines.filter((line) => line.includes(temp))).toEqual([]);
}

describe('the demo', () => {
  it('backs up, proves, restores and compares, and leaves files that open with age, zstd and pg_restore alone', async () => {
    const kept = path.join(folder, 'kept');
    const { exitCode, stdout, stderr } = await startDemo('--json', '--size', '4', '--keep', kept).ended;
    const result = resultSchema.parse(JSON.parse(stdout.at(-1) ?? ''));
    expect(result.problems).toEqual([]);
    expect(result).toMatchObject({ ok: true, encrypted: true, verified: true, restoredEqual: true, database: 'shop' });
    expect(result.dumpBytes).toBeGreaterThan(result.storedBytes * 2);
    expect(result.rows).toBeGreaterThan(10_000);
    expect(exitCode).toBe(0);
    expect(stderr.join('\n')).toContain('The restored database equals the source.');
    await expectClean();

    const names = await readdir(kept);
    expect(names.filter((name) => name.endsWith('.age')).sort()).toEqual(result.files.map((file) => file.name).sort());
    await openWithoutUs(kept);
  }, 180_000);

  it('stops on Ctrl-C and leaves nothing behind', async () => {
    const demo = startDemo('--json', '--size', '10');
    await demo.waitFor(/^ {2}Sample /);
    demo.child.kill('SIGINT');
    expect((await demo.ended).exitCode).toBe(130);
    await expectClean();
  }, 60_000);

  it('stops on Ctrl-C while it still starts its servers', async () => {
    const demo = startDemo('--json');
    await vi.waitFor(async () => {
      expect((await readdir(temp)).join()).toContain('pgkeep-pg-');
    }, 20_000);
    demo.child.kill('SIGINT');
    expect((await demo.ended).exitCode).toBe(130);
    await expectClean();
  }, 60_000);

  it('says how it is used when it is told nonsense', async () => {
    const { exitCode, stderr } = await startDemo('--size', 'huge').ended;
    expect(exitCode).toBe(2);
    expect(stderr.join('\n')).toMatch(/--size takes a number[^]*npm run demo/);
  });
});

/** Runs the README's own lines on a fresh server and compares with the same shop made anew. */
async function openWithoutUs(kept: string): Promise<void> {
  const readme = await readFile(path.join(kept, 'README.md'), 'utf8');
  const lines = readme.split('\n').filter((line) => line.startsWith('    '));
  const server = await startTestServer();
  try {
    const env = {
      ...process.env,
      ...{ PGHOST: server.host, PGPORT: String(server.port), PGUSER: server.user, PGPASSWORD: server.password },
      PATH: `${server.binDir}${path.delimiter}${process.env['PATH'] ?? ''}`,
    };
    const script = ['set -o pipefail', ...lines.map((line) => `${line.trim()} || exit 1`)].join('\n');
    await execute('bash', ['-c', script], { cwd: kept, env });
    await createSampleShop(server, 'again', { sizeMb: 4 });
    const { differences } = await compareDatabases(server.url('again'), server.url('restored'));
    expect(differences).toEqual([]);
  } finally {
    await server.stop();
  }
}
