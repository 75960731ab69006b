// Takes the pictures of the documentation from the real program: `node test/e2e/pictures/take-pictures.ts [name…]` in a
// checkout that is set up for the tests. Every run, drill and restore in them happened; only their times are moved into
// the past, since nobody waits three days for a picture.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Page } from 'playwright';
import type { Run } from '../../../shared/run.ts';
import { createSampleShop } from '../../support/sample-shop.ts';
import { waitFor } from '../../support/wait-for.ts';
import { openAppWorld, whenHeld, type AppWorld, type Installation } from '../helpers/app-world.ts';
import { addNoise } from '../helpers/noise.ts';
import { addConnection, addJob, goToPage, openWindow, saveKit, signIn } from '../helpers/person.ts';
import type { RunningApp } from '../helpers/running-app.ts';

const folder = path.resolve(import.meta.dirname, '../../../docs/images');
const size = { width: 1100, height: 760 };

/** Database, name of the job, connection, millions of bytes. */
const jobs = [
  ['shop', 'Web shop', 'Office server', 30],
  ['crm', 'Customers', 'Office server', 12],
  ['intranet', 'Intranet', 'Intranet server', 4],
] as const;

/** Nights before the pictures in which everything was backed up. */
const nights = 3;

const world = await openAppWorld({
  prepare: async (server) => {
    for (const [index, [database, , , sizeMb]] of jobs.entries()) {
      await createSampleShop(server, database, { sizeMb, seed: index + 1 });
    }
    // Several chunks to upload, so that the live picture shows one that is under way.
    await addNoise(server, 'shop', 3);
    await server.query(`create role backup superuser login password '${server.password}'`);
  },
});
try {
  const installation = await world.openInstallation();
  try {
    await tellStory(world, installation);
  } finally {
    await installation.close();
  }
} finally {
  await world.stop();
}

async function tellStory({ server }: AppWorld, installation: Installation): Promise<void> {
  await mkdir(folder, { recursive: true });
  await setUp(await installation.start(), installation, server);
  for (let night = 0; night < nights; night += 1) {
    const { app, page } = await open(installation);
    for (const [, name] of jobs) await backUp(page, name);
    if (night === nights - 1) for (const [, name] of jobs.slice(0, 2)) await drill(page, name);
    await app.quit();
    moveTimesBack(installation, night === nights - 1 ? '-17 hours' : '-24 hours', night * 7 + 3);
  }

  const { app, page } = await open(installation);
  await goToPage(page, 'Overview');
  await take(page, 'window');
  await page.emulateMedia({ colorScheme: 'dark' });
  await take(page, 'window-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await resize(app, page, { width: 480, height: 760 });
  await take(page, 'narrow');
  await resize(app, page, size);

  await goToPage(page, 'Snapshots');
  await page
    .getByRole('row', { name: /shop, PostgreSQL/ })
    .first()
    .getByText('Restore…')
    .click();
  const dialog = page.getByRole('dialog', { name: 'Restore a snapshot' });
  await dialog.getByRole('textbox', { name: 'Name of the new database' }).fill('shop_monday');
  await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
  await page.getByText('Restored, and equal to the backup').waitFor();
  await take(page, 'restore');
  await page.keyboard.press('Escape');

  await server.query(`alter role backup password 'changed'`);
  await backUp(page, 'Intranet', 'failed');
  await goToPage(page, 'Runs');
  await page
    .getByRole('row', { name: /Failed/ })
    .getByRole('link', { name: 'Intranet' })
    .click();
  await page.getByRole('log').getByText('password').first().waitFor();
  await take(page, 'failed');
  await page.keyboard.press('Escape');

  const hold = installation.google.holdNext({ kind: ['chunk', 'finish'], final: true }, { at: 'arrived' });
  const job = await findJob(page, 'Web shop');
  await ask(page, 'runs.start', { jobId: job, trigger: 'user' });
  await whenHeld(hold);
  await page
    .getByRole('row', { name: /Uploading/ })
    .getByRole('link', { name: 'Web shop' })
    .click();
  await page
    .getByRole('dialog', { name: 'Run of Web shop' })
    .getByText(/^\d+ %/)
    .waitFor();
  await take(page, 'runs');
  hold.release();
}

async function setUp(app: RunningApp, installation: Installation, server: AppWorld['server']): Promise<void> {
  const page = await openWindow(app);
  await addConnection(page, { name: 'Office server', server });
  const { host, port, password } = server;
  await addConnection(page, { name: 'Intranet server', server: { host, port, user: 'backup', password } });
  await signIn(app, page);
  for (const [database, name, connection] of jobs) await addJob(page, { suggested: true, database, name, connection });
  await saveKit(app, page, path.join(path.dirname(installation.dataDir), 'kit.txt'));
  await app.quit();
}

async function open(installation: Installation): Promise<{ app: RunningApp; page: Page }> {
  const app = await installation.start();
  const page = await openWindow(app);
  await resize(app, page, size);
  return { app, page };
}

async function resize(app: RunningApp, page: Page, to: typeof size): Promise<void> {
  await app.electron.evaluate(({ BrowserWindow }, { width, height }) => {
    BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
  }, to);
  await page.waitForFunction(({ width, height }) => innerWidth === width && innerHeight === height, to);
}

async function take(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  const file = path.join(folder, `${name}.png`);
  await page.screenshot({ path: file, animations: 'disabled', caret: 'hide', scale: 'css' });
  process.stdout.write(`${path.relative(process.cwd(), file)}\n`);
}

/** Asks the engine as the page does. */
async function ask(page: Page, name: string, input?: unknown): Promise<unknown> {
  const reply = await page.evaluate(([call, value]) => window.bridge.invoke(call, value), [name, input] as [
    string,
    unknown,
  ]);
  if (!reply.ok) throw new Error(`${name}: ${reply.error.message}`);
  return reply.value;
}

async function findJob(page: Page, name: string): Promise<string> {
  const list = (await ask(page, 'jobs.list')) as { id: string; name: string }[];
  return list.find((job) => job.name === name)?.id ?? '';
}

async function backUp(page: Page, name: string, end: 'succeeded' | 'failed' = 'succeeded'): Promise<void> {
  const jobId = await findJob(page, name);
  const { id } = (await ask(page, 'runs.start', { jobId, trigger: 'schedule' })) as Run;
  await waitFor(`the run of ${name} has ${end}`, async () => {
    const runs = (await ask(page, 'runs.list', { jobId, limit: 1 })) as Run[];
    return runs[0]?.id === id && runs[0].state === end;
  });
}

async function drill(page: Page, name: string): Promise<void> {
  const jobId = await findJob(page, name);
  const [snapshot] = (await ask(page, 'snapshots.list', { jobId })) as { id: string }[];
  await ask(page, 'restores.startDrill', { snapshotId: snapshot?.id });
  await waitFor(`the snapshot of ${name} is verified`, async () => {
    const [newest] = (await ask(page, 'snapshots.list', { jobId })) as { verifiedAt: string | null }[];
    return newest?.verifiedAt;
  });
}

/** Lets everything so far have happened earlier; the program is not running. `jitter`: minutes, so that nights differ. */
function moveTimesBack({ dataDir }: Installation, by: string, jitter: number): void {
  const db = new Sqlite(path.join(dataDir, 'pgkeep.db'));
  const columns = {
    runs: ['created_at', 'started_at', 'ended_at'],
    run_log: ['at'],
    snapshots: ['created_at', 'verified_at'],
    restores: ['started_at', 'ended_at'],
  };
  for (const [table, names] of Object.entries(columns)) {
    const moved = names.map((name) => `${name} = strftime('%Y-%m-%dT%H:%M:%fZ', ${name}, @by, @jitter)`);
    db.prepare(`update ${table} set ${moved.join(', ')}`).run({ by, jitter: `-${jitter} minutes` });
  }
  db.close();
}
