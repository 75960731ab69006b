// No secret is where it must not be: the password, the private key, Google's tokens and the address of an upload session
// are looked for in everything that the program writes, says or shows of itself while it works, fails and is resumed.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runCli, startCli, type CliEnd } from '../../support/cli-process.ts';
import { openEngineWorld, type EngineWorld } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { createIncompressibleDatabase } from './small-database.ts';

let server: TestServer;
let world: EngineWorld;
/** What may be nowhere, by name. */
let secrets: Record<string, string>;
const said: CliEnd[] = [];
const processes = new Set<string>();

const vaultSchema = z.object({ entries: z.record(z.string(), z.object({ data: z.string() })) });

async function readVault(): Promise<Record<string, string>> {
  const text = await readFile(path.join(world.dataDir, 'vault.json'), 'utf8');
  const { entries } = vaultSchema.parse(JSON.parse(text));
  return Object.fromEntries(
    Object.entries(entries).map(([name, { data }]) => [name, Buffer.from(data, 'base64').toString('utf8')]),
  );
}

/** Arguments and environment of every process that runs now. */
function watchProcesses(): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid))) {
    for (const what of ['cmdline', 'environ']) {
      try {
        processes.add(readFileSync(`/proc/${pid}/${what}`, 'latin1'));
      } catch {
        // It has just ended.
      }
    }
  }
}

beforeAll(async () => {
  server = await startTestServer();
  world = await openEngineWorld();
  await createIncompressibleDatabase(server, 'noise');
  const engine = await world.start();
  await world.setUp(engine, server, 'noise');
  await engine.stop();
  const watching = setInterval(watchProcesses, 5);
  const run = async (args: readonly string[]): Promise<void> => {
    said.push(await runCli(world.dataDir, ['--verbose', ...args]));
  };

  // Killed in the upload, resumed, verified, restored; failing with a wrong password; a server that refuses everything.
  const hold = world.google.holdNext({ kind: 'chunk', final: true }, { at: 'body' });
  const backup = startCli(world.dataDir, ['--verbose', 'backup']);
  await hold.reached;
  const sessionUri = Object.entries(await readVault()).find(([name]) => name.endsWith('/session'))?.[1] ?? '';
  said.push(await backup.kill());
  hold.release();
  await run(['backup']);
  await run(['verify', '--latest']);
  await run(['log', (await listRunIds())[0] ?? '']);
  world.google.failNext(
    { kind: 'session-start', times: null },
    { do: 'respond', status: 400, body: 'no', contentType: 'text/plain' },
  );
  await run(['backup']);
  world.google.clearFaults();
  const [first] = said;
  expect(first?.exitCode).toBeNull();
  await run(['restore', 'nothing', '--into', `postgresql://postgres:wrong-${server.password}@${server.host}:1/noise`]);
  await run(['doctor']);
  clearInterval(watching);

  const vault = await readVault();
  secrets = {
    password: server.password,
    'private key': vault['key/identity'] ?? '',
    'refresh token': vault['google/refresh-token'] ?? '',
    'client secret': vault['google/client-secret'] ?? '',
    'upload session': sessionUri,
  };
});

afterAll(async () => {
  await world.stop();
  await server.stop();
});

async function listRunIds(): Promise<string[]> {
  const { last } = await runCli(world.dataDir, ['runs']);
  return z
    .array(z.object({ id: z.string() }))
    .parse(last?.['runs'])
    .map(({ id }) => id);
}

/** Names of the secrets that are in the text. */
function findSecrets(text: string): string[] {
  return Object.entries(secrets)
    .filter(([, secret]) => text.includes(secret))
    .map(([name]) => name);
}

describe('no secret', () => {
  it('is unknown to this test', () => {
    for (const [name, secret] of Object.entries(secrets))
      expect(`${name} ${String(secret.length > 8)}`).toBe(`${name} true`);
    expect(said.map(({ exitCode }) => exitCode)).toEqual([null, 0, 0, 0, 1, 3, 0]);
  });

  it('is in what the program said, on either channel', () => {
    for (const { stdout, stderr } of said) expect(findSecrets(stdout + stderr)).toEqual([]);
    expect(said.some(({ stderr }) => stderr.includes('debug'))).toBe(true);
  });

  it('is in the arguments or the environment of a process', () => {
    const all = [...processes].join('\n');
    expect(all).toContain('--format=custom');
    expect(all).toContain('PGPASSFILE=');
    const own = [...processes].filter((text) => !text.includes('wrong-'));
    expect(findSecrets(own.join('\n'))).toEqual([]);
  });

  it('is in a file of the data folder but the vault, which is for the owner alone', () => {
    const files = readdirSync(world.dataDir, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.map(({ name }) => name)).toContain('pgkeep.db');
    for (const { name, parentPath } of files) {
      const found = findSecrets(readFileSync(path.join(parentPath, name), 'latin1'));
      expect(`${name}: ${found.join()}`).toBe(`${name}: `);
    }
    expect(
      execFileSync('stat', ['-c', '%a', path.join(world.dataDir, 'vault.json')], { encoding: 'utf8' }).trim(),
    ).toBe('600');
  });

  it('is on Drive, in names, properties or contents', () => {
    expect(findSecrets(JSON.stringify(world.google.state()))).toEqual([]);
    for (const file of world.storedFiles()) {
      expect(findSecrets(readFileSync(world.google.contentPath(file.id), 'latin1'))).toEqual([]);
    }
  });
});
