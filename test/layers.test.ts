// Imports point down only: walks the sources, reads every import with TypeScript's own parser and asks the table in
// build/layers.mjs, which lint uses as well.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { explainImport, findLayer } from '../build/layers.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

interface Import {
  readonly specifier: string;
  readonly line: number;
}

/** Static and dynamic imports, re-exports and `require`, in the order of the file. */
function listImports(text: string): Import[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName, pos }) => ({
    specifier: fileName,
    line: text.slice(0, pos).split('\n').length,
  }));
}

function listProblems(file: string, text: string): string[] {
  return listImports(text).flatMap(({ specifier, line }) => {
    const problem = explainImport(file, specifier);
    return problem === null ? [] : [`${file}:${String(line)} imports '${specifier}': ${problem}`];
  });
}

function listSources(): string[] {
  return ['shared', 'electron', 'renderer'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => path.posix.join(folder, name.split(path.sep).join('/')))
      .filter((name) => /\.tsx?$/.test(name)),
  );
}

describe('the layers', () => {
  const sources = listSources();

  it('have a place for every source file', () => {
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.filter((file) => findLayer(file) === null)).toEqual([]);
  });

  it('are imported downwards only', () => {
    expect(sources.flatMap((file) => listProblems(file, readFileSync(path.join(root, file), 'utf8')))).toEqual([]);
  });
});

describe('the rule', () => {
  it('names file, line and reason of a forbidden import', () => {
    const text = "import { z } from 'zod';\nimport { startRun } from '../pipeline/run-backup.ts';\n";
    expect(listProblems('electron/engine/schedule/scheduler.ts', text)).toEqual([
      "electron/engine/schedule/scheduler.ts:2 imports '../pipeline/run-backup.ts': " +
        'engine/schedule may import base, store and shared; it starts runs through a function it is given',
    ]);
  });

  it.each([
    ['export { a } from "../restore/a.ts";', 'a re-export'],
    ['import type { A } from "../restore/a.ts";', 'a type'],
    ['const a = await import("../restore/a.ts");', 'a dynamic import'],
    ['const a = require("../restore/a.ts");', 'a require'],
    ['import "electron";', 'the shell’s package'],
    ['import "../../../test/google/server.ts";', 'a test'],
  ])('sees %s (%s)', (line) => {
    expect(listProblems('electron/engine/pipeline/run-backup.ts', line)).toHaveLength(1);
  });

  it.each([
    ['shared/job.ts', 'zod', true],
    ['shared/job.ts', './run.ts', true],
    ['shared/job.ts', 'node:path', false],
    ['shared/job.ts', 'path', false],
    ['shared/job.ts', 'pg', false],
    ['renderer/app.tsx', '../shared/job.ts', true],
    ['renderer/app.tsx', '../electron/engine/store/jobs.ts', false],
    ['renderer/app.tsx', 'node:fs', false],
    ['electron/engine/drive/api.ts', '../store/uploads.ts', false],
    ['electron/engine/drive/api.ts', 'googleapis/build/src/apis/drive/index.js', true],
    ['electron/engine/drive/api.ts', 'electron', false],
    ['electron/engine/engine.ts', './restore/drill.ts', true],
    ['electron/engine-host.ts', './engine/engine.ts', true],
    ['electron/engine-host.ts', './engine/store/jobs.ts', false],
    ['electron/cli/host-engine.ts', '../../package.json', true],
    ['electron/engine/store/jobs.ts', '../../../package.json', false],
    ['electron/shell/tray.ts', 'electron', true],
    ['electron/shell/tray.ts', '../engine/base/ports.ts', true],
    ['electron/shell/tray.ts', '../engine/engine.ts', false],
    ['electron/preload.ts', 'electron', true],
    ['electron/preload.ts', 'node:fs', false],
    ['test/unit/anything.test.ts', '../../electron/engine/store/jobs.ts', true],
  ])('%s may import %s: %s', (file, specifier, allowed) => {
    expect(explainImport(file, specifier) === null).toBe(allowed);
  });
});
