// Dates by the real clock, with node-schedule's timers (which also last longer than the 24 days of setTimeout), and the
// system's time zone as it is now.
import { readlinkSync } from 'node:fs';
import { scheduleJob } from 'node-schedule';
import type { Calendar } from './ports.ts';

/** The system's zone on Linux and macOS is where this link points to: `…/zoneinfo/Europe/Berlin`. */
const zoneLink = '/etc/localtime';

export const systemCalendar: Calendar = {
  readTimeZone: () => process.env['TZ'] ?? readZoneLink() ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  at: (when, act) => {
    const job = scheduleJob(when, act);
    // node-schedule makes none for a date that has passed.
    const soon = (job as typeof job | null) === null ? setImmediate(act) : null;
    return () => {
      if (soon === null) job.cancel();
      else clearImmediate(soon);
    };
  },
};

/** The runtime reads its zone once; the link is true after a journey, too. Null where there is none, as on Windows. */
function readZoneLink(): string | null {
  try {
    const [, name] = readlinkSync(zoneLink).split('/zoneinfo/');
    return name !== undefined && isZone(name) ? name : null;
  } catch {
    return null;
  }
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
