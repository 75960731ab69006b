// The set-up's promises that need no fresh machine: the program after it runs on the right Node and behaves as if it
// had been started directly, and no package's install script is run that nobody has looked at.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getScriptNode } from '../../../build/setup/places.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));

describe('the program after the set-up', () => {
  let dir: string;

  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'pgkeep-set-up-'));
  });

  afterAll(async () => {
    await rm(dir, { recursive: true, force: true });
  });

  const start = async (source: string, ...args: string[]) => {
    const file = path.join(dir, `${String(performance.now())}.mjs`);
    await writeFile(file, source);
    const child = spawn(process.execPath, ['build/setup.mjs', 'cli', file, ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout }));
    return { child, ended };
  };

  it('runs on the Node of the packages, with its arguments and its exit code', async () => {
    const { ended } = await start(
      'console.log(JSON.stringify([process.execPath, ...process.argv.slice(2)])); process.exitCode = 7;',
      ...['--json', 'two words'],
    );
    const { code, stdout } = await ended;
    expect(JSON.parse(stdout)).toEqual([getScriptNode(), '--json', 'two words']);
    expect(code).toBe(7);
  });

  it('tells by its exit code which signal ended it', async () => {
    const { ended } = await start("process.kill(process.pid, 'SIGKILL');");
    expect((await ended).code).toBe(137);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('gets %s and is waited for', async (signal) => {
    const { child, ended } = await start(
      `process.on('${signal}', () => { console.log('tidied up'); process.exit(5); });` +
        "setInterval(() => {}, 1000); console.log('ready');",
    );
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await ended).toEqual({ code: 5, stdout: 'ready\ntidied up\n' });
  });
});

interface Manifest {
  readonly allowScripts: Readonly<Record<string, boolean>>;
}
interface Lock {
  readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>;
}

describe('install scripts', () => {
  it('are each allowed or refused by name in package.json', async () => {
    const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(path.join(root, name), 'utf8'));
    const { allowScripts } = (await read('package.json')) as Manifest;
    const { packages } = (await read('package-lock.json')) as Lock;
    const names = Object.entries(packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript === true)
      .map(([place]) => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length));
    expect(names).toContain('node');
    expect(names.filter((name) => !Object.hasOwn(allowScripts, name))).toEqual([]);
  });

  it('do not run by themselves', async () => {
    expect(await readFile(path.join(root, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m);
  });
});
