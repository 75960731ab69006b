// The steps of the SQLite schema; `user_version` counts how many a file has. A step that was released never changes.

export const migrations: readonly string[] = [
  `
  create table connections (
    id text primary key,
    name text not null,
    host text not null,
    port integer not null,
    user text not null,
    database text not null,
    ssl_mode text not null,
    has_password integer not null,
    created_at text not null
  ) strict;

  create table jobs (
    id text primary key,
    name text not null,
    connection_id text not null references connections (id),
    database text not null,
    -- The job's folder on Drive, saved before it is made there.
    folder_id text,
    created_at text not null,
    -- A removed job stays for the sake of its snapshots.
    removed_at text
  ) strict;

  create table runs (
    id text primary key,
    job_id text not null references jobs (id),
    trigger text not null,
    state text not null,
    stage text,
    created_at text not null,
    started_at text,
    ended_at text,
    error text,
    warnings text not null,
    snapshot_id text,
    -- What the dump left, as JSON, from the moment that its files are whole in the spool. With it a run can be resumed.
    dumped text
  ) strict;
  create index runs_by_job on runs (job_id, created_at);
  create index runs_by_state on runs (state);

  create table run_log (
    id integer primary key,
    run_id text not null references runs (id) on delete cascade,
    at text not null,
    level text not null,
    message text not null
  ) strict;
  create index run_log_by_run on run_log (run_id, id);

  -- One row a file of a set on its way to Drive. The session's address is a secret and lies in the vault.
  create table uploads (
    run_id text not null references runs (id) on delete cascade,
    kind text not null,
    name text not null,
    folder_id text not null,
    file_id text not null,
    has_session integer not null,
    session_started_at text,
    confirmed_bytes integer not null,
    done integer not null,
    primary key (run_id, kind)
  ) strict;

  create table snapshots (
    id text primary key,
    job_id text not null references jobs (id),
    run_id text not null,
    database text not null,
    base_name text not null,
    created_at text not null,
    server_version text not null,
    compression text not null,
    dump_bytes integer not null,
    stored_bytes integer not null,
    tables integer,
    rows integer,
    files text not null,
    pinned integer not null,
    verified_at text
  ) strict;
  create index snapshots_by_job on snapshots (job_id, created_at);

  create table restores (
    id text primary key,
    kind text not null,
    snapshot_id text not null references snapshots (id),
    connection_id text not null references connections (id),
    database text not null,
    -- The database of ours that is filled first; null when it is gone or has got its final name.
    scratch text,
    state text not null,
    stage text,
    started_at text not null,
    ended_at text,
    report text,
    error text
  ) strict;

  create table settings (
    key text primary key,
    value text not null
  ) strict;
  `,
  // Jobs and snapshots that were found on Drive: a job without a connection, a restore from a file, what the last look into
  // Drive said of each snapshot, and how full Drive was.
  `
  alter table jobs add column server_id text references connections (id);
  update jobs set server_id = connection_id;
  alter table jobs drop column connection_id;
  -- Null until a person says which server a job from Drive belongs to.
  alter table jobs rename column server_id to connection_id;

  alter table restores add column source_id text references snapshots (id);
  update restores set source_id = snapshot_id;
  alter table restores drop column snapshot_id;
  -- Null for a restore from a file, which then has its name.
  alter table restores rename column source_id to snapshot_id;
  alter table restores add column file_name text;

  -- 1 while Drive does not know the pin, or its removal.
  alter table snapshots add column pin_pending integer not null default 0;
  alter table snapshots add column presence text not null default 'ok';
  alter table snapshots add column checked_at text;

  create table space_points (
    -- Day in UTC.
    day text primary key,
    at text not null,
    usage_bytes integer not null,
    limit_bytes integer,
    trash_bytes integer not null,
    own_bytes integer not null
  ) strict;
  `,
  // A job's choices of how it is dumped, and what each dump is: an archive or SQL text.
  `
  -- JSON; null: the usual.
  alter table jobs add column dump text;
  alter table snapshots add column dump_format text not null default 'custom';
  `,
  // Which old backups stay, and what became of those that do not.
  `
  -- JSON; null, as for every job from before: everything stays until a person says otherwise.
  alter table jobs add column retention text;
  -- JSON: when a removal began, and why; null: never.
  alter table snapshots add column removal text;
  -- When Drive had taken all files into its trash: the row is history then.
  alter table snapshots add column removed_at text;
  create index snapshots_by_removal on snapshots (removed_at);
  `,
  // Schedules: when a job runs, up to when its times were dealt with, and what became of each. Why a run was started, and its
  // tries at a server that cannot be reached.
  `
  -- JSON; null: by hand only.
  alter table jobs add column schedule text;
  alter table jobs add column schedule_seen_at text;

  alter table runs add column reason text;
  alter table runs add column attempts integer not null default 0;
  alter table runs add column next_try_at text;

  create table slots (
    id integer primary key,
    job_id text not null references jobs (id),
    due text not null,
    first_due text not null,
    count integer not null,
    outcome text not null,
    reason text not null,
    run_id text,
    recorded_at text not null,
    unique (job_id, due)
  ) strict;
  create index slots_by_run on slots (run_id);
  `,
  // What is told of: one row a cause, open until it is over; and the messages on their way out, without any secret.
  `
  create table causes (
    cause text primary key,
    kind text not null,
    -- JSON: what it concerns, each as <job id>/<database>, a job id, or nothing.
    members text not null,
    first_seen_at text not null,
    last_told_at text,
    tellings integer not null,
    -- What was told last, where the same cause can have several states.
    detail text not null,
    resolved_at text,
    -- The id of the first message about it.
    thread text
  ) strict;

  create table outbox (
    number integer primary key,
    id text not null,
    channel text not null,
    state text not null,
    created_at text not null,
    next_try_at text not null,
    tries integer not null,
    payload text not null,
    error text,
    settled_at text,
    unique (id, channel)
  ) strict;
  create index outbox_by_state on outbox (state, channel, number);

  -- JSON: what the job tells others; null: nothing.
  alter table jobs add column alerts text;
  `,
  // Jobs of a whole server have no database of their own; each of their runs names one, and what one start began belongs
  // together. What a job takes, and what a snapshot lacks because of it.
  `
  alter table jobs add column database_name text;
  update jobs set database_name = database;
  alter table jobs drop column database;
  alter table jobs rename column database_name to database;
  alter table jobs add column scope text not null default 'database';

  -- Null until a run of a whole server knows which database is its own.
  alter table runs add column database text;
  update runs set database = (select database from jobs where jobs.id = runs.job_id);
  alter table runs add column group_id text;

  alter table snapshots add column left_out text;
  `,
  // Who did what, chained by hashes (store/audit.ts). Entries are only added.
  `
  create table audit (
    seq integer primary key autoincrement,
    at text not null,
    act text not null,
    user text not null,
    machine text not null,
    version text not null,
    way text not null,
    subject text not null,
    snapshot_id text,
    outcome text not null,
    details text not null,
    hash text not null
  ) strict;
  create trigger audit_no_update before update on audit begin select raise(abort, 'the audit log is only added to'); end;
  create trigger audit_no_delete before delete on audit begin select raise(abort, 'the audit log is only added to'); end;
  `,
  // Certificates, SSH tunnel and waiting time of a connection; what its server said of itself last.
  `
  alter table connections add column options text not null default '{}';
  alter table connections add column seen text;
  `,
  // Lists of many runs and snapshots by index alone: by time, and by each thing they are filtered by; the newest of each database.
  `
  create index runs_by_time on runs (created_at);
  drop index runs_by_state;
  create index runs_by_state on runs (state, created_at);
  create index runs_by_trigger on runs (trigger, created_at);
  create index runs_by_database on runs (database, created_at);
  create index runs_by_job_state on runs (job_id, state, created_at);
  create index runs_by_job_database on runs (job_id, ifnull(database, ''), created_at);
  create index snapshots_by_time on snapshots (created_at);
  create index snapshots_by_job_database on snapshots (job_id, database, created_at);
  `,
  // Logs that do not grow for ever: how many lines a run wrote, and how many of them are gone.
  `
  alter table runs add column log_lines integer not null default 0;
  alter table runs add column log_left_out integer not null default 0;
  update runs set log_lines = (select count(*) from run_log where run_id = runs.id);
  create index runs_by_end on runs (ended_at);
  create index runs_with_log on runs (created_at) where log_lines > log_left_out;
  `,
  // Commands before and after a run, and which of them have begun for a run.
  `
  -- JSON; null: none.
  alter table jobs add column hooks text;

  create table run_hooks (
    run_id text not null references runs (id) on delete cascade,
    kind text not null,
    state text not null,
    primary key (run_id, kind)
  ) strict;
  `,
  // What a new backup is compared with: how long a run took that did not wait, and the tables that had many rows.
  `
  alter table runs add column plain_ms integer;

  create table filled_tables (
    job_id text not null,
    database text not null,
    -- JSON: name, rows and times of each table.
    tables text not null,
    primary key (job_id, database)
  ) strict;
  `,
];
