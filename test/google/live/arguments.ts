// The words after `npm run google:live --`.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig, toPaths } from '../../../electron/engine/base/config.ts';
import type { GoogleEndpoints, OAuthClientSettings } from '../../../electron/engine/base/ports.ts';
import { parseClientFile } from '../../../electron/engine/drive/credentials-file.ts';
import { driveRoles, type DriveRole } from '../rights.ts';
import type { BrowserWay } from './browser.ts';

export const usage = `usage: npm run google:live -- --client FILE [options]

Settles what Google's pages leave open, in a fresh folder "PgKeep live check" that is deleted at the end. Takes about five
minutes, one Google account, and an OAuth client of the type "Desktop app" (Google Cloud console, Clients, Download JSON) of a
project in which the Drive API is on. Best is a project for this alone.

  --client FILE          the client's JSON
  --other-client FILE    a second Desktop client of the same project (point 1)
  --picker               also choose a folder on Google's page (points 5 and 9)
  --role ROLE            what you are on the shared drive of that folder: ${driveRoles.join(', ')}
  --revoke               also revoke the access and give it again (point 1): every PgKeep that uses this project has to sign
                         in again, and may lose sight of its files
  --burst N              quick requests to be refused (point 8); default 400, 0 for none
  --config FILE          PgKeep's config.json with other addresses, e.g. of the local Google
  --out FOLDER           where live-check.json and live-recording.json go; default: here
  --browser open|print|fetch   fetch is for the local Google alone
  --yes                  begin without asking`;

export interface LiveArguments {
  readonly endpoints: GoogleEndpoints;
  readonly client: OAuthClientSettings;
  readonly otherClient: OAuthClientSettings | null;
  readonly picker: boolean;
  readonly revoke: boolean;
  readonly role: DriveRole | null;
  readonly burst: number;
  readonly outDir: string;
  readonly browser: BrowserWay;
  readonly yes: boolean;
}

/** Throws with a sentence for the person; null: help was asked for. */
export function readArguments(args: readonly string[]): LiveArguments | null {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ client: text, 'other-client': text, config: text, role: text },
      ...{ picker: flag, revoke: flag, yes: flag, help: flag },
      ...{ burst: { ...text, default: '400' }, out: { ...text, default: '.' }, browser: { ...text, default: 'open' } },
    },
  });
  if (values.help) return null;
  const { endpoints, builtIn } = readAddresses(values.config);
  const client = values.client === undefined ? builtIn : readClient(values.client);
  if (client === null) throw new Error('--client FILE is missing');
  const role = driveRoles.find((known) => known === values.role) ?? null;
  if (values.role !== undefined && role === null) throw new Error(`--role is one of ${driveRoles.join(', ')}`);
  const browser = (['open', 'print', 'fetch'] as const).find((way) => way === values.browser);
  if (browser === undefined) throw new Error('--browser is open, print or fetch');
  if (!/^\d{1,5}$/.test(values.burst)) throw new Error('--burst is a number');
  return {
    ...{ endpoints, client, role, browser, picker: values.picker, revoke: values.revoke, yes: values.yes },
    otherClient: values['other-client'] === undefined ? null : readClient(values['other-client']),
    ...{ burst: Number(values.burst), outDir: path.resolve(values.out) },
  };
}

function readClient(file: string): OAuthClientSettings {
  return parseClientFile(readFileSync(file, 'utf8'));
}

/** PgKeep reads its configuration from a folder, so the file has to bear its name. */
function readAddresses(file: string | undefined): { endpoints: GoogleEndpoints; builtIn: OAuthClientSettings | null } {
  if (file !== undefined && path.basename(file) !== 'config.json') throw new Error('--config is a file config.json');
  if (file !== undefined) readFileSync(file);
  const nowhere = path.join(import.meta.dirname, 'no-folder');
  const config = readConfig(toPaths(file === undefined ? nowhere : path.dirname(path.resolve(file))));
  return { endpoints: config.google, builtIn: config.builtInClient };
}
