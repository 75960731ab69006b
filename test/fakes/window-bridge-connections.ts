// The double's connections: what is saved, tested and found, and PostgreSQL's programs on its computer.
import type { TableFacts } from '../../shared/table-facts.ts';
import {
  connectionOptionsSchema,
  type Connection,
  type ConnectionDraft,
  type ConnectionFile,
  type ConnectionReport,
} from '../../shared/connection.ts';
import { AppError } from '../../shared/errors.ts';
import type { FoundServer } from '../../shared/found-server.ts';
import type { EngineHandlers, ShellHandlers } from '../../shared/ipc/contract.ts';
import type { ToolsReport } from '../../shared/tools.ts';
import type { World } from './window-bridge-data.ts';

const noFiles = { rootCert: null, cert: null, key: null, crl: null };
const pathOf = (id: string): ConnectionFile => ({ id, path: `/home/anna/certificates/${id}.pem` });

export const gateFingerprint = 'SHA256:Qm9Xx0vXl2g3Pq8hUu1y7T5bK4aZc6WdEfRtYuIoPa0';

function answerTest(draft: ConnectionDraft): ConnectionReport {
  const context = { host: draft.host, port: draft.port, user: draft.user };
  const { ssh } = draft;
  if (draft.host.startsWith('nowhere')) throw new AppError('pg/host-not-found', 'ENOTFOUND', { context });
  if (draft.password === 'wrong') throw new AppError('pg/auth-failed', 'password authentication failed', { context });
  if (ssh?.trusted.length === 0) {
    const facts = { sshHost: ssh.host, sshPort: ssh.port, sshUser: ssh.user };
    throw new AppError('ssh/host-key-unknown', 'not known', {
      context: { ...facts, keyType: 'ssh-ed25519', fingerprint: gateFingerprint },
    });
  }
  const isReader = draft.user === 'reader';
  return {
    serverVersion: '15.18',
    database: draft.database,
    sizeBytes: 1_040_000_000,
    encoding: 'UTF8',
    collation: 'de_DE.UTF-8',
    extensions: [
      { name: 'plpgsql', version: '1.0' },
      { name: 'postgis', version: '3.3.2' },
    ],
    isSuperuser: !isReader,
    isStandby: false,
    tls: draft.sslMode === 'disable' ? null : { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
    through: ssh ? `${ssh.user}@${ssh.host}:${String(ssh.port)}` : null,
    databases: [
      { name: 'crm', sizeBytes: 210_000_000 },
      { name: 'shop', sizeBytes: 1_040_000_000 },
    ],
    pgDump: { path: '/usr/lib/postgresql/15/bin', version: '15.18' },
    install: null,
    missing: isReader
      ? [
          { kind: 'schema', name: 'sales', grant: 'GRANT USAGE ON SCHEMA sales TO reader;' },
          { kind: 'table', name: 'sales.orders', grant: 'GRANT SELECT ON TABLE sales.orders TO reader;' },
        ]
      : [],
    missingCount: isReader ? 2 : 0,
    warnings: isReader
      ? ['reader is no superuser: backups hold the roles without their passwords, which only a superuser may read.']
      : [],
  };
}

function createFound(): FoundServer[] {
  const plain: Pick<FoundServer, 'sslMode' | 'connectTimeoutSeconds' | 'tls' | 'notes' | 'answer'> = {
    sslMode: 'prefer',
    connectTimeoutSeconds: null,
    tls: noFiles,
    notes: [],
    answer: null,
  };
  return [
    {
      ...{ ...plain, id: 'found-1', source: 'server', title: 'PostgreSQL here, port 5432' },
      where: 'cluster 15/main, /var/run/postgresql/.s.PGSQL.5432',
      ...{ host: '/var/run/postgresql', port: 5432, user: 'anna', database: 'postgres', hasPassword: false },
      answer: { version: '15.18', databases: ['crm', 'postgres', 'shop'] },
    },
    {
      ...{ ...plain, id: 'found-2', source: 'service', title: 'shop', where: '/home/anna/.pg_service.conf' },
      ...{ host: 'db.office.example', port: 5432, user: 'backup', database: 'shop', hasPassword: true },
      notes: ['Not used by PgKeep: options.'],
    },
  ];
}

function createTools(): ToolsReport {
  return {
    sets: [
      { dir: '/usr/lib/postgresql/15/bin', version: '15.18', jobs: ['Shop', 'CRM'] },
      { dir: '/usr/lib/postgresql/13/bin', version: '13.20', jobs: [] },
    ],
    folders: [{ id: 'folder-1', path: '/opt/pgsql-16/bin', found: false }],
    unmet: [
      {
        ...{ job: 'Archive', serverVersion: '18.1', seenAt: '2026-11-24T06:00:00Z' },
        install: 'sudo apt-get install -y postgresql-client-18',
      },
    ],
    unasked: [],
  };
}

const crmTable: TableFacts = { schema: 'crm', name: 'calls', kind: 'table', sizeBytes: 5e6 };

function createTables(): TableFacts[] {
  const sizes = { addresses: 120e6, audit_log: 610e6, customers: 48e6, orders: 310e6, sessions: 9.2e6 };
  const shop = Object.entries(sizes).map(([name, sizeBytes]) => ({
    schema: 'shop',
    name,
    kind: 'table' as const,
    sizeBytes,
  }));
  const odd = { schema: 'Old Shop', name: 'Orders 2019', kind: 'table' as const, sizeBytes: 2e6 };
  return [
    odd,
    { schema: 'public', name: 'settings', kind: 'table', sizeBytes: 0 },
    ...shop,
    { ...odd, schema: 'shop', name: 'sales', kind: 'view' },
  ];
}

export function createConnectionHandlers(
  world: World,
  nextId: (kind: string) => string,
  now: () => string,
): {
  readonly engine: Pick<EngineHandlers, 'connections' | 'tools'>;
  readonly shell: Pick<ShellHandlers, 'connections' | 'tools'>;
} {
  const toRow = (draft: ConnectionDraft, old: Connection | null): Connection => {
    const { name, host, port, user, database, sslMode, tls, ssh } = draft;
    const file = (id: string | null): ConnectionFile | null => (id === null ? null : pathOf(id));
    const hasSecret = (given: string | undefined, stored: boolean | undefined): boolean =>
      given === undefined ? (stored ?? false) : given !== '';
    const options = connectionOptionsSchema.parse({
      connectTimeoutSeconds: draft.connectTimeoutSeconds ?? old?.connectTimeoutSeconds,
      tls: tls
        ? { rootCert: file(tls.rootCert), cert: file(tls.cert), key: file(tls.key), crl: file(tls.crl) }
        : old?.tls,
      ssh:
        ssh === undefined ? old?.ssh : ssh && { ...ssh, key: file(ssh.key), hasSecret: draft.sshSecret !== undefined },
    });
    return {
      ...{ id: old?.id ?? nextId('con'), name, host, port, user, database, sslMode, ...options },
      hasPassword: hasSecret(draft.password, old?.hasPassword ?? draft.foundId !== undefined),
      createdAt: old?.createdAt ?? now(),
      seen: old?.seen ?? null,
    };
  };
  let tools = createTools();
  return {
    engine: {
      connections: {
        list: () => world.connections,
        save: (draft) => {
          const row = toRow(draft, world.connections.find((other) => other.id === draft.id) ?? null);
          world.connections = [...world.connections.filter((other) => other.id !== row.id), row];
          return row;
        },
        remove: ({ id }) => {
          const user = world.jobs.find((job) => job.connectionId === id);
          if (user) throw new AppError('input/in-use', 'in use', { context: { job: user.name } });
          world.connections = world.connections.filter((row) => row.id !== id);
        },
        test: answerTest,
        listTables: ({ database }) => (database === 'crm' ? [...createTables().slice(2, 4), crmTable] : createTables()),
        acceptFile: ({ kind }) => pathOf(kind),
        discover: createFound,
        readEnvFile: createFound,
        readService: ({ service }) => {
          const found = createFound().find(({ title }) => title === service);
          if (!found) throw new AppError('pg/service-missing', 'none', { context: { service } });
          return found;
        },
      },
      tools: {
        list: () => tools,
        addFolder: () => tools,
        removeFolder: ({ id }) => {
          tools = { ...tools, folders: tools.folders.filter((folder) => folder.id !== id) };
          return tools;
        },
      },
    },
    shell: {
      connections: {
        chooseFile: ({ kind }) => pathOf(kind),
        chooseEnvFile: () => createFound().map((found) => ({ ...found, source: 'env-file' as const })),
      },
      tools: { chooseFolder: () => tools },
    },
  };
}
