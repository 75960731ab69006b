// The page's two channels. Takes calls from our window's own page and from nobody else, and hands them to their owner.
import { ipcMain, type IpcMainInvokeEvent } from 'electron';
import { AppError, toWireError } from '../../shared/errors.ts';
import type { Contract, Reply } from '../../shared/ipc/define.ts';
import { isOwnUrl } from './page-origin.ts';
import { createRouteCall, type CallOwners } from './route-call.ts';
import type { MainWindow } from './window.ts';

export interface IpcRouterOptions {
  readonly contract: Contract;
  readonly window: MainWindow;
  readonly owners: CallOwners;
}

/** Starts answering; there is one router for the program's whole life. */
export function startIpcRouter({ contract, window, owners }: IpcRouterOptions): void {
  const route = createRouteCall(contract, owners);
  ipcMain.handle('call', (event, name: unknown, input: unknown): Promise<Reply> | Reply => {
    if (isOurPage(event, window)) return route(name, input);
    return { ok: false, error: toWireError(new AppError('input/invalid', 'a call from a page that is not ours')) };
  });
}

/** The main frame of our window, at our own address. A frame that is gone has no address. */
function isOurPage(event: IpcMainInvokeEvent, window: MainWindow): boolean {
  const frame = event.senderFrame;
  return window.owns(event.sender) && frame !== null && frame.parent === null && isOwnUrl(frame.url);
}
