// Which calls are acts for the audit log, and what is noted of each. A new call of the contract must be decided on here.
import type { AuditAct, AuditNote } from '../../../shared/audit.ts';
import type { RestoreRequest } from '../../../shared/restore.ts';
import { findConnection } from '../store/connections.ts';
import type { Db } from '../store/database.ts';
import { findJob } from '../store/jobs.ts';
import { readSnapshotRow } from '../store/snapshots.ts';
import { listChanges, listSecrets } from './changes.ts';
import type { AuditedCalls } from './watch-calls.ts';

export const auditedCalls: AuditedCalls = {
  connections: {
    list: null,
    save: (db, draft) => {
      const old = draft.id === undefined ? null : findConnection(db, draft.id);
      return (row) => ({
        act: old ? 'connection.changed' : 'connection.added',
        subject: draft.name,
        details: { ...(row ? listChanges(old, row) : {}), ...listSecrets(draft) },
      });
    },
    remove: (db, { id }) => noteOf('connection.removed', findConnection(db, id)?.name ?? id),
    test: null,
    listTables: null,
    acceptFile: null,
    discover: null,
    readEnvFile: null,
    readService: null,
  },
  tools: {
    list: null,
    addFolder: (_db, { path }) => noteOf('settings.changed', `PostgreSQL programs: ${path} added`),
    removeFolder: () => noteOf('settings.changed', 'PostgreSQL programs: a folder removed'),
  },
  jobs: {
    list: null,
    save: (db, draft) => {
      const old = draft.id === undefined ? null : findJob(db, draft.id);
      return (row) => ({
        act: old ? 'job.changed' : 'job.added',
        subject: draft.name,
        details: row ? listChanges(old, row) : {},
      });
    },
    remove: (db, { id }) => noteOf('job.removed', findJob(db, id)?.name ?? id),
    // Noted with the job that it is saved in.
    acceptHook: null,
    // Noted when it is done, also by a later start.
    erase: null,
    listRemoved: null,
  },
  runs: {
    list: null,
    start: (db, { jobId }) => noteOf('backup.asked', findJob(db, jobId)?.name ?? jobId),
    // The end of the run is noted.
    cancel: null,
    wake: null,
    search: null,
    get: null,
    listRecent: null,
    getLog: null,
    writeFile: null,
    writeLog: null,
    awaitHooks: null,
  },
  schedule: {
    get: null,
    pause: (_db, { kind }) => noteOf('settings.changed', `schedules: paused (${kind})`),
    resume: () => noteOf('settings.changed', 'schedules: resumed'),
    preview: null,
    listSlots: null,
    noteSleep: null,
  },
  snapshots: {
    list: null,
    getManifest: null,
    writeFile: (db, { id, kind, path, decrypt }) =>
      snapshotNote(db, id, decrypt ? 'snapshot.opened' : 'snapshot.downloaded', { part: kind, file: path }),
    setPinned: (db, { id, pinned }) => snapshotNote(db, id, pinned ? 'snapshot.pinned' : 'snapshot.unpinned'),
    // Its own note is written in the transaction that makes the snapshot history; here only what was refused.
    remove: (db, { id }) => {
      const refused = snapshotNote(db, id, 'snapshot.removed');
      return (row) => (row === null ? refused() : null);
    },
  },
  retention: {
    preview: null,
    // Each snapshot that goes has its own note.
    prune: null,
    listRemoved: null,
  },
  catalog: {
    listRemote: null,
    rebuild: () => (report) => ({
      act: 'catalog.rebuilt',
      subject: '',
      details: report ? { sets: report.sets } : {},
    }),
    check: null,
    getCheck: null,
    untrash: (db, { id }) => snapshotNote(db, id, 'snapshot.untrashed'),
  },
  monitor: { get: null },
  space: { get: null },
  restores: {
    list: null,
    start: (db, request) => snapshotNote(db, request.snapshotId, 'restore.started', toWhere(db, request)),
    readFile: null,
    startFromFile: (db, request) => (restore) => ({
      act: 'restore.started',
      subject: restore?.fileName ?? 'a file',
      details: toWhere(db, request),
    }),
    startDrill: (db, { snapshotId }) => snapshotNote(db, snapshotId, 'drill.started'),
    cancel: null,
  },
  account: {
    get: null,
    refresh: null,
    signIn: () => (account) => ({ act: 'account.signed-in', subject: account?.email ?? '' }),
    cancelSignIn: null,
    openSignInAgain: null,
    getSignInLink: null,
    signOut: () => (account) => ({ act: 'account.signed-out', subject: account?.email ?? '' }),
    forget: () => () => ({ act: 'account.signed-out', subject: '', details: { forgotten: true } }),
    useClientFile: () => (account) => ({
      act: 'account.changed',
      subject: account?.email ?? '',
      details: { client: 'own OAuth client from a file' },
    }),
    useServiceAccountFile: () => (account) => ({
      act: 'account.signed-in',
      subject: account?.email ?? '',
      details: { kind: 'service account' },
    }),
    setFolder: () => (account) => folderNote(account),
    pickFolder: () => (account) => folderNote(account),
  },
  keys: {
    get: null,
    writeKit:
      (_, { path }) =>
      () => ({ act: 'key.kit-saved', subject: '', details: { file: path } }),
    readKit: () => (outcome) => ({
      act: 'key.kit-opened',
      subject: '',
      details: outcome ? { use: outcome.use } : {},
    }),
  },
  settings: {
    get: null,
    save: (_, patch) => () => ({
      act: 'settings.changed',
      subject: '',
      details: { ...listChanges(null, withoutSecrets(patch)), ...listSecrets(patch) },
    }),
  },
  notifications: {
    get: null,
    save: (_, patch) => () => {
      const mail = patch.mail ? { ...patch.mail, ca: patch.mail.ca === '' ? '' : 'own' } : patch.mail;
      const form = withoutSecrets({ ...patch, ...(mail === undefined ? {} : { mail }) });
      const details = { ...listChanges(null, form), ...listSecrets(patch) };
      return { act: 'settings.changed', subject: 'notifications', details };
    },
    testMail: null,
    testWebhook: null,
    getDelivery: null,
    deliver: null,
  },
  // Its own note is written by the desk, with how much was exported.
  audit: { list: null, verify: null, writeFile: null },
  checks: { run: null },
  tray: { get: null },
};

function noteOf(act: AuditAct, subject: string): () => AuditNote {
  return () => ({ act, subject });
}

function snapshotNote(db: Db, id: string, act: AuditAct, details: AuditNote['details'] = {}): () => AuditNote {
  const subject = readSnapshotRow(db, id)?.baseName ?? id;
  return () => ({ act, subject, snapshotId: id, details });
}

function folderNote(
  account: { readonly email: string | null; readonly folder: { readonly name: string } | null } | null,
): AuditNote {
  return {
    act: 'account.changed',
    subject: account?.email ?? '',
    details: { folder: account?.folder?.name ?? 'chosen at the next backup' },
  };
}

function toWhere(
  db: Db,
  request: Pick<RestoreRequest, 'connectionId' | 'database' | 'replace' | 'tables' | 'withoutOwners'>,
): NonNullable<AuditNote['details']> {
  const server = request.connectionId === null ? null : findConnection(db, request.connectionId);
  return {
    database: request.database,
    server: server?.name ?? null,
    replaces: request.replace ? true : null,
    tables: request.tables.length === 0 ? null : request.tables.length,
  };
}

function withoutSecrets(form: object): object {
  return Object.fromEntries(Object.entries(form).filter(([name]) => !/password|passphrase|secret/i.test(name)));
}
