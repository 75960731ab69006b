import { describe, expect, it } from 'vitest';
import { noAccount } from '../../fakes/no-account.ts';
import { createEngineEvents } from '../../../electron/shell/engine-events.ts';
import { createRouteCall } from '../../../electron/shell/route-call.ts';
import { contract } from '../../../shared/ipc/contract.ts';
import type { Dispatch } from '../../../shared/ipc/define.ts';

const answerAs =
  (who: string): Dispatch =>
  (name, input) =>
    Promise.resolve({ ok: true, value: [who, name, input] });

describe('a call from the page', () => {
  const route = createRouteCall(contract, { engine: answerAs('engine'), shell: answerAs('shell') });

  it.each([
    ['jobs.list', 'engine'],
    ['runs.start', 'engine'],
    ['app.quit', 'shell'],
    ['keys.saveKit', 'shell'],
  ])('%s goes to the %s', async (name, owner) => {
    expect(await route(name, 7)).toEqual({ ok: true, value: [owner, name, 7] });
  });

  it.each([
    'keys.writeKit',
    'tray.get',
    'runs.changed',
    'vault.read',
    'jobs',
    'jobs.',
    '.list',
    '',
    'jobs.toString',
    '__proto__.x',
    'constructor.name',
    5,
    null,
    ['jobs.list'],
  ])('%j is refused', async (name) => {
    expect(await route(name, {})).toMatchObject({ ok: false, error: { code: 'input/invalid' } });
  });
});

describe('an event of the engine', () => {
  const tray = { icon: 'idle', tooltip: 'PgKeep', items: [], activeRuns: [], keepAwake: false };
  const notice = { title: 'a', body: 'b', urgency: 'normal', open: { page: 'runs', params: {} } };
  const account = noAccount;

  it.each([
    ['tray.changed', tray, ['tray', tray]],
    ['notices.raised', notice, ['notice', notice]],
    ['account.browserWanted', { url: 'https://a.example/' }, ['browser', 'https://a.example/']],
    ['account.changed', account, ['page', 'account.changed', account]],
    ['account.browserWanted', { url: 'file:///etc/passwd' }, ['warning']],
    ['tray.changed', { icon: 'other' }, ['warning']],
    ['engine.stateChanged', { state: 'ready', reason: null }, ['warning']],
    ['app.navigated', { to: 'runs' }, ['warning']],
    ['runs.start', {}, ['warning']],
    ['no.such', {}, ['warning']],
  ])('%s with %j', (name, payload, expected) => {
    const seen: unknown[][] = [];
    const silent = (): void => undefined;
    const log = { debug: silent, info: silent, error: silent, warn: () => seen.push(['warning']) };
    const targets = {
      openBrowser: (url: string) => seen.push(['browser', url]),
      notify: (value: unknown) => seen.push(['notice', value]),
      drawTray: (model: unknown) => seen.push(['tray', model]),
      tellPage: (event: string, value: unknown) => seen.push(['page', event, value]),
    };
    createEngineEvents(contract, targets, log)(name, payload);
    expect(seen).toEqual([expected]);
  });
});
