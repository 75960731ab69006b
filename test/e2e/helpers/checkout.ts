// The program as this checkout builds it: real engine, real page. For tests of the whole; the shell's own tests bring a
// smaller engine (app-folder.ts).
import path from 'node:path';
import { bundle } from '../../../build/bundle.mjs';
import { getElectron, writeRuntimeFile } from '../../../build/electron-runtime.mjs';

/** Bundles into dist/ for the runtime at hand; answers the `appDir` for `launchApp`. */
export async function bundleCheckout(): Promise<string> {
  await bundle();
  writeRuntimeFile(getElectron());
  return path.resolve(import.meta.dirname, '../../..');
}
