// `npm run demo`: reads the arguments, plays the demo, prints the report. Ends with 0 when all is well, 1 when anything is not,
// 2 on wrong arguments, 130 on Ctrl-C; always after the cleanup.
import process from 'node:process';
import { runDemo } from './demo.ts';
import { parseDemoOptions, usage, type DemoOptions } from './demo-options.ts';
import { toVerdict } from './demo-result.ts';
import { createCleanup } from './demo-world.ts';

async function main(): Promise<number> {
  let options: DemoOptions;
  try {
    options = parseDemoOptions(process.argv.slice(2), findCwd());
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}\n`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const report = options.json ? process.stderr : process.stdout;
  const say = (line: string): void => {
    report.write(`${line}\n`);
  };

  const cleanup = createCleanup();
  const stopping = new AbortController();
  // What is running ends because its server or its child is gone; what is just starting is undone when it stands.
  const stop = (): void => {
    stopping.abort();
    say('Stopping and cleaning up …');
    void cleanup.run();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  say('PgKeep demo: backup, proof and restore of a sample database\n');
  const result = await runDemo(options, cleanup, say);
  await cleanup.run();
  if (stopping.signal.aborted) return 130;
  say(`\n${toVerdict(result).join('\n')}`);
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  return result.ok ? 0 : 1;
}

/** Where the person stands: npm changes to the package's folder before it runs a script. */
function findCwd(): string {
  const byNpm = process.env['npm_lifecycle_event'] === 'demo';
  return (byNpm ? process.env['INIT_CWD'] : undefined) ?? process.cwd();
}

process.exitCode = await main();
