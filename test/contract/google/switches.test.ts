import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultSwitches } from '../../google/options.ts';
import { doubts, switchSettings } from '../../google/switch-settings.ts';
import { chunkBytes, hashOf, openClient, openGoogle, putChunk, startSession } from './support.ts';

describe('the switches for what nobody knows', () => {
  it('begin with the default and have other settings', () => {
    for (const { title, settings } of doubts) {
      const [first, ...others] = settings;
      expect([title, defaultSwitches]).toMatchObject([title, first]);
      expect([title, others.length > 0]).toEqual([title, true]);
    }
    expect(switchSettings.length).toBeGreaterThanOrEqual(doubts.length);
  });

  it('are all in the page about the local Google', async () => {
    const page = await readFile(path.resolve(import.meta.dirname, '../../../docs/local-google.md'), 'utf8');
    const names = doubts.flatMap(({ settings }) => settings.flatMap((switches) => Object.keys(switches)));
    for (const name of new Set(names)) expect(page).toContain(`\`${name}\``);
  });

  it.each(switchSettings)('leave a plain upload whole: $title', async ({ switches }) => {
    const google = await openGoogle({ switches });
    const data = randomBytes(2 * chunkBytes);
    const client = openClient(google);
    const uri = await startSession(client, { name: 'x' }, data.length);
    const authorization = { Authorization: `Bearer ${client.accessToken}` };
    const range = (first: number, last: number): Record<string, string> => ({
      ...{ ...authorization, 'Content-Range': `bytes ${String(first)}-${String(last)}/${String(data.length)}` },
    });
    const first = await client.call('PUT', uri, data.subarray(0, chunkBytes), range(0, chunkBytes - 1));
    expect(first.status).toBe(308);
    const last = await client.call('PUT', uri, data.subarray(chunkBytes), range(chunkBytes, data.length - 1));
    expect([200, 201]).toContain(last.status);
    const [file] = google.files();
    expect(file?.content?.sha256).toBe(hashOf(data));
    expect((await putChunk(uri, data.subarray(chunkBytes), chunkBytes, data.length)).status).toBeLessThan(500);
  });
});
