// `npm run google:live`: asks, signs in, looks, cleans up, and writes what it saw. For a person with a real account; the
// tests run it against the local Google.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { systemClock } from '../../../electron/engine/base/clock.ts';
import { signIn } from '../../../electron/engine/drive/sign-in.ts';
import { readArguments, usage, type LiveArguments } from './arguments.ts';
import { createBrowser } from './browser.ts';
import type { LiveContext } from './context.ts';
import { openPoints, toSwitches } from './finding.ts';
import { LiveDrive } from './live-drive.ts';
import { Recorder } from './recorder.ts';
import { runLiveCheck } from './run-live-check.ts';

const say = (line: string): void => {
  console.log(line);
};

async function mayBegin({ endpoints, client, picker, revoke, yes }: LiveArguments): Promise<boolean> {
  say(`Google is asked at ${new URL(endpoints.apiRoot).host}, with the client ${client.clientId.slice(0, 12)}…
A folder "PgKeep live check" is made on your Drive, some small files in it, and deleted for good at the end.
Nothing that you have is changed${picker ? '; you will choose one folder, in which one small file comes and goes' : ''}.`);
  if (revoke) say('Then the access of this project to your Drive is revoked and asked for again (--revoke).');
  return yes || (await confirm('Begin?'));
}

async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}

async function main(): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  if (args === null) {
    say(usage);
    return 0;
  }
  if (!(await mayBegin(args))) return 130;
  const { endpoints } = args;
  const recorder = new Recorder();
  for (const { clientId, clientSecret } of [args.client, ...(args.otherClient ? [args.otherClient] : [])]) {
    recorder.sanitiser.hide(clientId, 'client');
    recorder.sanitiser.hide(clientSecret, 'client secret');
  }
  const browser = createBrowser(args.browser, endpoints, say);
  const context: LiveContext = {
    ...{
      endpoints,
      say,
      confirm,
      client: args.client,
      otherClient: args.otherClient,
      role: args.role,
      burst: args.burst,
    },
    drive: new LiveDrive(endpoints, recorder),
    signIn: (client, options) => signIn({ endpoints, client, browser, clock: systemClock, ...options }),
  };
  process.once('SIGINT', () => {
    say('Stopping: the folder is deleted first.');
    void context.drive.removeFolder().finally(() => process.exit(130));
  });
  const { findings, isClean } = await runLiveCheck(context, args);
  mkdirSync(args.outDir, { recursive: true });
  const write = (name: string, text: string): void => {
    writeFileSync(path.join(args.outDir, name), text);
    say(`written: ${path.join(args.outDir, name)}`);
  };
  write('live-recording.json', recorder.toText());
  const result = { points: openPoints, findings, switches: toSwitches(findings), isClean };
  write('live-check.json', `${recorder.sanitiser.clean(JSON.stringify(result, null, 2))}\n`);
  if (!isClean) say('The folder "PgKeep live check" could not be deleted: please do it at drive.google.com.');
  return isClean ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  console.error(`\n${usage}`);
  process.exitCode = 2;
}
