// Mail on the command line: a test, and what is done about messages before a command ends.
import { toAppError } from '../../shared/errors.ts';
import type { PgKeepClient } from '../../shared/ipc/contract.ts';
import type { CommandContext } from './commands.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import type { Output } from './output.ts';

/** A mail server that takes longer gets the message with the next command. */
const patienceMs = 20_000;

export async function testMail({ client, output }: CommandContext): Promise<ExitCode> {
  const { recipients } = await client.notifications.testMail({});
  output.result({ recipients }, `A test mail was sent to ${recipients.join(', ')}.`);
  return exitCodes.done;
}

/** Sends what is to be told before the command ends; says what has to wait. Never fails. */
export async function bringMessages(client: PgKeepClient, output: Output): Promise<void> {
  try {
    const { mail, webhook } = await client.notifications.deliver({ patienceMs });
    const waiting = [
      ...(mail.waiting > 0 ? [`${String(mail.waiting)} by mail`] : []),
      ...(webhook.waiting > 0 ? [`${String(webhook.waiting)} by webhook`] : []),
    ];
    if (waiting.length === 0) return;
    const code = mail.error?.code ?? webhook.error?.code;
    const why = code === undefined ? '' : ` (${code})`;
    output.note(`Messages wait and go with the next backup command: ${waiting.join(', ')}${why}.`);
  } catch (error) {
    output.note(`Messages wait: ${toAppError(error).message}`);
  }
}
