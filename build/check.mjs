// The quick judgement on the whole checkout: types, unit tests (the layers among them), lint and format, two at a time.
// Stops at the first red one and says what to do about it.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { nodeModules } from './setup/places.mjs';
import { log, runLanes, toVitestArgs } from './steps.mjs';

const bin = (...parts) => path.join(nodeModules, ...parts);
const node = process.execPath;
/**
 * Only files whose content changed are read again. Lint with types looks beyond its file: a fresh clone, as in CI, has no cache
 * and reads everything.
 */
const cacheIn = (tool) => [
  '--cache',
  '--cache-strategy',
  'content',
  '--cache-location',
  bin('.cache', 'pgkeep-check', tool),
];

/** @returns {Promise<boolean>} */
export function check() {
  return runLanes([
    [
      {
        name: 'types',
        command: [node, bin('typescript', 'bin', 'tsc'), '-p', '.', '--pretty'],
        fix: 'correct the places above; npx tsc -p . shows them again',
        limitMinutes: 10,
      },
      {
        name: 'unit tests and layers',
        command: [node, ...toVitestArgs('unit', ['unit'])],
        fix: 'correct the code or the test; npx vitest run --project unit <file> runs one file',
        limitMinutes: 10,
      },
    ],
    [
      {
        name: 'lint',
        command: [node, bin('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', ...cacheIn('eslint'), '.'],
        fix: 'npx eslint --fix . corrects some of them; the rest by hand',
        limitMinutes: 10,
      },
      {
        name: 'format',
        command: [
          node,
          bin('prettier', 'bin', 'prettier.cjs'),
          '--check',
          '--log-level=warn',
          ...cacheIn('prettier'),
          '.',
        ],
        fix: 'npm run format',
        limitMinutes: 10,
      },
    ],
  ]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const startedAt = Date.now();
  const green = await check();
  log(`${green ? 'all green' : 'red'} after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  process.exitCode = green ? 0 : 1;
}
