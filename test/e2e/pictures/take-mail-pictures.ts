// Takes docs/images/mail-light.png and mail-dark.png: a mail about a failed backup in a plain Chromium. Run by hand:
// `node test/e2e/pictures/take-mail-pictures.ts [folder]`.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { toMailText } from '../../../electron/engine/notify/mail-text.ts';
import type { Alert } from '../../../shared/alert.ts';
import type { WireError } from '../../../shared/errors.ts';
import { describeError } from '../../../shared/describe-error.ts';
import { findChromium } from '../window/open-window.ts';

const folder = process.argv[2] ?? fileURLToPath(new URL('../../../docs/images', import.meta.url));
const error: WireError = {
  code: 'pg/connection-refused',
  message: '',
  retry: 'later',
  context: { host: 'db.office.example', port: 5432 },
};
const { happened, toDo } = describeError(error);

const alert: Alert = {
  ...{ id: 'a1', kind: 'still-failing', tone: 'bad', at: '2026-11-25T02:00:12.000Z', thread: 'a0', happened, toDo },
  title: 'Backup of Web shop still fails (3 times in a row)',
  facts: [
    { label: 'Job', value: 'Web shop' },
    { label: 'Database', value: 'shop on Office server' },
    { label: 'Tried', value: 'Wed 25 Nov 2026, 03:00 CET' },
    { label: 'Last good backup', value: 'Sun 22 Nov 2026, 03:01 CET (3 days ago)' },
    { label: 'Failing since', value: 'Mon 23 Nov 2026, 03:00 CET' },
    { label: 'Will meet the same', value: 'Customers' },
  ],
  log: [
    '03:00:00 backup of shop begins',
    '03:00:12 try 6 of 6 came to nothing',
    '03:00:12 failed: connection to server at "db.office.example", port 5432 failed: Connection refused (pg/connection-refused)',
  ],
  open: { page: 'runs', params: {} },
  ...{ job: { id: 'j1', name: 'Web shop' }, database: 'shop', runId: 'r1', errorCode: error.code },
};

const { html } = toMailText(alert, { machine: 'office-pc', version: '0.1.0', at: 'Wed 25 Nov 2026, 03:00 CET' });
const browser = await chromium.launch({
  executablePath: findChromium() ?? '',
  args: ['--no-sandbox', '--disable-gpu'],
});
for (const colorScheme of ['light', 'dark'] as const) {
  const context = await browser.newContext({ colorScheme, viewport: { width: 680, height: 400 } });
  const page = await context.newPage();
  await page.setContent(html);
  const file = path.join(folder, `mail-${colorScheme}.png`);
  await page.screenshot({ path: file, fullPage: true });
  process.stdout.write(`${path.relative(process.cwd(), file)}\n`);
  await context.close();
}
await browser.close();
