import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { listServiceFiles, parseServices, readServices } from '../../../electron/engine/postgres/service-file.ts';

it('has entries with their parameters; comments and what stands before the first entry do not count', () => {
  const text = 'lost=1\n# c\n[shop]\nhost=db\npassword=a=b\n\n[other one]\r\n  port = 5433 \n#host=x\n';
  const services = parseServices(text, '/f');
  expect(services.map(({ name, file, parameters }) => [name, file, Object.fromEntries(parameters)])).toEqual([
    ['shop', '/f', { host: 'db', password: 'a=b' }],
    ['other one', '/f', { port: '5433' }],
  ]);
});

it('is looked for where libpq does, the user’s own before the system’s', () => {
  const files = listServiceFiles({ HOME: '/home/ann', PGSYSCONFDIR: '/opt/etc' });
  if (process.platform !== 'win32')
    expect(files.slice(0, 2)).toEqual(['/home/ann/.pg_service.conf', '/opt/etc/pg_service.conf']);
  expect(listServiceFiles({ PGSERVICEFILE: '/x' })[0]).toBe('/x');
});

it('counts an entry of the first file only', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'pgkeep-service-'));
  const [own, system] = [path.join(dir, 'own'), path.join(dir, 'system')];
  await writeFile(own, '[shop]\nhost=mine\n');
  await writeFile(system, '[shop]\nhost=theirs\n[crm]\nhost=crm\n');
  const services = await readServices([own, path.join(dir, 'none'), system]);
  expect(services.map(({ parameters }) => parameters.get('host'))).toEqual(['mine', 'crm']);
  await rm(dir, { recursive: true });
});
