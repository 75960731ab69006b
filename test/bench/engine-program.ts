// The engine in a process of its own, as the desktop program and the command line host it: it does one thing and says what
// that cost. Argument: JSON of an EngineTask; the last line of stdout is an EngineReport.
import '../../electron/engine/base/lean-heap.ts';
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startHost } from '../../electron/cli/host-engine.ts';
import type { Output } from '../../electron/cli/output.ts';
import { waitForRestore } from '../../electron/cli/wait-for.ts';
import { waitForRuns } from '../../electron/cli/wait-for-runs.ts';
import type { PgKeepClient } from '../../shared/ipc/contract.ts';
import type { EngineReport, EngineTask } from './engine-task.ts';

const output: Output = {
  progress: () => undefined,
  note: () => undefined,
  tell: () => undefined,
  // The local Google says yes to whoever opens its page.
  ask: ({ url }) => {
    if (typeof url === 'string') void fetch(url).then((page) => page.text());
  },
  result: () => undefined,
  error: () => undefined,
};

const acts: Readonly<Record<EngineTask['act'], (client: PgKeepClient, task: EngineTask) => Promise<unknown>>> = {
  'sign-in': (client) => client.account.signIn(undefined),
  backup: async (client) => {
    const [job] = await client.jobs.list(undefined);
    const run = await client.runs.start({ jobId: job?.id ?? '', trigger: 'user' });
    const [ended] = await waitForRuns(client, output, [run], () => 'bench');
    if (ended?.state !== 'succeeded')
      throw new Error(`the backup is ${ended?.state ?? 'lost'}: ${ended?.error?.message ?? ''}`);
  },
  restore: async (client, { database }) => {
    const [snapshot] = await client.snapshots.list({ jobId: null });
    const restore = await client.restores.start({
      ...{ snapshotId: snapshot?.id ?? '', connectionId: null, database },
      ...{ replace: false, tables: [], withoutOwners: false },
    });
    const { state, error, report } = await waitForRestore(client, output, restore);
    if (state !== 'succeeded' || report?.equal !== true)
      throw new Error(`the restore is ${state}: ${error?.message ?? 'not equal'}`);
  },
};

/** A bundle in CommonJS knows no `await` at its top. */
async function main(): Promise<void> {
  const task = JSON.parse(process.argv[2] ?? '{}') as EngineTask;
  const { dataDir, envFile } = task;
  const host = await startHost({
    ...{ dataDir, envFiles: [envFile], withJob: true, verbose: false, resumeRuns: false, output },
  });
  try {
    process.stdout.write(`${JSON.stringify(await measure(host.client, task))}\n`);
  } finally {
    await host.stop();
  }
}

async function measure(client: PgKeepClient, task: EngineTask): Promise<EngineReport> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const idleRssBytes = process.memoryUsage.rss();
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  delay.enable();
  await acts[task.act](client, task);
  delay.disable();
  const seconds = (performance.now() - startedMs) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const peakRssBytes = readPeakRssBytes();
  const [snapshot] = await client.snapshots.list({ jobId: null });
  return {
    ...{ seconds, idleRssBytes, peakRssBytes, cpuSeconds: (user + system) / 1e6 },
    ...{ dumpBytes: snapshot?.dumpBytes ?? 0, storedBytes: snapshot?.storedBytes ?? 0 },
    eventLoopP99Ms: delay.percentile(99) / 1e6,
  };
}

/** The kernel's own high-water mark of resident memory, where it keeps one. */
function readPeakRssBytes(): number {
  try {
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kib !== undefined) return Number(kib) * 1024;
  } catch {
    // Only Linux has the file.
  }
  return process.resourceUsage().maxRSS * 1024;
}

void main();
