// Reads the installation's optional `config.json`: other addresses for Google, another client, other folders for PostgreSQL's programs.
// What is absent has the production value.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { readBuiltInClient } from './built-in-client.ts';
import type { EngineConfig, Paths } from './ports.ts';

const url = z.url({ protocol: /^https?$/ });

const configSchema = z.strictObject({
  google: z
    .strictObject({
      authUrl: url.default('https://accounts.google.com/o/oauth2/v2/auth'),
      tokenUrl: url.default('https://oauth2.googleapis.com/token'),
      revokeUrl: url.default('https://oauth2.googleapis.com/revoke'),
      apiRoot: url.default('https://www.googleapis.com'),
      uploadRoot: url.default('https://www.googleapis.com'),
    })
    .prefault({}),
  builtInClient: z
    .strictObject({ clientId: z.string().min(1), clientSecret: z.string().default('') })
    .nullable()
    .default(readBuiltInClient),
  toolDirs: z.array(z.string()).default([]),
});

export function toPaths(dataDir: string): Paths {
  const root = path.resolve(dataDir);
  return {
    dataDir: root,
    databasePath: path.join(root, 'pgkeep.db'),
    spoolDir: path.join(root, 'spool'),
    tempDir: path.join(root, 'temp'),
  };
}

/** Throws `input/invalid` when the file is there and wrong: a typo must not silently mean production. */
export function readConfig(paths: Paths): EngineConfig {
  const file = path.join(paths.dataDir, 'config.json');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return configSchema.parse({});
    throw error;
  }
  try {
    return configSchema.parse(JSON.parse(text));
  } catch (error) {
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : 'it is not JSON';
    throw new AppError('input/invalid', `${file}: ${problem}`, { context: { field: 'config.json', problem } });
  }
}
