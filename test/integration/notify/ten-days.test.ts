// Ten days of a server that is away, seen by the one who gets the messages: exactly those that are promised, each once, over
// restarts and crashes. test/golden/ten-days.txt shows them all as a person reads them.
import { hostname } from 'node:os';
import { expect, it } from 'vitest';
import type { Schedule } from '../../../shared/schedule.ts';
import { formatLocal } from '../../../shared/local-time.ts';
import { startMailServer } from '../../support/mail-server.ts';
import { openDeskWorld } from './desk-world.ts';

const zone = 'Europe/Berlin';
const hour = 3_600_000;
const step = 1_800_000;

it('a job whose server is away for ten days makes exactly the messages that are promised', async () => {
  const password = 'app-password-1234';
  const server = await startMailServer({ security: 'starttls', password });
  const world = await openDeskWorld(new Date('2026-11-22T02:00:00Z'), zone);
  try {
    await world.desk().handlers.save({ mail: server.settings(), mailSecret: password });
    const schedule: Schedule = {
      when: { kind: 'daily', times: ['03:00'] },
      enabled: true,
      timeZone: zone,
      jitterMinutes: 0,
    };
    world.addJob({ schedule });
    world.succeed();
    for (let day = 0; day < 10; day += 1) {
      await world.pass(24 * hour, step);
      world.fail();
      // However the program ends in between.
      if (day % 3 === 1) await world.restart({ crash: day % 2 === 0 });
    }
    await world.pass(24 * hour, step);
    world.succeed();
    // The network is away for two days.
    await world.pass(24 * hour, step);
    world.wait();
    await world.pass(48 * hour, step);
    world.succeed();
    await world.pass(24 * hour, step);
    world.succeed();
    await world.pass(24 * hour, step);

    const mails = server.mails.map(({ headers, subject, text, html }) => {
      const at = formatLocal(new Date(headers['date'] ?? ''), zone);
      return { at, subject, html, text: text.replaceAll(hostname(), 'office-pc') };
    });
    expect(mails.map(({ at, subject }) => `${at}: ${subject}`)).toEqual([
      'Mon 23 Nov 2026, 03:00 CET: PgKeep: Backup of shop failed',
      ...[
        'Wed 25 Nov',
        'Thu 26 Nov',
        'Fri 27 Nov',
        'Sat 28 Nov',
        'Sun 29 Nov',
        'Mon 30 Nov',
        'Tue 1 Dec',
        'Wed 2 Dec',
      ].map(
        (day, index) =>
          `${day} 2026, 03:00 CET: PgKeep: Backup of shop still fails (${String(index + 3)} times in a row)`,
      ),
      'Thu 3 Dec 2026, 03:00 CET: PgKeep: shop is backed up again',
      'Fri 4 Dec 2026, 09:30 CET: PgKeep: Backup of shop late',
      'Sat 5 Dec 2026, 09:30 CET: PgKeep: Backup of shop late',
      'Sun 6 Dec 2026, 03:00 CET: PgKeep: shop is backed up again',
    ]);
    // The desktop says the same.
    expect(world.notices.map(({ title }) => `PgKeep: ${title}`)).toEqual(mails.map(({ subject }) => subject));
    const line = '='.repeat(72);
    const page = mails.map(({ at, subject, text }) => `${line}\n${at}\nSubject: ${subject}\n\n${text}`).join('\n');
    await expect(page).toMatchFileSnapshot('../../golden/ten-days.txt');
  } finally {
    await world.stop();
    await server.stop();
  }
}, 300_000);
