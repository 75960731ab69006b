// PostgreSQL's programs on this machine, looked for in the folders that a person chose as well.
import type { EngineConfig } from '../base/ports.ts';
import { findTools, type ToolSet } from '../postgres/find-tools.ts';
import type { Db } from '../store/database.ts';
import { readSetting } from '../store/settings.ts';

export function findInstalledTools({
  db,
  config,
}: {
  readonly db: Db;
  readonly config: EngineConfig;
}): Promise<ToolSet[]> {
  return findTools([...readSetting(db, 'toolDirs'), ...config.toolDirs]);
}
