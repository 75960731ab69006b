// The command that erases everything of a job. How it is spelled is cli.ts.
import { AppError, invalidInput } from '../../shared/errors.ts';
import { describeErased } from '../../shared/erase.ts';
import type { CommandContext } from './commands.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';

/** By name or id, of a job that was removed earlier too. Throws `input/invalid` without `yes`. */
export async function eraseJob(
  { client, output }: CommandContext,
  reference: string,
  { forGood, yes }: { readonly forGood: boolean; readonly yes: boolean },
): Promise<ExitCode> {
  const known = [...(await client.jobs.list(undefined)), ...(await client.jobs.listRemoved(undefined))];
  const job = known.find(({ id, name }) => id === reference || name === reference);
  if (!job) throw new AppError('input/not-found', `no job ${reference}`, { context: { what: 'job', id: reference } });
  if (!yes) throw invalidInput('--yes', `say --yes to erase every backup of ${job.name}`);
  const report = await client.jobs.erase({ id: job.id, way: forGood ? 'for-good' : 'trash', confirm: job.name });
  output.result({ report }, describeErased(report));
  return report.kept > 0 ? exitCodes.needsPerson : exitCodes.done;
}
