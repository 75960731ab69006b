// The command about the audit log: lists it, checks its chain, writes it to a file. How it is spelled is cli.ts.
import path from 'node:path';
import type { AuditGroup } from '../../shared/audit.ts';
import { describeAct, describeDetails, describeVerdict } from '../../shared/audit-words.ts';
import { AppError } from '../../shared/errors.ts';
import { formatPlural } from '../../shared/format.ts';
import type { CommandContext } from './commands.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { toTable } from './output.ts';

export interface AuditArgs {
  readonly group: AuditGroup | null;
  readonly search: string;
  readonly limit: number;
}

export async function listAudit({ client, output }: CommandContext, args: AuditArgs): Promise<ExitCode> {
  const entries = await client.audit.list({ ...args, before: null });
  const rows = entries.map((entry) => [
    String(entry.seq),
    entry.at,
    `${entry.user}@${entry.machine}`,
    entry.way,
    [describeAct(entry), describeDetails(entry)].filter((text) => text !== '').join('; '),
  ]);
  output.result({ entries }, toTable(['NO', 'TIME', 'WHO', 'WAY', 'WHAT'], rows));
  return exitCodes.done;
}

/** Throws `audit/broken` when the chain does not hold. */
export async function verifyAudit({ client, output }: CommandContext, withDrive: boolean): Promise<ExitCode> {
  const verdict = await client.audit.verify({ withDrive });
  if (verdict.fault !== null) {
    throw new AppError('audit/broken', `the audit log is ${verdict.fault} at entry ${String(verdict.seq ?? '?')}`, {
      context: { fault: verdict.fault, ...(verdict.seq === null ? {} : { seq: verdict.seq }) },
    });
  }
  output.result({ verdict }, `${describeVerdict(verdict)}\nNewest entry: ${verdict.head}`);
  return exitCodes.done;
}

export async function exportAudit({ client, output }: CommandContext, file: string): Promise<ExitCode> {
  const out = path.resolve(file);
  const { entries } = await client.audit.writeFile({ path: out });
  output.result({ entries, out }, `${formatPlural(entries, 'entry', 'entries')} written to ${out}`);
  return exitCodes.done;
}
