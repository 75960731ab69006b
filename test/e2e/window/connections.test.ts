// In the window a person finds servers, goes through an SSH server, reads what a test found, and looks after PostgreSQL's
// programs, on the contract's double.
import { describe, expect, it } from 'vitest';
import { findChromium } from './open-window.ts';
import { useWindow } from './use-window.ts';

const chromium = findChromium();
const pictures = process.env['PGKEEP_PICTURES'];

describe.skipIf(!chromium)('in the window a person', { timeout: 60_000 }, () => {
  const open = useWindow(chromium);

  it('takes a server that was found, its password with it, and keeps its files', async () => {
    const page = await open('full', { hash: '/settings?tab=connections&edit=new' });
    const dialog = page.getByRole('dialog', { name: 'Add a connection' });
    await dialog.getByRole('button', { name: 'Look on this computer' }).click();
    await dialog.getByRole('button', { name: 'Choose one of 2 found' }).click();
    await page.getByRole('menuitem', { name: /^shop/ }).click();
    expect(await dialog.getByRole('textbox', { name: 'Host', exact: true }).inputValue()).toBe('db.office.example');
    await dialog.getByText('The password that stands in /home/anna/.pg_service.conf is taken over.').waitFor();
    await dialog.getByRole('button', { name: 'Certificates and waiting time' }).click();
    await dialog.getByRole('button', { name: 'Choose: Certificate authority of the server' }).click();
    await dialog.getByText('/home/anna/certificates/root-cert.pem').waitFor();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    const rows = await page.evaluate(() => window.controls.world.connections);
    const saved = rows.find(({ name }) => name === 'shop');
    expect(saved).toMatchObject({ hasPassword: true, tls: { rootCert: { id: 'root-cert' } }, ssh: null });
  });

  it('goes through an SSH server whose key is compared first', async () => {
    const page = await open('full', { hash: '/settings?tab=connections&edit=con-local' });
    const dialog = page.getByRole('dialog', { name: /Edit/ });
    await dialog.getByRole('button', { name: /SSH tunnel/ }).click();
    await dialog.getByRole('checkbox', { name: 'Through an SSH server' }).check();
    await dialog.getByRole('button', { name: 'SSH tunnel', exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Test' }).click();
    await dialog.getByText('Fill this in').first().waitFor();
    await dialog.getByRole('textbox', { name: 'SSH host' }).fill('gate.example');
    await dialog.getByRole('textbox', { name: 'SSH user' }).fill('anna');
    await dialog.getByText('Key file').click();
    await dialog.getByRole('button', { name: 'Choose: Private SSH key' }).click();
    await dialog.getByRole('button', { name: 'Test' }).click();
    await dialog.getByRole('button', { name: 'The fingerprint is right: trust it and test again' }).click();
    await dialog.getByText(/through the SSH server anna@gate.example:22/).waitFor();
    if (pictures !== undefined) await page.screenshot({ path: `${pictures}-ssh.png` });
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    const rows = await page.evaluate(() => window.controls.world.connections);
    const saved = rows.find(({ id }) => id === 'con-local');
    expect(saved?.ssh).toMatchObject({ host: 'gate.example', auth: 'key', key: { id: 'ssh-key' } });
    expect(saved?.ssh?.trusted).toHaveLength(1);
  });

  it('is told which rights are missing, with the statements', async () => {
    const page = await open('full', { hash: '/settings?tab=connections&edit=con-local', colorScheme: 'dark' });
    const dialog = page.getByRole('dialog', { name: /Edit/ });
    await dialog.getByRole('textbox', { name: 'User', exact: true }).fill('reader');
    await dialog.getByRole('button', { name: 'Test' }).click();
    await dialog.getByText(/2 rights are missing/).waitFor();
    await dialog.getByText('GRANT SELECT ON TABLE sales.orders TO reader;').waitFor();
    await dialog.getByText(/UTF8, de_DE.UTF-8; extensions plpgsql 1.0, postgis 3.3.2/).waitFor();
    if (pictures !== undefined) await page.screenshot({ path: `${pictures}-test.png`, fullPage: true });
  });

  it('sees PostgreSQL’s programs, what is missing and how to get it, and takes a folder away', async () => {
    const page = await open('full', { hash: '/settings?tab=programs' });
    await page.getByText('Archive: no program here fits PostgreSQL 18.1').waitFor();
    await page.getByText('sudo apt-get install -y postgresql-client-18').waitFor();
    await page.getByText('PostgreSQL 15.18').waitFor();
    if (pictures !== undefined) await page.screenshot({ path: `${pictures}-programs.png`, fullPage: true });
    await page.getByRole('button', { name: 'Remove the folder /opt/pgsql-16/bin' }).click();
    await expect.poll(() => page.getByText('/opt/pgsql-16/bin').count()).toBe(0);
  });
});
