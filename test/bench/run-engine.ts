// Starts the engine's own process for one task. It runs as it is shipped: bundled, without TypeScript's loader in its memory.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { importMetaUrl, programOptions } from '../../build/bundle.mjs';
import type { EngineReport, EngineTask } from './engine-task.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Below node_modules, where the bundle finds what stays outside of it. */
const outdir = path.join(root, 'node_modules/.cache/pgkeep-bench');

/** Answers the bundle's file. */
export async function bundleEngine(): Promise<string> {
  const entry = fileURLToPath(new URL('engine-program.ts', import.meta.url));
  await build({
    ...programOptions,
    ...importMetaUrl,
    define: { ...programOptions.define, ...importMetaUrl.define },
    ...{ entryPoints: [{ in: entry, out: 'engine' }], outdir },
  });
  return path.join(outdir, 'engine.cjs');
}

/** Throws with the process's own words when it does not end well. */
export async function runEngine(
  program: string,
  task: EngineTask,
  flags: readonly string[] = [],
): Promise<EngineReport> {
  const child = spawn(process.execPath, [...flags, program, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-4000)));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code !== 0) throw new Error(`the engine ended with ${String(code ?? signal)}: ${stderr.trim()}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as EngineReport;
}
