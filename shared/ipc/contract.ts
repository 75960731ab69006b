// THE contract: every call and event between window, shell and engine, declared once. Calls are verbs, events are
// participles and carry the whole row. The page sends ids and values, never paths, commands or SQL.
import { z } from 'zod';
import { accountSchema, serviceAccountWishSchema } from '../account.ts';
import { auditEntrySchema, auditFilterSchema, auditVerdictSchema } from '../audit.ts';
import { catalogCheckSchema, catalogProgressSchema, rebuildReportSchema, remoteSetSchema } from '../catalog.ts';
import {
  connectionDraftSchema,
  connectionFileKinds,
  connectionFileSchema,
  connectionReportSchema,
  connectionSchema,
} from '../connection.ts';
import { eraseReportSchema, eraseWishSchema, removedJobSchema } from '../erase.ts';
import { foundServerSchema } from '../found-server.ts';
import { hookCommandSchema, hookKinds, hookWays } from '../job-hooks.ts';
import { jobDraftSchema, jobSchema } from '../job.ts';
import { deliveryStateSchema, notificationPatchSchema, notificationSettingsSchema } from '../notification-settings.ts';
import { placeSchema } from '../place.ts';
import { fileRestoreRequestSchema, pickedFileSchema, restoreRequestSchema, restoreSchema } from '../restore.ts';
import { logLineSchema, runSchema, runTriggers } from '../run.ts';
import { runFilterSchema, runPageSchema, runSearchSchema } from '../run-history.ts';
import {
  checkSchema,
  keySchema,
  kitOutcomeSchema,
  noticeSchema,
  settingsPatchSchema,
  settingsSchema,
} from '../settings.ts';
import { manifestSchema, setFileKinds, snapshotSchema } from '../snapshot.ts';
import { pruneReportSchema, removedSnapshotSchema, retentionPreviewSchema, retentionSchema } from '../retention.ts';
import { monitorSchema } from '../monitor.ts';
import { scheduleSchema } from '../schedule.ts';
import { pauseKinds, schedulePreviewSchema, scheduleStateSchema, slotSchema } from '../slot.ts';
import { spaceSchema } from '../space.ts';
import { tableFactsSchema } from '../table-facts.ts';
import { toolsReportSchema } from '../tools.ts';
import { trayModelSchema } from '../tray-model.ts';
import { call, event, type Client, type Emit, type Handlers } from './define.ts';

const none = z.void();
const startAtLoginSchema = z.object({ enabled: z.boolean() });
const byId = z.object({ id: z.string().min(1) });

export const contract = {
  app: {
    /** Versions for "About". */
    describe: call('shell', none, z.object({ version: z.string(), electron: z.string(), node: z.string() })),
    quit: call('shell', none, none),
    /** Shows a page of the documentation or the Drive folder in the system's browser. */
    openLink: call('shell', z.object({ to: z.enum(['restore-guide', 'google-guide', 'drive-folder']) }), none),
    /** Whether PgKeep starts, without its window, when the person signs in to this computer. */
    getStartAtLogin: call('shell', none, startAtLoginSchema),
    /** Answers what the system made of it. */
    setStartAtLogin: call('shell', startAtLoginSchema, startAtLoginSchema),
    startAtLoginChanged: event('shell', startAtLoginSchema),
    /** The shell asks the window to show a page (a notification or the tray was clicked). */
    navigated: event('shell', placeSchema),
  },
  engine: {
    /** Whether the engine process answers; the window shows a line while it does not. */
    getState: call(
      'shell',
      none,
      z.object({ state: z.enum(['starting', 'ready', 'failed']), reason: z.string().nullable() }),
    ),
    stateChanged: event(
      'shell',
      z.object({ state: z.enum(['starting', 'ready', 'failed']), reason: z.string().nullable() }),
    ),
  },
  connections: {
    list: call('engine', none, z.array(connectionSchema)),
    save: call('engine', connectionDraftSchema, connectionSchema),
    /** Refused with `input/in-use` while a job uses it. */
    remove: call('engine', byId, none),
    /** Connects with the draft (its stored password when none is given) and changes nothing. */
    test: call('engine', connectionDraftSchema, connectionReportSchema),
    /** The tables of one of its databases, by schema and name; 5000 at most. */
    listTables: call(
      'engine',
      z.object({ connectionId: z.string().min(1), database: z.string().min(1) }),
      z.array(tableFactsSchema),
    ),
    /** Asks the person for a certificate or key. Null: the person closed the dialog. */
    chooseFile: call('shell', z.object({ kind: z.enum(connectionFileKinds) }), connectionFileSchema.nullable()),
    /** Gives a file that the person chose in a dialog of the shell the id that a draft names it by. */
    acceptFile: call(
      'engine',
      z.object({ kind: z.enum(connectionFileKinds), path: z.string().min(1) }),
      connectionFileSchema,
      'shell',
    ),
    /** Servers that run here, and those that pg_service.conf and the password file name. Tries no password but libpq's. */
    discover: call('engine', none, z.array(foundServerSchema)),
    /** Asks the person for an .env file and reads the database addresses in it. Null: the person closed the dialog. */
    chooseEnvFile: call('shell', none, z.array(foundServerSchema).nullable()),
    readEnvFile: call('engine', z.object({ path: z.string().min(1) }), z.array(foundServerSchema), 'shell'),
    /** An entry of pg_service.conf. Throws `pg/service-missing`. */
    readService: call('engine', z.object({ service: z.string().min(1) }), foundServerSchema),
  },
  tools: {
    /** PostgreSQL's programs on this computer, and which job uses which. */
    list: call('engine', none, toolsReportSchema),
    /** Asks the person for a folder with the programs. Null: the person closed the dialog. */
    chooseFolder: call('shell', none, toolsReportSchema.nullable()),
    addFolder: call('engine', z.object({ path: z.string().min(1) }), toolsReportSchema, 'shell'),
    removeFolder: call('engine', byId, toolsReportSchema),
  },
  jobs: {
    list: call('engine', none, z.array(jobSchema)),
    save: call('engine', jobDraftSchema, jobSchema),
    /** Removes the job here. Its snapshots on Drive stay. Refused with `run/already-active` during a run. */
    remove: call('engine', byId, none),
    /** Asks the person for a script that runs before or after each backup. Null: the person closed the dialog. */
    chooseHook: call('shell', z.object({ kind: z.enum(hookKinds) }), hookCommandSchema.nullable()),
    /** Gives a command that the person chose, or wrote into a file, the id that a draft names it by. */
    acceptHook: call(
      'engine',
      z.object({ way: z.enum(hookWays), command: z.string().min(1).max(4000) }),
      hookCommandSchema,
      'shell',
    ),
    /**
     * Erases everything of a job: its files on Drive, then what is here. Goes on at the next start when something breaks it off.
     * Refused with `run/already-active` during a backup or restore of it.
     */
    erase: call('engine', eraseWishSchema, eraseReportSchema),
    /** Removed jobs of which something is left, newest first. */
    listRemoved: call('engine', none, z.array(removedJobSchema)),
    changed: event('engine', z.array(jobSchema)),
  },
  runs: {
    /** Newest first. */
    list: call(
      'engine',
      z.object({ jobId: z.string().nullable(), limit: z.number().int().min(1).max(1000) }),
      z.array(runSchema),
    ),
    /** Puts a run into the queue; answers the one that is already active for the job. */
    start: call(
      'engine',
      z.object({
        jobId: z.string().min(1),
        trigger: z.enum(runTriggers).default('user'),
        /** Of a job of a whole server: only this one. */
        database: z.string().min(1).nullable().default(null),
      }),
      runSchema,
    ),
    cancel: call('engine', byId, none),
    /** The machine woke up or has a network again: runs that wait for Drive are tried now. */
    wake: call('engine', none, none, 'shell'),
    /** One page of the history, newest first. */
    search: call('engine', runSearchSchema, runPageSchema),
    /** Throws `input/not-found`. */
    get: call('engine', byId, runSchema),
    /** The newest of each job and database, newest first: what a glance needs. */
    listRecent: call('engine', none, z.array(runSchema)),
    /** Bounded: a line says so where lines were left out. */
    getLog: call('engine', byId, z.array(logLineSchema)),
    /** Asks the person where, then writes every run that matches as CSV. Null: the person closed the dialog. */
    export: call('shell', runFilterSchema, z.object({ runs: z.number() }).nullable()),
    writeFile: call(
      'engine',
      runFilterSchema.extend({ path: z.string().min(1) }),
      z.object({ runs: z.number() }),
      'shell',
    ),
    /** Asks the person where, then writes the log as text. Null: the person closed the dialog. */
    saveLog: call('shell', byId, z.object({ lines: z.number() }).nullable()),
    writeLog: call('engine', byId.extend({ path: z.string().min(1) }), z.object({ lines: z.number() }), 'shell'),
    /** The run when the job's command after it has ended. */
    awaitHooks: call('engine', byId, runSchema, 'shell'),
    /** A new or changed run; at most 4 a second for one that makes progress. */
    changed: event('engine', runSchema),
  },
  schedule: {
    /** The next start of each job, and whether a person has paused them all. */
    get: call('engine', none, scheduleStateSchema),
    changed: event('engine', scheduleStateSchema),
    /** Nothing starts by itself for an hour, until tomorrow, or until `resume`. */
    pause: call('engine', z.object({ kind: z.enum(pauseKinds) }), scheduleStateSchema),
    resume: call('engine', none, scheduleStateSchema),
    /** The next dates of a schedule before it is stored. Refused with `input/invalid` that says what is wrong. */
    preview: call(
      'engine',
      z.object({ schedule: scheduleSchema, count: z.number().int().min(1).max(50) }),
      schedulePreviewSchema,
    ),
    /** What became of the times that have come, newest first. */
    listSlots: call(
      'engine',
      z.object({ jobId: z.string().nullable(), limit: z.number().int().min(1).max(1000) }),
      z.array(slotSchema),
    ),
    /** The system is about to sleep, or has woken up. */
    noteSleep: call('engine', z.object({ phase: z.enum(['suspend', 'resume']) }), none, 'shell'),
  },
  snapshots: {
    /** Newest first. */
    list: call('engine', z.object({ jobId: z.string().nullable() }), z.array(snapshotSchema)),
    /** Downloads and decrypts the manifest. */
    getManifest: call('engine', byId, manifestSchema),
    /** Downloads one file of the set to a path, encrypted as it lies on Drive or opened. Answers the bytes written. */
    writeFile: call(
      'engine',
      z.object({ id: z.string().min(1), kind: z.enum(setFileKinds), path: z.string().min(1), decrypt: z.boolean() }),
      z.object({ bytes: z.number() }),
      'shell',
    ),
    /** Protects it, or no longer. True here at once; Drive is told now or when it is back (`pinPending`). */
    setPinned: call('engine', z.object({ id: z.string().min(1), pinned: z.boolean() }), snapshotSchema),
    /**
     * Brings all its files into Drive's trash. Refused with `retention/pinned`, `retention/in-use`, and with
     * `retention/last-good` unless the person has said that the newest good one may go.
     */
    remove: call(
      'engine',
      z.object({ id: z.string().min(1), lastGood: z.boolean().default(false) }),
      removedSnapshotSchema,
    ),
    changed: event('engine', snapshotSchema),
  },
  retention: {
    /**
     * What rules do to the snapshots of a job, or of all, without doing it. Without rules: the job's own; without a schedule,
     * too.
     */
    preview: call(
      'engine',
      z.object({
        jobId: z.string().min(1).nullable(),
        retention: retentionSchema.nullable().default(null),
        schedule: scheduleSchema.nullable().default(null),
      }),
      retentionPreviewSchema,
    ),
    /** Lets the rules of a job, or of all, work now. */
    prune: call('engine', z.object({ jobId: z.string().min(1).nullable() }), pruneReportSchema),
    /** What was removed, last first: history. */
    listRemoved: call(
      'engine',
      z.object({ jobId: z.string().min(1).nullable(), limit: z.number().int().min(1).max(1000) }),
      z.array(removedSnapshotSchema),
    ),
    /** A snapshot has left the list: all of it lies in Drive's trash. */
    removed: event('engine', removedSnapshotSchema),
  },
  catalog: {
    /** Lists what lies on Drive by its properties and changes nothing. Newest first. */
    listRemote: call('engine', none, z.array(remoteSetSchema)),
    /** Brings jobs, snapshots and pins back from Drive. Doing it twice changes nothing more. */
    rebuild: call('engine', none, rebuildReportSchema),
    /** How far a rebuild is. */
    progressed: event('engine', catalogProgressSchema),
    /** Compares the list with Drive. Refused with `drive/other-account`. */
    check: call('engine', none, catalogCheckSchema),
    /** What the last comparison found; null before the first one. */
    getCheck: call('engine', none, catalogCheckSchema.nullable()),
    checked: event('engine', catalogCheckSchema),
    /** Takes a snapshot's files out of Drive's trash. */
    untrash: call('engine', byId, snapshotSchema),
  },
  monitor: {
    /** When each job's next good backup has to be there. */
    get: call('engine', none, monitorSchema),
    changed: event('engine', monitorSchema),
  },
  space: {
    /** How full Drive is, and when it will be full. */
    get: call('engine', none, spaceSchema),
    changed: event('engine', spaceSchema),
  },
  restores: {
    /** Newest first. */
    list: call('engine', z.object({ limit: z.number().int().min(1).max(1000) }), z.array(restoreSchema)),
    start: call('engine', restoreRequestSchema, restoreSchema),
    /** Restores into a scratch database of the job's server, compares, drops it. */
    startDrill: call('engine', z.object({ snapshotId: z.string().min(1) }), restoreSchema),
    /** Asks the person for a backup file, and opens it so far that a wrong one is told. Null: the dialog was closed. */
    openFile: call('shell', none, pickedFileSchema.nullable()),
    /** The files that the person picked in a dialog of the shell: a dump, perhaps its manifest. */
    readFile: call('engine', z.object({ paths: z.array(z.string().min(1)).min(1) }), pickedFileSchema, 'shell'),
    startFromFile: call('engine', fileRestoreRequestSchema, restoreSchema),
    cancel: call('engine', byId, none),
    changed: event('engine', restoreSchema),
  },
  account: {
    get: call('engine', none, accountSchema),
    /** Looks at Google now: space, folder, and whether the sign-in still counts. Never rejects: `problem` has the reason. */
    refresh: call('engine', none, accountSchema),
    /** Opens the system's browser; answers when the person is back, or rejects. */
    signIn: call('engine', none, accountSchema),
    cancelSignIn: call('engine', none, none),
    /** Opens the page of the sign-in that is under way once more. */
    openSignInAgain: call('engine', none, none),
    /** The page's address, to be opened in another browser of this computer; null when no sign-in is under way. */
    getSignInLink: call('engine', none, z.object({ url: z.string().nullable() })),
    /** Forgets the tokens on this machine. Never revokes at Google: that would hide the backups from this app. */
    signOut: call('engine', none, accountSchema),
    /** Lets another account take the place of this one. Refused with `input/in-use` while there are backups of this one. */
    forget: call('engine', none, accountSchema),
    /** Asks the person for the JSON file of an OAuth client, then uses it. Null: the person closed the dialog. */
    chooseClientFile: call('shell', none, accountSchema.nullable()),
    useClientFile: call('engine', z.object({ path: z.string().min(1) }), accountSchema, 'shell'),
    /** Asks the person for the key file of a service account, then signs in with it. Null: the person closed the dialog. */
    chooseServiceAccountFile: call('shell', serviceAccountWishSchema, accountSchema.nullable()),
    useServiceAccountFile: call(
      'engine',
      serviceAccountWishSchema.extend({ path: z.string().min(1) }),
      accountSchema,
      'shell',
    ),
    /** Where new backups go, by address or id; null: the top of My Drive. Backups made so far stay where they are. */
    setFolder: call('engine', z.object({ reference: z.string().trim().max(500).nullable() }), accountSchema),
    /** The same, chosen by the person on Google's own page. */
    pickFolder: call('engine', none, accountSchema),
    changed: event('engine', accountSchema),
    /** The engine wants this address in the system's browser. For the shell. */
    browserWanted: event('engine', z.object({ url: z.string() })),
  },
  keys: {
    get: call('engine', none, keySchema),
    /** Asks the person where, then writes the recovery kit. Null: the person closed the dialog. */
    saveKit: call('shell', none, keySchema.nullable()),
    /** Writes the kit (mode 600) to a path the person chose in a dialog of the shell. */
    writeKit: call('engine', z.object({ path: z.string().min(1) }), keySchema, 'shell'),
    /** Asks the person for a recovery kit and reads it. Null: the person closed the dialog. */
    openKit: call('shell', none, kitOutcomeSchema.nullable()),
    /** Takes the key of a kit that the person chose in a dialog of the shell. */
    readKit: call('engine', z.object({ path: z.string().min(1) }), kitOutcomeSchema, 'shell'),
    changed: event('engine', keySchema),
  },
  settings: {
    get: call('engine', none, settingsSchema),
    save: call('engine', settingsPatchSchema, settingsSchema),
  },
  notifications: {
    /** What is told, when and where. Secrets are never in it. */
    get: call('engine', none, notificationSettingsSchema),
    save: call('engine', notificationPatchSchema, notificationSettingsSchema),
    /** Sends a mail with these settings, stored or not, and answers when the server has taken it. Rejects with `mail/…`. */
    testMail: call('engine', notificationPatchSchema, z.object({ recipients: z.array(z.string()) })),
    /** Posts a message with these settings. Rejects with `webhook/…`. */
    testWebhook: call('engine', notificationPatchSchema, none),
    /** Whether mails and webhook messages arrive. */
    getDelivery: call('engine', none, deliveryStateSchema),
    deliveryChanged: event('engine', deliveryStateSchema),
    /** Tries now to bring what waits, for so long at most. For a command that is about to end. */
    deliver: call('engine', z.object({ patienceMs: z.number().int().min(0) }), deliveryStateSchema, 'shell'),
  },
  audit: {
    /** Newest first. */
    list: call('engine', auditFilterSchema, z.array(auditEntrySchema)),
    /** Reads the whole chain; with Drive, also what the newest backups have noted of it. */
    verify: call('engine', z.object({ withDrive: z.boolean() }), auditVerdictSchema),
    /** Asks the person where, then writes every entry. Null: the person closed the dialog. */
    export: call('shell', none, z.object({ entries: z.number() }).nullable()),
    /** Writes every entry, one JSON object a line, to a path the person chose in a dialog of the shell. */
    writeFile: call('engine', z.object({ path: z.string().min(1) }), z.object({ entries: z.number() }), 'shell'),
    appended: event('engine', auditEntrySchema),
  },
  checks: {
    /** The check-up of tools, servers, Drive, key and disk. */
    run: call('engine', none, z.array(checkSchema)),
  },
  tray: {
    get: call('engine', none, trayModelSchema, 'shell'),
    changed: event('engine', trayModelSchema),
  },
  notices: {
    raised: event('engine', noticeSchema),
  },
} as const;

export type PgKeepContract = typeof contract;
export type PgKeepClient = Client<PgKeepContract>;
export type EngineHandlers = Handlers<PgKeepContract, 'engine'>;
export type ShellHandlers = Handlers<PgKeepContract, 'shell'>;
export type PgKeepEmit = Emit<PgKeepContract>;
