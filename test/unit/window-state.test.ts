// The window's pure parts: what it knows, how events change it, and the words it makes of that.
import { describe, expect, it } from 'vitest';
import { applyChange } from '../../renderer/state/app-state.ts';
import { parseConnectionUrl, toFormDraft, toValues } from '../../renderer/state/connection-draft.ts';
import { checkForm } from '../../renderer/state/form-rules.ts';
import { parseRoute, toHash } from '../../renderer/state/route.ts';
import { describeStanding, listNeeds } from '../../renderer/state/standing.ts';
import { createStore } from '../../renderer/state/store.ts';
import { describeRunProgress } from '../../renderer/state/words.ts';
import type { DriveTrouble } from '../../shared/account.ts';
import { AppError, toWireError } from '../../shared/errors.ts';
import { connectionDraftSchema } from '../../shared/connection.ts';
import { contract } from '../../shared/ipc/contract.ts';
import { createClient } from '../../shared/ipc/define.ts';
import { createWorld, midDump, type Scenario } from '../fakes/window-bridge-data.ts';
import { toState } from '../fakes/window-bridge-schedule.ts';
import { createWindowBridge } from '../fakes/window-bridge.ts';

const now = new Date('2026-11-23T12:00:00Z');
/** By the clock of the machine that tests. */
const formatHour = (at: string): string =>
  new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });

const factsOf = (scenario: Scenario) => {
  const world = createWorld(scenario, now.getTime());
  return { ...world, schedule: toState(world) };
};

describe('what needs a person', () => {
  it.each<[Scenario, string[]]>([
    ['empty', ['connect', 'enter-client', 'add-job', 'save-kit']],
    ['full', []],
    ['running', []],
    ['failing', ['failed', 'failed', 'lost-on-drive', 'space-short', 'undelivered', 'save-kit']],
    ['recovered', ['connect']],
    ['signed-out', ['signed-out', 'account-warning']],
  ])('in the world %s is %j', (scenario, kinds) => {
    expect(listNeeds(factsOf(scenario), now).map((need) => need.kind)).toEqual(kinds);
  });

  it('asks for the connection of each job from Drive once there is one to choose', () => {
    const facts = factsOf('recovered');
    const needs = listNeeds({ ...facts, connections: factsOf('full').connections }, now);
    expect(needs.map((need) => need.kind)).toEqual(['job-connection', 'job-connection']);
  });

  it('asks to sign in once the OAuth client is entered', () => {
    const facts = factsOf('empty');
    const account = { ...facts.account, client: 'own' as const };
    expect(listNeeds({ ...facts, account }, now).map((need) => need.kind)).toContain('sign-in');
  });
});

describe('how a job stands', () => {
  it.each<[Scenario, string, string]>([
    ['full', 'job-shop', 'Good'],
    ['full', 'job-notes', 'No backup yet'],
    ['running', 'job-shop', 'Backing up'],
    ['failing', 'job-shop', 'Last run failed'],
    ['failing', 'job-crm', 'Last run interrupted'],
    ['recovered', 'job-shop', 'Needs a connection'],
  ])('in the world %s, %s is “%s”', (scenario, id, words) => {
    const facts = factsOf(scenario);
    const job = facts.jobs.find((candidate) => candidate.id === id);
    expect(job && describeStanding(job, facts, now).words).toBe(words);
  });
});

describe('a job against its schedule', () => {
  const facts = factsOf('full');
  const job = facts.jobs[0];
  const due = {
    ...{ jobId: 'job-shop', lastGoodAt: '2026-11-23T09:00:00Z', paused: false },
    ...{ expectedAt: '2026-11-23T11:00:00Z', dueBy: '2026-11-23T11:30:00Z' },
  };
  it.each<[string, string, Partial<typeof due>]>([
    ['bad', 'Late for 30 min', {}],
    ['waiting', 'Schedule paused', { paused: true }],
    ['waiting', `Due by ${formatHour('2026-11-23T12:30:00Z')}`, { dueBy: '2026-11-23T12:30:00Z' }],
    ['good', 'On time', { expectedAt: '2026-11-23T13:00:00Z', dueBy: '2026-11-23T14:00:00Z' }],
  ])('is %s: %s', (tone, words, change) => {
    const monitor = { dues: [{ ...due, ...change }] };
    expect(job && describeStanding(job, { ...facts, monitor }, now)).toMatchObject({ tone, words });
    const needs = listNeeds({ ...facts, monitor }, now).map((need) => need.kind);
    expect(needs).toEqual(tone === 'bad' ? ['late'] : []);
  });

  it('says first what goes on, and what went wrong', () => {
    const monitor = { dues: [due] };
    const running = factsOf('running');
    expect(job && describeStanding(job, { ...running, monitor }, now).words).toBe('Backing up');
    const failing = factsOf('failing');
    expect(job && describeStanding(job, { ...failing, monitor }, now)).toMatchObject({
      words: 'Last run failed',
      freshnessWords: 'Late for 30 min',
    });
    expect(listNeeds({ ...failing, monitor }, now).map((need) => need.kind)).not.toContain('late');
  });
});

describe('changes', () => {
  const facts = factsOf('full');

  it('put a snapshot that comes from Drive where its date belongs', () => {
    const [newest, ...others] = facts.snapshots;
    if (!newest) throw new Error('a snapshot');
    const row = { ...newest, id: 'from-drive', createdAt: '2020-01-01T00:00:00.000Z' };
    const { snapshots } = applyChange(facts, { type: 'snapshot', row });
    expect(snapshots.map(({ id }) => id)).toEqual([newest.id, ...others.map(({ id }) => id), 'from-drive']);
  });

  it('lose a good backup when Drive no longer has it as it should', () => {
    const job = facts.jobs.find(({ id }) => id === 'job-crm');
    const gone = facts.snapshots.map((row) => ({ ...row, presence: 'missing' as const }));
    expect(job && describeStanding(job, { ...facts, snapshots: gone }, now).words).toBe('No backup yet');
  });

  it('replace a row in its place and add a new one at the top', () => {
    const [first, second] = facts.runs;
    if (!first || !second) throw new Error('two runs');
    const changed = applyChange(facts, { type: 'run', row: { ...second, state: 'failed' } });
    expect(changed.runs.map((run) => run.id)).toEqual(facts.runs.map((run) => run.id));
    expect(changed.runs[1]?.state).toBe('failed');
    const added = applyChange(facts, { type: 'run', row: { ...first, id: 'another' } });
    expect(added.runs[0]?.id).toBe('another');
    expect(added.runs).toHaveLength(facts.runs.length + 1);
  });

  it('that arrive while the lists are on their way win over the lists', async () => {
    const { controls, ...bridge } = createWindowBridge('running');
    const live = controls.world.runs[0];
    if (!live) throw new Error('a live run');
    const store = createStore(
      createClient(contract, {
        ...bridge,
        invoke: async (name, input) => {
          const reply = await bridge.invoke(name, input);
          if (name === 'runs.listRecent')
            controls.emit('runs.changed', { ...live, state: 'succeeded', progress: null });
          return reply;
        },
      }),
    );
    const stop = store.start();
    await expect.poll(() => store.get().facts).not.toBeNull();
    expect(store.get().facts?.runs.find((run) => run.id === live.id)?.state).toBe('succeeded');
    stop();
  });

  it('load again when the engine has come back', async () => {
    const { controls, ...bridge } = createWindowBridge('full');
    const store = createStore(createClient(contract, bridge));
    const stop = store.start();
    await expect.poll(() => store.get().facts).not.toBeNull();
    controls.emit('engine.stateChanged', { state: 'starting', reason: 'it ended' });
    controls.world.jobs = [];
    controls.emit('engine.stateChanged', { state: 'ready', reason: null });
    await expect.poll(() => store.get().facts?.jobs).toEqual([]);
    stop();
  });
});

describe('progress in words', () => {
  const run = factsOf('running').runs[0];
  if (!run) throw new Error('a live run');
  const at = (change: object, trouble: DriveTrouble | null = null) =>
    describeRunProgress({ ...run, ...change }, trouble);

  it.each([
    ['while queued', { state: 'queued', progress: null }, 'Waiting for its turn', ''],
    ['before anything is known', { stage: 'plan', progress: null }, 'Preparing', ''],
    ['during the dump', {}, 'Copying and encrypting', '37 %, about 2 min left'],
    [
      'while the dump stands still for Drive',
      { progress: { ...midDump, waits: true } },
      'Copying and encrypting',
      '37 %, waiting for Google Drive',
    ],
    ['during the upload', { stage: 'upload' }, 'Uploading', '37 %, about 2 min left'],
    ['without network', { state: 'waiting', stage: 'upload' }, 'Waiting for Google Drive', '37 %'],
    [
      'while Drive is full',
      { state: 'waiting', stage: 'upload', error: toWireError(new AppError('drive/quota-full', 'x')) },
      'Waiting for you',
      '37 %',
    ],
  ])('%s', (_when, change, label, percentText) => {
    expect(at(change)).toMatchObject({ label, percentText });
  });

  it('say that the upload has no way to Google, while a dump goes on without it', () => {
    const upload = { stage: 'upload', progress: { ...midDump, storedBytesTotal: 62_914_560 } };
    expect(at(upload, 'offline')).toMatchObject({
      label: 'No connection to Google Drive, trying again',
      percentText: '37 %, about 2 min left',
    });
    expect(at(upload, 'busy').label).toBe('Google asks for patience, trying again');
    expect(at({}, 'offline').label).toBe('Copying and encrypting');
  });
});

describe('addresses of pages', () => {
  it.each([
    ['', { page: 'overview', params: {} }],
    ['#/nowhere?x=1', { page: 'overview', params: { x: '1' } }],
    ['#/runs?run=5&job=a%20b', { page: 'runs', params: { run: '5', job: 'a b' } }],
  ])('%j leads to %j', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
  });

  it('are read back as they were made', () => {
    const params = { job: 'ä & ö', state: 'failed' };
    expect(parseRoute(toHash('runs', params))).toEqual({ page: 'runs', params });
  });
});

describe('a connection’s form', () => {
  const defaults = { port: 5432, user: 'postgres', sslMode: 'prefer' };

  it.each([
    [
      'postgresql://anna:p%40ss@db.example:5433/shop?sslmode=require',
      { host: 'db.example', port: 5433, user: 'anna', password: 'p@ss', database: 'shop', sslMode: 'require' },
    ],
    ['postgres://localhost', { ...defaults, host: 'localhost', database: 'postgres' }],
    ['postgresql:///shop?host=/run/postgresql', { ...defaults, host: '/run/postgresql', database: 'shop' }],
    ['postgresql://[::1]/shop', { ...defaults, host: '::1', database: 'shop' }],
    ['https://db.example/shop', null],
    ['db.example', null],
  ])('takes %s apart', (url, fields) => {
    expect(parseConnectionUrl(url)).toEqual(fields);
  });

  it('keeps, changes or removes the stored password', () => {
    const [connection] = factsOf('full').connections;
    if (!connection) throw new Error('a connection');
    const values = toValues(connection);
    expect(values.password).toBe('');
    expect(toFormDraft(values, connection)).not.toHaveProperty('password');
    expect(toFormDraft({ ...values, password: 'new' }, connection).password).toBe('new');
    expect(toFormDraft({ ...values, removePassword: true }, connection).password).toBe('');
  });

  it('says in words which field is wrong, by the contract’s own limits', () => {
    const draft = toFormDraft({ ...toValues(null), port: 70_000, user: 'u'.repeat(64) }, null);
    expect(checkForm(connectionDraftSchema, draft)).toEqual({
      name: 'Fill this in',
      host: 'Fill this in',
      port: 'At most 65535',
      user: 'At most 63 characters',
    });
    expect(checkForm(connectionDraftSchema, toFormDraft({ ...toValues(null), port: '' }, null))['port']).toBe(
      'Enter a value of the right kind',
    );
  });
});
