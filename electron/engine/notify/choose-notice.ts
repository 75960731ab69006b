// Which desktop notification a run that settled deserves: a pure decision.
import { describeError } from '../../../shared/describe-error.ts';
import { formatBytes, formatPlural } from '../../../shared/format.ts';
import type { Restore } from '../../../shared/restore.ts';
import { waitsForPerson, type Run } from '../../../shared/run.ts';
import type { Notice } from '../../../shared/settings.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { describeRunLength } from '../../../shared/tray-model.ts';

export interface RunNoticeFacts {
  readonly run: Run;
  readonly jobName: string;
  /** What the run left; null unless it succeeded. */
  readonly snapshot: Snapshot | null;
  readonly notifyOnSuccess: boolean;
}

/** Null: nobody needs to be told. Success is told to the person who started the run, failure always. */
export function chooseRunNotice({ run, jobName, snapshot, notifyOnSuccess }: RunNoticeFacts): Notice | null {
  if (run.state === 'succeeded') {
    if (run.trigger !== 'user' || !notifyOnSuccess || !snapshot) return null;
    return {
      title: `${jobName} is backed up`,
      body: describeSnapshot(run, snapshot),
      urgency: 'normal',
      open: 'snapshots',
    };
  }
  if ((run.state === 'failed' || run.state === 'interrupted') && run.error) {
    const words = describeError(run.error);
    const state = run.state === 'failed' ? 'failed' : 'was interrupted';
    return {
      title: `Backup of ${jobName} ${state}`,
      body: `${words.happened} ${words.toDo}`,
      urgency: 'critical',
      open: 'runs',
    };
  }
  // An ended sign-in is told once for the account, however many runs wait for it.
  if (run.error && waitsForPerson(run)) {
    const words = describeError(run.error);
    return { title: words.title, body: `${words.happened} ${words.toDo}`, urgency: 'critical', open: 'settings' };
  }
  return null;
}

function describeSnapshot(run: Run, snapshot: Snapshot): string {
  const counts = snapshot.rows === null ? [] : [formatPlural(snapshot.rows, 'row')];
  const length = describeRunLength(run);
  return [...counts, formatBytes(snapshot.storedBytes), ...(length ? [length] : [])].join(', ');
}

/** Told once when Google ended the sign-in, however many runs wait for a new one. */
export function toSignedOutNotice(email: string): Notice {
  return {
    title: 'Google ended the sign-in',
    body: `Backups wait until you sign in again${email === '' ? '' : ` as ${email}`}. Those on Drive are safe.`,
    urgency: 'critical',
    open: 'settings',
  };
}

/** What a restore or drill that ended tells the person, who may have closed the window meanwhile. */
export function chooseRestoreNotice(restore: Restore): Notice | null {
  const what = restore.kind === 'drill' ? 'Restore test' : 'Restore';
  if (restore.state === 'succeeded' && restore.report) {
    const { tables, rows, database } = restore.report;
    const counts = `${formatPlural(tables, 'table')}, ${formatPlural(rows, 'row')}`;
    const body =
      restore.kind === 'drill' ? `Restored and compared: ${counts}, all equal.` : `Database ${database}: ${counts}.`;
    return { title: `${what} succeeded`, body, urgency: 'normal', open: 'snapshots' };
  }
  if ((restore.state === 'failed' || restore.state === 'interrupted') && restore.error) {
    const words = describeError(restore.error);
    return { title: `${what} failed`, body: `${words.happened} ${words.toDo}`, urgency: 'critical', open: 'snapshots' };
  }
  return null;
}
