// How a command ends when it is told to, or when the network is away: with an exit code that is true, and soon.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../../shared/job.ts';
import { runCli, startCli } from '../../support/cli-process.ts';
import { openEngineWorld, type EngineWorld } from '../../support/engine-world.ts';
import { startTestServer, type TestServer } from '../../support/postgres-server.ts';
import { createIncompressibleDatabase } from './small-database.ts';

let server: TestServer;
let world: EngineWorld;
let job: Job;

beforeAll(async () => {
  server = await startTestServer();
  await createIncompressibleDatabase(server, 'noise');
});

afterAll(async () => {
  await server.stop();
});

beforeEach(async () => {
  world = await openEngineWorld();
  const engine = await world.start();
  job = await world.setUp(engine, server, 'noise');
  await engine.client.jobs.save({ name: 'second', connectionId: job.connectionId ?? '', database: 'noise' });
  await engine.stop();
});

afterEach(async () => {
  await world.stop();
});

describe('SIGTERM', () => {
  it('during the first of two backups ends the command without success, and both are finished by the next one', async () => {
    const chunk = world.google.holdNext({ kind: 'chunk' }, { at: 'body' });
    const command = startCli(world.dataDir, ['backup', '--all']);
    await chunk.reached;
    command.child.kill('SIGTERM');
    const { exitCode, last } = await command.ended;
    chunk.release();
    expect(exitCode).toBe(1);
    expect(last).toMatchObject({ type: 'error' });
    expect(await runCli(world.dataDir, ['backup', '--all'])).toMatchObject({ exitCode: 0 });
  });

  it('during a download ends the command, and the path holds nothing', async () => {
    const backup = await runCli(world.dataDir, ['backup', job.name]);
    const [snapshot] = (backup.last as unknown as { snapshots: { id: string }[] }).snapshots;
    const download = world.google.holdNext({ kind: 'download' }, { at: 'sending', afterBytes: 100_000 });
    const command = startCli(world.dataDir, ['fetch', snapshot?.id ?? '', '--out', `${world.dataDir}/x.dump`]);
    await download.reached;
    command.child.kill('SIGTERM');
    expect(await command.ended).toMatchObject({ exitCode: 1, last: { type: 'error', code: 'engine/stopped' } });
    download.release();
  });
});

describe('a command that only looks', () => {
  it('does not wait for a Google that never answers', async () => {
    world.google.failNext({ times: null }, { do: 'hang', at: 'arrived' });
    const began = performance.now();
    expect(await runCli(world.dataDir, ['jobs'])).toMatchObject({ exitCode: 0 });
    expect(performance.now() - began).toBeLessThan(12_000);
  });

  it('does not try again and again when the network is away', async () => {
    await world.google.goOffline();
    const began = performance.now();
    expect(await runCli(world.dataDir, ['jobs'])).toMatchObject({ exitCode: 0 });
    expect(performance.now() - began).toBeLessThan(12_000);
  });
});
