// Alerts for tests that need one and care about a few of its fields.
import type { Alert } from '../../../shared/alert.ts';

export function toAlert(change: Partial<Alert> = {}): Alert {
  return {
    ...{ id: 'a1', kind: 'failed', tone: 'bad', at: '2026-11-22T03:00:12.000Z', title: 'Backup of shop failed' },
    happened: 'No connection to db.office.example:5432.',
    toDo: 'Start the server, or correct the address.',
    facts: [
      { label: 'Job', value: 'shop' },
      { label: 'Last good backup', value: 'Sat 21 Nov 2026, 03:00 UTC (1 day ago)' },
    ],
    log: ['03:00:11 plan', '03:00:12 failed: connection refused'],
    open: { page: 'runs', params: { run: 'r1' } },
    job: { id: 'j1', name: 'shop' },
    ...{ database: 'shop', runId: 'r1', errorCode: 'pg/connection-refused', thread: null, ...change },
  };
}
