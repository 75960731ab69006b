// Where the engine's events go: a few are for the shell itself, the rest belongs to the page. Checks every one first.
import type { Contract } from '../../shared/ipc/define.ts';
import { noticeSchema, type Notice } from '../../shared/settings.ts';
import { trayModelSchema, type TrayModel } from '../../shared/tray-model.ts';
import type { Log } from '../engine/base/ports.ts';
import { isWebUrl } from './page-origin.ts';
import { findEngineEvent } from './route-call.ts';

export interface EngineEventTargets {
  readonly openBrowser: (url: string) => void;
  readonly notify: (notice: Notice) => void;
  readonly drawTray: (model: TrayModel) => void;
  readonly tellPage: (name: string, payload: unknown) => void;
}

export function createEngineEvents(
  contract: Contract,
  targets: EngineEventTargets,
  log: Log,
): (name: string, payload: unknown) => void {
  return (name, raw) => {
    const parsed = findEngineEvent(contract, name)?.payload.safeParse(raw);
    if (!parsed?.success) {
      log.warn(`the engine sent an event that is not in the contract: ${name.slice(0, 80)}`);
      return;
    }
    const payload: unknown = parsed.data;
    if (name === 'tray.changed') targets.drawTray(trayModelSchema.parse(payload));
    else if (name === 'notices.raised') targets.notify(noticeSchema.parse(payload));
    else if (name === 'account.browserWanted') openIfWeb(payload, targets, log);
    else targets.tellPage(name, payload);
  };
}

function openIfWeb(payload: unknown, targets: EngineEventTargets, log: Log): void {
  const url = typeof payload === 'object' && payload !== null && 'url' in payload ? payload.url : null;
  if (typeof url === 'string' && isWebUrl(url)) targets.openBrowser(url);
  else log.warn('the engine wants an address opened that is not of the web');
}
