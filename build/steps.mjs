// Runs the commands of check and test: each named, timed, limited, its output kept together; and adds up what vitest
// reports. What to run is the caller's.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { nodeModules, root } from './setup/places.mjs';

const resultsDir = path.join(nodeModules, '.cache', 'pgkeep-results');

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {readonly string[]} command program and arguments
 * @property {string} fix what a person does when it is red
 * @property {number} limitMinutes after this the step and its children are ended and count as failed
 * @property {boolean} [live] show the output as it comes instead of only when the step is red
 */

/** @typedef {{ ok: boolean, seconds: number }} Outcome */

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
process.once('exit', endAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    process.exit(130);
  });
}

/**
 * Runs lanes side by side and the steps of a lane one after the other; ends everything at the first red step.
 * @param {readonly (readonly Step[])[]} lanes
 * @returns {Promise<boolean>} true when all are green
 */
export async function runLanes(lanes) {
  let green = true;
  await Promise.all(
    lanes.map(async (lane) => {
      for (const step of lane) {
        if (!green) return;
        const { ok } = await runStep(step, () => green);
        if (ok || !green) continue;
        green = false;
        endAll();
      }
    }),
  );
  return green;
}

/**
 * @param {Step} step
 * @param {() => boolean} [isWanted] false: the step was ended because another one is red, and has nothing to say
 * @returns {Promise<Outcome>}
 */
export async function runStep(step, isWanted = () => true) {
  const startedAt = Date.now();
  const [program = '', ...args] = step.command;
  if (step.live) log(`… ${step.name}`);
  // A group of its own, so that what the step started ends with it.
  const child = spawn(program, args, {
    cwd: root,
    env: process.env,
    detached: process.platform !== 'win32',
    stdio: step.live ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    end(child);
  }, step.limitMinutes * 60_000);
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      output += `${error.message}\n`;
      resolve(1);
    });
    child.once('close', resolve);
  });
  clearTimeout(timer);
  end(child);
  running.delete(child);
  const seconds = (Date.now() - startedAt) / 1000;
  const ok = code === 0 && !isLate;
  if (isWanted()) {
    log(`${ok ? '✓' : '✗'} ${step.name} (${seconds.toFixed(1)} s)`);
    if (!ok) {
      process.stdout.write(output);
      if (isLate) log(`  ended after ${String(step.limitMinutes)} minutes`);
      log(`  to do: ${step.fix}`);
    }
  }
  return { ok, seconds };
}

/** Also what is left of a step's group after the step itself has ended. */
function end(child) {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill();
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone: nothing was left.
  }
}

function endAll() {
  for (const child of running) end(child);
}

/**
 * The arguments of one vitest run over suites of vitest.config.ts, its counts written where `countTests` finds them.
 * @param {string} name of the run
 * @param {readonly string[]} projects
 */
export function toVitestArgs(name, projects) {
  mkdirSync(resultsDir, { recursive: true });
  const file = toResultPath(name);
  rmSync(file, { force: true });
  return [
    path.join(nodeModules, 'vitest', 'vitest.mjs'),
    'run',
    ...projects.map((project) => `--project=${project}`),
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ];
}

/**
 * Adds up the runs. A run without a readable result counts as one failure: it ended before it could report.
 * @param {readonly string[]} names
 */
export function countTests(names) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const name of names) {
    try {
      const result = JSON.parse(readFileSync(toResultPath(name), 'utf8'));
      sum.passed += result.numPassedTests;
      sum.skipped += result.numPendingTests + result.numTodoTests;
      // A file that fails outside of its tests (an import, a hook) has no failed test of its own.
      const broken = result.testResults.filter(
        (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
      );
      sum.failed += result.numFailedTests + broken.length;
    } catch {
      sum.failed += 1;
    }
  }
  return sum;
}

function toResultPath(name) {
  return path.join(resultsDir, `${name}.json`);
}

/** @param {string} line */
export function log(line) {
  process.stdout.write(`${line}\n`);
}
