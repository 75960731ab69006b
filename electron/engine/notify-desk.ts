// Tells a person what they need to know, once: takes what happened, decides what is said of it, and stores that together with
// the messages that leave. Whatever goes wrong in here is logged and ends no backup.
import { hostname } from 'node:os';
import { isMuted, type Alert, type AlertDraft } from '../../shared/alert.ts';
import type { CatalogCheck } from '../../shared/catalog.ts';
import { toAppError } from '../../shared/errors.ts';
import type { PgKeepEmit, EngineHandlers } from '../../shared/ipc/contract.ts';
import { formatLocal } from '../../shared/local-time.ts';
import { describeUndelivered, type ChannelState, type DeliveryState } from '../../shared/notification-settings.ts';
import type { Restore } from '../../shared/restore.ts';
import type { Run } from '../../shared/run.ts';
import type { Notice } from '../../shared/settings.ts';
import type { Space } from '../../shared/space.ts';
import { createId } from './base/ids.ts';
import type { Calendar, Clock, Log, Paths, SecretVault } from './base/ports.ts';
import { lookAtDisk } from './disk-watch.ts';
import { findBiggest, listJobStandings, readRunFacts, type Moment } from './notice-facts.ts';
import type { Decision, Telling } from './notify/cause.ts';
import { createDelivery } from './notify/delivery.ts';
import { isDigestDue, toDigest } from './notify/digest.ts';
import {
  noticeForCheck,
  noticeForFolder,
  noticeForRestore,
  noticeForServer,
  noticeForSignedIn,
  noticeForSignedOut,
} from './notify/notice-for-event.ts';
import { noticeForGroup } from './notify/notice-for-group.ts';
import { isSettledAsFailed } from './notify/notice-for-run.ts';
import { noticesForState, type StateFacts } from './notify/notice-for-state.ts';
import { createNotificationHandlers } from './notify/handlers.ts';
import { createOutbox } from './notify/outbox.ts';
import { createJobPings } from './notify/job-pings.ts';
import { isQuiet } from './notify/quiet-hours.ts';
import { readNotificationSettings } from './notify/stored-settings.ts';
import { toSummary } from './notify/summary.ts';
import { listOpenCauses, pruneCauses, readThread, writeCause, writeThread } from './store/causes.ts';
import type { Db } from './store/database.ts';
import { findJob, listJobs } from './store/jobs.ts';
import { insertMessage, readChannelState } from './store/outbox.ts';
import { listRunsEndedAfter } from './store/run-history.ts';
import { listActiveRuns, listRuns } from './store/runs.ts';
import { readSetting, writeSetting } from './store/settings.ts';
import { findSnapshot, hasSnapshots, listSnapshots } from './store/snapshots.ts';

export interface NotifyDeskParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly calendar: Calendar;
  readonly vault: SecretVault;
  readonly paths: Paths;
  readonly log: Log;
  readonly emit: PgKeepEmit;
  readonly productVersion: string;
  /** Whether somebody shows desktop notifications. */
  readonly hasDesktop: boolean;
  readonly readSpace: () => Space;
}

/** How mail stands, for the check-up; nobody to write to: it is not set up. */
export type MailReport = ChannelState & { readonly recipients: readonly string[] };

export interface NotifyDesk {
  /** A run has ended, or waits for something. */
  readonly runSettled: (run: Run) => void;
  readonly runChanged: (run: Run) => void;
  readonly restoreSettled: (restore: Restore) => void;
  readonly signedOut: (email: string) => void;
  readonly signedIn: () => void;
  readonly checked: (check: CatalogCheck, byPerson: boolean) => void;
  readonly folderNews: (news: { readonly title: string; readonly text: string }) => void;
  /** What another part has to say of a server or its programs. */
  readonly say: (notice: Notice) => void;
  /** Looks now at how things stand: late jobs, room, kit, mail. */
  readonly look: () => Promise<void>;
  /** Brings messages and looks regularly from now on. What the last end left untold is told. */
  readonly start: () => void;
  readonly stop: () => Promise<void>;
  /** Whether mail is set up and the server lets this program in. Rejects with `mail/…`. */
  readonly checkMail: () => Promise<MailReport>;
  /** Whether a look or a message is under way at this moment. */
  readonly isBusy: () => boolean;
  readonly handlers: EngineHandlers['notifications'];
}

const firstLookMs = 60_000;
const lookEveryMs = 4 * 60_000;
/** A wait that took so much longer was a sleep. */
const gapMs = 3 * 60_000;
const dayMs = 86_400_000;
const keptCausesMs = 90 * dayMs;
const lostShownMs = 30 * dayMs;

export function createNotifyDesk(parts: NotifyDeskParts): NotifyDesk {
  const { db, clock, log, emit } = parts;
  const stopping = new AbortController();
  const { signal } = stopping;
  let upSince = clock.now();
  let told = '';
  let looks = 0;
  let watching: Promise<unknown> = Promise.resolve();

  const readZone = (): string => readSetting(db, 'messageTimeZone') ?? parts.calendar.readTimeZone();

  const delivery = createDelivery({
    ...{ ...parts, version: parts.productVersion, machine: hostname(), readZone },
    showNotice: (notice) => {
      emit('notices.raised', notice);
    },
  });
  const outbox = createOutbox({
    ...{ db, clock, log, deliver: delivery.bring },
    isQuiet: (channel, at) => channel !== 'webhook' && isQuiet(readSetting(db, 'quietHours'), at, readZone()),
    merge: (alerts) => seal(toSummary(alerts, readZone()), null),
    onChanged: () => {
      announceDelivery();
    },
  });
  /** By start: runs that have failed and are told of when all that it began is over. */
  const failures = new Map<string, readonly Run[]>();
  const pings = createJobPings({ db, clock, log, version: parts.productVersion, signal });

  const seal = (draft: AlertDraft, thread: string | null): Alert => ({
    ...{ ...draft, id: createId(), at: clock.now().toISOString(), thread },
  });

  const getDelivery = (): DeliveryState => {
    const lostFrom = new Date(clock.now().getTime() - lostShownMs).toISOString();
    return { mail: readChannelState(db, 'mail', lostFrom), webhook: readChannelState(db, 'webhook', lostFrom) };
  };

  const announceDelivery = (): void => {
    const state = getDelivery();
    const text = JSON.stringify(state);
    if (text === told) return;
    told = text;
    emit('notifications.deliveryChanged', state);
  };

  /** Stores what is told of, and the messages, together: neither is ever there without the other. */
  const decide = (choose: (moment: Moment) => Decision): void => {
    try {
      let count = 0;
      db.transaction(() => {
        const { tell, causes } = choose({ now: clock.now(), zone: readZone(), open: listOpenCauses(db) });
        for (const cause of causes) writeCause(db, cause);
        for (const telling of tell) keep(telling);
        count = tell.length;
      })();
      if (count > 0) outbox.wake();
    } catch (error) {
      log.error(`a message could not be made: ${toAppError(error).message}`);
    }
  };

  const keep = ({ alert, channels, cause }: Telling): void => {
    const settings = readNotificationSettings(db);
    if (isMuted(alert.kind, settings.muted)) return;
    const thread = cause === null ? null : readThread(db, cause);
    const sealed = seal(alert, thread);
    if (cause !== null && thread === null) writeThread(db, cause, sealed.id);
    const isOpen = { desktop: parts.hasDesktop, mail: settings.mail !== null, webhook: settings.webhook !== null };
    for (const channel of channels) if (isOpen[channel]) insertMessage(db, channel, sealed);
  };

  const runSettled = (run: Run): void => {
    pings.settled(run);
    const name = run.groupId ?? run.id;
    const isUnderWay = listActiveRuns(db).some(
      ({ id, groupId, state }) => groupId === name && id !== run.id && state !== 'waiting',
    );
    const held = failures.get(name) ?? [];
    // One message for all that fails of one start of a whole server.
    if (isUnderWay && isSettledAsFailed(run)) {
      failures.set(name, [...held, run]);
      return;
    }
    if (!isUnderWay) failures.delete(name);
    decide((moment) => {
      const until = readSetting(db, 'noticedRunsUntil') ?? '';
      // A start that is not told of yet is told of after a crash.
      if (failures.size === 0 && run.endedAt !== null && run.endedAt > until) {
        writeSetting(db, 'noticedRunsUntil', run.endedAt);
      }
      return noticeForGroup((isUnderWay ? [run] : [...held, run]).map((each) => readRunFacts(db, each, moment)));
    });
  };

  /** Runs whose end was stored, and the program ended before anybody was told. */
  const catchUp = (): void => {
    const until = readSetting(db, 'noticedRunsUntil');
    if (until === null) writeSetting(db, 'noticedRunsUntil', clock.now().toISOString());
    else for (const run of listRunsEndedAfter(db, until)) runSettled(run);
  };

  const look = async (): Promise<void> => {
    looks += 1;
    const disk = await lookAtDisk(parts).finally(() => {
      looks -= 1;
    });
    if (isOver()) return;
    decide(({ now, zone, open }) => {
      const jobs = listJobStandings(db, now, parts.calendar.readTimeZone());
      return noticesForState({
        ...{ now, zone, open, upSince, jobs, key: readSetting(db, 'key'), hasSnapshots: hasSnapshots(db) },
        ...{ space: parts.readSpace(), disk, diskNeedBytes: findBiggest(jobs), undelivered: describeTrouble(zone) },
      });
    });
    sendDigest();
    pruneCauses(db, new Date(clock.now().getTime() - keptCausesMs).toISOString());
  };

  const describeTrouble = (zone: string): StateFacts['undelivered'] => {
    const { mail, webhook } = getDelivery();
    const words = [
      describeUndelivered('mail', mail, clock.now(), (iso) => formatLocal(iso, zone)),
      describeUndelivered('webhook message', webhook, clock.now(), (iso) => formatLocal(iso, zone)),
    ].filter((text) => text !== null);
    return words.length === 0 ? null : { words: words.join(' '), lost: mail.lost + webhook.lost > 0 };
  };

  const sendDigest = (): void => {
    if (!readSetting(db, 'weeklyDigest') || !isDigestDue(readSetting(db, 'digestAt'), clock.now(), readZone())) return;
    decide(({ now, zone }) => {
      writeSetting(db, 'digestAt', now.toISOString());
      const jobs = listJobs(db).map((job) => ({
        ...{ job, runs: listRuns(db, { jobId: job.id, limit: 1000 }), snapshots: listSnapshots(db, job.id) },
      }));
      const alert = toDigest({ now, zone, jobs, space: parts.readSpace() });
      return { tell: [{ alert, channels: ['mail', 'webhook'], cause: null }], causes: [] };
    });
  };

  const watch = async (): Promise<void> => {
    for (let waitMs = firstLookMs; !isOver(); waitMs = lookEveryMs) {
      const beforeMs = clock.now().getTime();
      await clock.wait(waitMs, signal).catch(() => undefined);
      if (isOver()) return;
      // The end of the computer's sleep: what was missed is caught up first.
      if (clock.now().getTime() - beforeMs > waitMs + gapMs) upSince = clock.now();
      await look().catch((error: unknown) => {
        log.error(`the look at how things stand: ${toAppError(error).message}`);
      });
    }
  };

  /** Asked again after a wait, during which it may have become true. */
  const isOver = (): boolean => signal.aborted;

  return {
    runSettled,
    runChanged: pings.changed,
    look,
    restoreSettled: (restore) => {
      decide(({ open, now }) => {
        const snapshot = restore.snapshotId === null ? null : findSnapshot(db, restore.snapshotId);
        const job = snapshot === null ? null : findJob(db, snapshot.jobId);
        return noticeForRestore({ restore, job, open, now });
      });
    },
    signedOut: (email) => {
      decide(({ open, now }) => noticeForSignedOut(email, open, now));
    },
    signedIn: () => {
      decide(({ open, now }) => noticeForSignedIn(open, now));
    },
    checked: (check, byPerson) => {
      decide(({ open, now }) => noticeForCheck(check, open, now, byPerson));
    },
    folderNews: (news) => {
      decide(() => noticeForFolder(news));
    },
    say: (notice) => {
      decide(() => noticeForServer(notice));
    },
    start: () => {
      upSince = clock.now();
      catchUp();
      outbox.start();
      outbox.wake();
      watching = watch();
    },
    stop: async () => {
      await pings.finish();
      stopping.abort();
      await Promise.all([outbox.stop(), watching, pings.over()]);
    },
    checkMail: async () => {
      const settings = readSetting(db, 'mail');
      if (settings) await delivery.checkMail(settings, signal);
      return { recipients: settings?.recipients ?? [], ...getDelivery().mail };
    },
    isBusy: () => looks > 0 || outbox.isBusy() || pings.isBusy(),
    handlers: createNotificationHandlers({
      ...{ db, vault: parts.vault, clock, delivery, seal, getDelivery, signal },
      onSaved: () => {
        outbox.hasten();
        announceDelivery();
      },
      deliver: async (patienceMs) => {
        await Promise.all([outbox.settle(patienceMs), pings.settle(patienceMs)]);
      },
    }),
  };
}
