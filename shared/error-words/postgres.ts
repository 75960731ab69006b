// Words for failures at the PostgreSQL server and of its programs.
import type { ErrorCode } from '../errors.ts';
import { said, type Explain } from './words.ts';

type PostgresCode = Extract<ErrorCode, `pg/${string}`>;

export const postgresWords: Readonly<Record<PostgresCode, Explain>> = {
  'pg/host-not-found': (facts) => ({
    title: 'The server’s name is not known',
    happened: `No address was found for ${facts.text('host', 'the host name of the connection')}.`,
    toDo: 'Check the host name for a typing mistake, and that this computer is online or in the VPN it needs.',
    action: 'open-connections',
  }),
  'pg/connection-refused': (facts) => ({
    title: 'No PostgreSQL server answers',
    happened: `Nothing accepts connections at ${facts.server()}.`,
    toDo: 'Start the server, or correct the host and port. On another computer, its firewall and listen_addresses must allow this one.',
    action: 'open-connections',
  }),
  'pg/auth-failed': (facts) => ({
    title: 'User name or password not accepted',
    happened: `PostgreSQL at ${facts.server()} refused user ${facts.text('user', 'of the connection')}.`,
    toDo: `Enter the password again in the connection and test it.${facts.phrase('hint', ' %.')}`,
    action: 'open-connections',
  }),
  'pg/database-missing': (facts) => ({
    title: 'The database is not there',
    happened: `${facts.server()} has no database ${facts.text('database', 'of that name')}.`,
    toDo: 'Pick the database again from the server’s list. It may have been renamed or removed.',
  }),
  'pg/permission-denied': (facts) => ({
    title: 'A right is missing in the database',
    happened: `User ${facts.text('user', 'of the connection')} may not read ${facts.text(['object', 'table'], 'part')} of the database${facts.phrase('database', ' %')}${facts.phrase('count', ' (% missing in all)')}, so the copy would not be whole.`,
    toDo: `Have an administrator run:
${facts.text('grant', 'GRANT pg_read_all_data TO the user; (PostgreSQL 14 and later)')}`,
    action: 'open-connections',
  }),
  'pg/ssl-failed': (facts) => ({
    title: 'No secure connection to the server',
    happened: `The encrypted connection to ${facts.server()} did not come about.${said(facts, 'It')}`,
    toDo: 'Choose another SSL mode in the connection, or correct the server’s certificate.',
    action: 'open-connections',
  }),
  'pg/too-many-connections': (facts) => ({
    title: 'The server has no free connection',
    happened: `${facts.server()} has reached its limit of connections.`,
    toDo: 'Try again when fewer programs use the server, or raise max_connections there.',
    action: 'retry',
  }),
  'pg/server-starting': (facts) => ({
    title: 'The server is not ready yet',
    happened: `PostgreSQL at ${facts.server()} is starting, stopping or recovering.`,
    toDo: 'Wait a minute and try again.',
    action: 'retry',
  }),
  'pg/server-gone': (facts) => ({
    title: 'The server went away',
    happened: `The connection to ${facts.server()} broke before the work was done. Nothing incomplete was kept.`,
    toDo: 'Check that the server runs and the network is stable, then try again.',
    action: 'retry',
  }),
  'pg/timeout': (facts) => ({
    title: 'The server does not answer in time',
    happened: `${facts.server()} gave no answer${facts.phrase('seconds', ' within % s')}.`,
    toDo: 'Check host, port, firewall and VPN, then try again.',
    action: 'retry',
  }),
  'pg/tool-missing': (facts) => ({
    title: 'A PostgreSQL program is missing',
    happened: `${facts.text('tool', 'pg_dump')} was not found on this computer.`,
    toDo: `Install PostgreSQL’s client programs${facts.phrase(['serverMajor', 'serverVersion'], ', version % or newer')}${facts.phrase('install', ': %')}. The check-up shows when they are found.`,
    action: 'open-checks',
  }),
  'pg/tool-too-old': (facts) => ({
    title: 'PostgreSQL’s programs are too old here',
    happened: `The server is version ${facts.text(['serverVersion', 'serverMajor'], 'newer')}, ${facts.text('tool', 'pg_dump')} on this computer is ${facts.text(['toolVersion', 'toolMajor'], 'older')}. An older program cannot copy a newer server.`,
    toDo: `Install PostgreSQL’s client programs${facts.phrase(['serverMajor', 'serverVersion'], ', version % or newer')}${facts.phrase('install', ': %')}.`,
    action: 'open-checks',
  }),
  'pg/tool-killed': (facts) => ({
    title: 'A PostgreSQL program was ended from outside',
    happened: `${facts.text('tool', 'pg_dump')} was ended${facts.phrase('signal', ' (%)')} by another program, or by the system for want of memory. Nothing incomplete was kept.`,
    toDo: 'Look whether this computer is short of memory, then try again.',
    action: 'retry',
  }),
  'pg/dump-failed': (facts) => ({
    title: 'pg_dump could not copy the database',
    happened: `pg_dump stopped before the copy was whole; nothing was kept on Drive.${said(facts, 'It')}`,
    toDo: 'Read the end of the run’s log, mend the cause and run the job again.',
    action: 'retry',
  }),
  'pg/structure-changed': (facts) => ({
    title: 'The database was rebuilt while it was read',
    happened: `A table or another object that pg_dump had listed was gone when its turn came. Nothing incomplete was kept.${said(facts, 'The server')}`,
    toDo: 'Try again when no migration is at work.',
    action: 'retry',
  }),
  'pg/cancelled-at-server': (facts) => ({
    title: 'The dump was cancelled at the server',
    happened: `Somebody, or a rule that ends long statements, cancelled it at ${facts.server()}. Nothing incomplete was kept.`,
    toDo: 'Ask who looks after the server to let the dump run, or choose a quieter time for the job.',
    action: 'retry',
  }),
  'pg/too-many-locks': (facts) => ({
    title: 'The server cannot lock so many tables',
    happened: `${facts.text('tool', 'pg_dump')} needs a lock on every table, and ${facts.server()} has no room for so many.`,
    toDo: 'Have an administrator raise max_locks_per_transaction in postgresql.conf, to 1024 for example, and restart the server.',
    action: 'retry',
  }),
  'pg/data-damaged': (facts) => ({
    title: 'The server’s data is damaged',
    happened: `${facts.server()} cannot read a part of ${facts.text('database', 'the database')}. Nothing incomplete was kept.${said(facts, 'It')}`,
    toDo: 'Pin the newest good snapshot now, so that it stays. Then have an administrator look at the server’s disk and log before anything is mended there.',
  }),
  'pg/restore-failed': (facts) => ({
    title: 'The restore stopped',
    happened: `pg_restore did not finish. The snapshot on Drive is unchanged.${said(facts, 'It')}`,
    toDo: 'Mend the cause and restore again. The snapshot can also be opened by hand with standard programs.',
    action: 'open-restore-guide',
  }),
  'pg/role-missing': (facts) => ({
    title: 'A role is missing on the target server',
    happened: `The snapshot names ${facts.phrase('role', 'role %') || 'a role'}, which this server does not have.`,
    toDo: 'Create the role there, or restore without owners and rights.',
  }),
  'pg/extension-missing': (facts) => ({
    title: 'An extension is missing on the target server',
    happened: `The database needs ${facts.phrase('extension', 'extension %') || 'an extension'}, which this server does not offer.`,
    toDo: 'Install the extension’s package on the server, or restore to a server that has it.',
  }),
  'pg/create-database-denied': (facts) => ({
    title: 'No right to create a database',
    happened: `User ${facts.text('user', 'of the connection')} may not create a database on ${facts.server()}.`,
    toDo: 'Use a user with the CREATEDB right, or have an administrator grant it: ALTER ROLE … CREATEDB.',
    action: 'open-connections',
  }),
  'pg/database-exists': (facts) => ({
    title: 'That database exists already',
    happened: `${facts.server()} already has a database ${facts.text('database', 'of that name')}. It was not touched.`,
    toDo: 'Choose another name for the restored database.',
  }),
  'pg/no-databases': (facts) => ({
    title: 'No database to back up',
    happened: `${facts.server()} has no database that ${facts.text('job', 'the job')} takes: all are left out, or do not allow a connection.`,
    toDo: 'Look at what the job leaves out, and at the rights of its user.',
    action: 'open-jobs',
  }),
  'pg/lock-timeout': (facts) => ({
    title: 'A table stayed locked for too long',
    happened: `The backup waited ${facts.plural('seconds', 'second', 'seconds', 'long')} for ${facts.text('table', 'a table')}, which ${facts.text('holder', 'another program')} held. It gave up so that nobody has to queue behind it; nothing was kept on Drive.`,
    toDo: 'End what holds the table (a migration, a forgotten transaction), or back up at another time. How long a backup waits is set in the job, under Advanced.',
    action: 'retry',
  }),
  'pg/statement-timeout': (facts) => ({
    title: 'A table took longer than the job allows',
    happened: `Reading ${facts.text('table', 'a table')} took more than the ${facts.plural('seconds', 'second', 'seconds', 'time')} that the job allows for one statement. The dump was stopped; nothing was kept on Drive.`,
    toDo: 'Raise the limit in the job, under Advanced, or leave out the rows of that table.',
    action: 'open-jobs',
  }),
  'pg/recovery-conflict': (facts) => ({
    title: 'The standby stopped the backup',
    happened: `${facts.server()} is a standby. It had to apply changes of its primary that the backup stood in the way of, and ended the backup.`,
    toDo: 'Set max_standby_streaming_delay (and max_standby_archive_delay) there to more than a backup takes, or hot_standby_feedback to on. Or back up at a quieter time, or from the primary.',
    action: 'retry',
  }),
  'pg/choice-unmatched': (facts) => ({
    title: 'What the job is to back up is not there',
    happened: `Nothing in ${facts.text('database', 'the database')} is called ${facts.text('patterns', 'what the job names')}, which the job takes. No backup was made without it.`,
    toDo: 'Correct the schemas and tables that the job takes. A table is written schema.name; * stands for any text.',
    action: 'open-jobs',
  }),
  'pg/choice-too-long': (facts) => ({
    title: 'The job leaves out too many things by name',
    happened: `pg_dump cannot be told ${facts.text('count', 'so many')} names at once.`,
    toDo: 'Leave out whole schemas instead of their tables, or take fewer single tables.',
    action: 'open-jobs',
  }),
  'pg/database-in-use': (facts) => ({
    title: 'The database is in use',
    happened: `Other programs are connected to ${facts.text('database', 'the database')}.`,
    toDo: 'Close these connections and try again.',
    action: 'retry',
  }),
  'pg/target-not-empty': (facts) => ({
    title: 'The target database is not empty',
    happened: `${facts.text('database', 'The database')} already holds tables. It was not touched.`,
    toDo: 'Choose the name of a new database, or empty this one first.',
  }),
  'pg/disk-full': (facts) => ({
    title: 'The server’s disk is full',
    happened: `${facts.server()} has no room left for the data.`,
    toDo: 'Free space on the server and try again.',
    action: 'retry',
  }),
  'pg/query-failed': (facts) => ({
    title: 'The server refused a question',
    happened: `PostgreSQL at ${facts.server()} answered with an error.${said(facts, 'It')}`,
    toDo: 'Test the connection. If it is fine, look into the log for the cause.',
    action: 'open-connections',
  }),
  'pg/certificate-file': (facts) => ({
    title: 'A certificate file cannot be used',
    happened: `${facts.text('file', 'A file of the connection')} cannot be used for the encrypted connection${facts.phrase('problem', ': %')}.`,
    toDo: 'Mend the file, or choose another one in the connection.',
    action: 'open-connections',
  }),
  'pg/service-missing': (facts) => ({
    title: 'The service is not in pg_service.conf',
    happened: `No entry ${facts.phrase('service', '[%]') || 'of that name'} is in ${facts.text('files', 'pg_service.conf')}.`,
    toDo: 'Check its name, or write it into ~/.pg_service.conf. PGSERVICEFILE names another file.',
    action: 'open-connections',
  }),
};
