// Connections on the command line: found, named by a service, with certificates of an address, through a real SSH server.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runCli, type CliEnd } from '../../support/cli-process.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { createSshKey, startSshServer, type TestSshServer } from '../../support/ssh-server.ts';

let server: TestServer;
let ssh: TestSshServer;
let folder: string;
const key = createSshKey();
const oldServiceFile = process.env['PGSERVICEFILE'];

beforeAll(async () => {
  server = await startTestServer();
  ssh = await startSshServer([key.public]);
  folder = mkdtempSync(path.join(tmpdir(), 'pgkeep-cli-reach-'));
  writeFileSync(path.join(folder, 'id'), key.private, { mode: 0o600 });
  const entry = ['host=127.0.0.1', `port=${String(server.port)}`, 'user=postgres', `password=${server.password}`];
  writeFileSync(path.join(folder, 'services'), ['[shop]', ...entry, 'dbname=postgres', ''].join('\n'), { mode: 0o600 });
  process.env['PGSERVICEFILE'] = path.join(folder, 'services');
});

afterAll(async () => {
  if (oldServiceFile === undefined) delete process.env['PGSERVICEFILE'];
  else process.env['PGSERVICEFILE'] = oldServiceFile;
  await ssh.stop();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const checksSchema = z.object({ checks: z.array(z.object({ id: z.string(), state: z.string(), detail: z.string() })) });

function readServerCheck(ended: CliEnd): { readonly state: string; readonly detail: string } | undefined {
  return checksSchema.parse(ended.last).checks.find(({ id }) => id.startsWith('server:'));
}

function withEnv(name: string, lines: readonly string[], ...command: readonly string[]): Promise<CliEnd> {
  const file = path.join(folder, `${name}.env`);
  writeFileSync(file, lines.join('\n'));
  return runCli(path.join(folder, name), ['--env-file', file, ...command]);
}

describe('on the command line', () => {
  it('a service is found, without its password, and an address can name it', async () => {
    const found = await runCli(path.join(folder, 'service'), ['discover']);
    expect(found.stdout).toContain('"title":"shop"');
    expect(found.stdout).not.toContain(server.password);
    const ended = await withEnv('service', ['DATABASE_URL=postgresql://?service=shop'], 'doctor');
    expect(readServerCheck(ended)).toMatchObject({ state: 'ok' });
  });

  it('an SSH server leads the way, by its key, once its own key is known', async () => {
    const lines = [
      `DATABASE_URL=${server.url('postgres')}`,
      'PGKEEP_SSH_HOST=127.0.0.1',
      `PGKEEP_SSH_PORT=${String(ssh.port)}`,
      `PGKEEP_SSH_USER=${ssh.user}`,
      'PGKEEP_SSH_KEY=id',
    ];
    const unknown = await withEnv('tunnel', lines, 'doctor');
    expect(readServerCheck(unknown)).toMatchObject({ state: 'bad' });
    expect(readServerCheck(unknown)?.detail).toContain(ssh.fingerprint);
    const known = await withEnv('tunnel', [...lines, `PGKEEP_SSH_HOST_KEY=${ssh.fingerprint}`], 'doctor');
    expect(readServerCheck(known)).toMatchObject({ state: 'ok' });
  });

  it('a certificate that is not there is refused by its name', async () => {
    const url = `${server.url('postgres')}?sslmode=verify-ca&sslrootcert=ca.pem`;
    const ended = await withEnv('certificate', [`DATABASE_URL=${url}`], 'doctor');
    expect(ended.last).toMatchObject({ type: 'error', code: 'pg/certificate-file' });
    expect(ended.stderr).not.toContain(server.password);
  });
});
