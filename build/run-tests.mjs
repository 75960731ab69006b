// Everything: check, then the suites with real servers, then the real app on a screen and a session bus of its own.
// The last line is the sum over all suites; CI reads it.
import { existsSync } from 'node:fs';
import { bundle } from './bundle.mjs';
import { check } from './check.mjs';
import { getElectron, writeRuntimeFile } from './electron-runtime.mjs';
import { countTests, log, runStep, toVitestArgs } from './steps.mjs';

/** Runs that began; one that left no result counts as failed, one that never began does not count. */
const begun = ['unit'];
const startedAt = Date.now();

const isGreen = await runAll();
const sum = countTests(begun);
// Types, lint and format are no tests, but a red one must not read as none failed.
if (!isGreen && sum.failed === 0) sum.failed = 1;
log(`took ${String(Math.round((Date.now() - startedAt) / 1000))} s`);
const skipped = sum.skipped > 0 ? `, ${String(sum.skipped)} skipped` : '';
log(`${String(sum.passed)} passed, ${String(sum.failed)} failed${skipped}`);
process.exitCode = isGreen && sum.failed === 0 && sum.passed > 0 ? 0 : 1;

/** A red check ends it: tests of code that does not compile tell nothing. A red suite does not hide the next one. */
async function runAll() {
  if (!(await check())) return false;
  const servers = await runSuite('servers', ['contract', 'integration'], 25);
  await bundle({ log });
  writeRuntimeFile(getElectron());
  const app = await runSuite('e2e', ['e2e'], 15);
  return servers && app;
}

async function runSuite(name, projects, limitMinutes) {
  begun.push(name);
  const command = [process.execPath, ...toVitestArgs(name, projects)];
  const { ok } = await runStep({
    name: `tests: ${projects.join(', ')}`,
    command: name === 'e2e' ? [...toDesktop(), ...command] : command,
    fix: `correct the code or the test; npx vitest run --project ${projects.join(' --project ')} <file> runs one file`,
    limitMinutes,
    live: true,
  });
  return ok;
}

/** On Linux the app gets its own screen and bus, so that a run neither needs nor disturbs the desktop it is started on. */
function toDesktop() {
  if (process.platform !== 'linux') return [];
  const screen = existsSync('/usr/bin/xvfb-run') ? ['xvfb-run', '-a', '-s', '-screen 0 1440x1000x24'] : [];
  const bus = existsSync('/usr/bin/dbus-run-session') ? ['dbus-run-session', '--'] : [];
  return [...bus, ...screen];
}
