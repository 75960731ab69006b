// Connections as the window and the command line keep them: saving with their secrets, the files they name, and the test
// that says in words what a backup will meet. Nothing is changed on a server.
import { createHash } from 'node:crypto';
import type {
  Connection,
  ConnectionDraft,
  ConnectionFile,
  ConnectionFileKind,
  ConnectionReport,
} from '../../shared/connection.ts';
import { connectionOptionsSchema } from '../../shared/connection.ts';
import { AppError } from '../../shared/errors.ts';
import { createId } from './base/ids.ts';
import type { Clock, EngineConfig, SecretVault } from './base/ports.ts';
import type { ServerFacts } from './postgres/check-server.ts';
import { requireCertificate } from './postgres/ssl.ts';
import { readSecrets, withReach, type ReachAddress, type ReachSecrets } from './reach/reach.ts';
import { testServer } from './reach/test-server.ts';
import {
  getConnection,
  listConnections,
  passphraseName,
  passwordName,
  removeConnection,
  sshSecretName,
  writeConnection,
} from './store/connections.ts';
import type { Db } from './store/database.ts';

export interface ConnectionDesk {
  readonly save: (draft: ConnectionDraft) => Promise<Connection>;
  readonly remove: (id: string) => Promise<void>;
  readonly test: (draft: ConnectionDraft) => Promise<ConnectionReport>;
  /** A file that a person chose; drafts name it by the id. Throws `pg/certificate-file` for what is no certificate. */
  readonly acceptFile: (kind: ConnectionFileKind, path: string) => ConnectionFile;
  /** Lets a draft take over the password of a file on this computer. Answers the id. */
  readonly acceptPassword: (key: string, password: string | null) => string;
}

export interface ConnectionDeskOptions {
  readonly db: Db;
  readonly vault: SecretVault;
  readonly config: EngineConfig;
  readonly clock: Clock;
  readonly onSaved: () => void;
  readonly onServer: (connection: Connection, server: ServerFacts) => void;
  /** Aborted when the engine stops. */
  readonly signal: AbortSignal;
}

export function createConnectionDesk(options: ConnectionDeskOptions): ConnectionDesk {
  const { db, vault, clock } = options;
  const files = new Map<string, string>();
  const passwords = new Map<string, string>();
  const findStored = (draft: ConnectionDraft): Connection | null =>
    draft.id === undefined ? null : getConnection(db, draft.id);

  /** Files that were chosen since the start, or that the stored connection has. */
  const toFile = (id: string | null, old: ConnectionFile | null | undefined): ConnectionFile | null => {
    if (id === null) return null;
    const path = files.get(id) ?? (old?.id === id ? old.path : undefined);
    if (path !== undefined) return { id, path };
    throw new AppError('input/not-found', `no chosen file ${id}`, { context: { what: 'the chosen file', id } });
  };

  const toAddress = (draft: ConnectionDraft, old: Connection | null): ReachAddress => {
    const { host, port, user, database, sslMode, tls, ssh } = draft;
    const hasSecret = (given: string | undefined, stored: boolean | undefined): boolean =>
      given === undefined ? (stored ?? false) : given !== '';
    const password = draft.password ?? passwords.get(draft.foundId ?? '');
    const options = connectionOptionsSchema.parse({
      connectTimeoutSeconds: draft.connectTimeoutSeconds ?? old?.connectTimeoutSeconds,
      tls: {
        ...(tls
          ? {
              rootCert: toFile(tls.rootCert, old?.tls.rootCert),
              cert: toFile(tls.cert, old?.tls.cert),
              key: toFile(tls.key, old?.tls.key),
              crl: toFile(tls.crl, old?.tls.crl),
            }
          : old?.tls),
        hasPassphrase: hasSecret(draft.passphrase, old?.tls.hasPassphrase),
      },
      ssh:
        ssh === undefined
          ? old?.ssh
          : ssh && {
              ...ssh,
              key: toFile(ssh.key, old?.ssh?.key),
              hasSecret: hasSecret(draft.sshSecret, old?.ssh?.hasSecret),
            },
    });
    return { host, port, user, database, sslMode, hasPassword: hasSecret(password, old?.hasPassword), ...options };
  };

  /** What the form has, else what is stored. */
  const toSecrets = async (draft: ConnectionDraft, old: Connection | null): Promise<ReachSecrets> => {
    const stored = old ? await readSecrets(vault, old) : { password: null, passphrase: null, sshSecret: null };
    const choose = (given: string | undefined, kept: string | null): string | null =>
      given === undefined ? kept : given === '' ? null : given;
    return {
      password: choose(draft.password ?? passwords.get(draft.foundId ?? ''), stored.password),
      passphrase: choose(draft.passphrase, stored.passphrase),
      sshSecret: choose(draft.sshSecret, stored.sshSecret),
    };
  };

  return {
    save: async (draft) => {
      const id = findStored(draft)?.id ?? createId();
      // Before anything is written: a file that is not known is refused.
      toAddress(draft, findStored(draft));
      const secrets: readonly (readonly [string, string | undefined])[] = [
        [passwordName(id), draft.password ?? passwords.get(draft.foundId ?? '')],
        [passphraseName(id), draft.passphrase],
        [sshSecretName(id), draft.sshSecret],
      ];
      // The secret first: a row that promises a password must find one.
      for (const [name, value] of secrets) if (value !== undefined && value !== '') await vault.write(name, value);
      // Read only now: another save may have ended meanwhile.
      const old = findStored(draft);
      writeConnection(db, {
        ...toAddress(draft, old),
        id,
        name: draft.name,
        createdAt: old?.createdAt ?? clock.now().toISOString(),
        seen: null,
      });
      for (const [name, value] of secrets) if (value === '') await vault.remove(name);
      options.onSaved();
      return getConnection(db, id);
    },
    remove: async (id) => {
      removeConnection(db, id);
      for (const name of [passwordName(id), passphraseName(id), sshSecretName(id)]) await vault.remove(name);
    },
    test: async (draft) => {
      const old = findStored(draft);
      const address = toAddress(draft, old);
      const secrets = await toSecrets(draft, old);
      const { facts, report } = await withReach(options, async (reach) =>
        testServer(options, await reach.openAddress(address, secrets), address),
      );
      // Another server under the same row is no upgrade.
      if (old?.host === address.host && old.port === address.port) options.onServer(old, facts);
      return report;
    },
    acceptFile: (kind, path) => {
      if (kind === 'root-cert' || kind === 'cert') requireCertificate(path);
      const id = createHash('sha256').update(`${kind}\n${path}`).digest('hex').slice(0, 16);
      files.set(id, path);
      return { id, path };
    },
    acceptPassword: (key, password) => {
      const id = createHash('sha256').update(`password\n${key}`).digest('hex').slice(0, 16);
      if (password !== null) passwords.set(id, password);
      return id;
    },
  };
}

/** Every stored connection whose server a job needs. */
export function listNeededConnections(db: Db, jobs: readonly { readonly connectionId: string | null }[]): Connection[] {
  return listConnections(db).filter(({ id }) => jobs.some((job) => job.connectionId === id));
}
