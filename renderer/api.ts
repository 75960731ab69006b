// The window's one way out: the client derived from the contract over the bridge that the preload script puts here.
// No other file touches window.bridge.
import { contract, type PgKeepClient } from '../shared/ipc/contract.ts';
import { createClient, type Transport } from '../shared/ipc/define.ts';

declare global {
  interface Window {
    readonly bridge: Transport;
  }
}

export type Api = PgKeepClient;

export const api: Api = createClient(contract, window.bridge);
