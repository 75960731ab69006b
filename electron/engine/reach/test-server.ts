// What "Test" asks a server: what it is, what a dump of its database needs, and which programs here fit. It changes nothing.
import type { ConnectionReport } from '../../../shared/connection.ts';
import { toAppError } from '../../../shared/errors.ts';
import type { EngineConfig } from '../base/ports.ts';
import {
  findMissingRights,
  listDatabases,
  readServerFacts,
  readSessionTls,
  type NotDumped,
  type ServerFacts,
} from '../postgres/check-server.ts';
import { chooseTools, type ToolSet } from '../postgres/find-tools.ts';
import type { PgTarget } from '../postgres/target.ts';
import type { Db } from '../store/database.ts';
import { findInstalledTools } from './installed-tools.ts';
import type { ReachAddress } from './reach.ts';

const shownRights = 100;

/** `readLeftOut`: what a job does not take of the database; no right is needed for that. */
export async function testServer(
  ctx: { readonly db: Db; readonly config: EngineConfig; readonly signal?: AbortSignal },
  target: PgTarget,
  address: Pick<ReachAddress, 'ssh' | 'sslMode'>,
  readLeftOut: (facts: ServerFacts) => Promise<NotDumped | undefined> = () => Promise.resolve(undefined),
): Promise<{ readonly facts: ServerFacts; readonly report: ConnectionReport }> {
  const facts = await readServerFacts(target, ctx.signal);
  const databases = await listDatabases(target, ctx.signal);
  const tls = await readSessionTls(target, ctx.signal);
  const missing = await findMissingRights(target, ctx.signal, await readLeftOut(facts));
  const tools = chooseOrExplain(await findInstalledTools(ctx), facts.versionNum);
  const { ssh } = address;
  const report: ConnectionReport = {
    serverVersion: facts.version,
    database: target.database,
    sizeBytes: facts.sizeBytes,
    encoding: facts.encoding,
    collation: facts.collation,
    extensions: facts.extensions.map(({ name, version }) => ({ name, version })),
    isSuperuser: facts.isSuperuser,
    isStandby: facts.isStandby,
    tls,
    through: ssh && `${ssh.user}@${ssh.host}:${String(ssh.port)}`,
    databases,
    pgDump: 'set' in tools ? { path: tools.set.dir, version: tools.set.version } : null,
    install: 'install' in tools ? tools.install : null,
    missing: missing.slice(0, shownRights),
    missingCount: missing.length,
    warnings: listWarnings(facts, target, tls !== null || ssh !== null),
  };
  return { facts, report };
}

function chooseOrExplain(sets: readonly ToolSet[], versionNum: number): { set: ToolSet } | { install: string } {
  try {
    return { set: chooseTools(sets, versionNum) };
  } catch (error) {
    return { install: String(toAppError(error).context['install'] ?? '') };
  }
}

function listWarnings(facts: ServerFacts, target: PgTarget, isEncrypted: boolean): string[] {
  const warnings: string[] = [];
  if (!facts.isSuperuser) {
    warnings.push(
      `${target.user} is no superuser: backups hold the roles without their passwords, which only a superuser may read. After a restore on a new server, set them again.`,
    );
  }
  if (facts.isStandby) {
    warnings.push(
      'This server is a standby. It can be backed up, but it may cancel a long dump when changes arrive: set max_standby_streaming_delay there to the length of a dump, or hot_standby_feedback to on.',
    );
  }
  if (facts.encoding === 'SQL_ASCII') {
    warnings.push(
      'The database has the encoding SQL_ASCII: PostgreSQL does not check its text, and it is saved as it is.',
    );
  }
  if (!isEncrypted && !isLocal(target.host)) {
    warnings.push('The connection is not encrypted. Choose the SSL mode require or, better, verify-full.');
  }
  return warnings;
}

function isLocal(host: string): boolean {
  return /^[/@]/.test(host) || ['localhost', '127.0.0.1', '::1'].includes(host);
}
