// Puts measured figures into docs/performance.md, between the markers of their section.
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { UploadFigures } from './upload-bench.ts';

const page = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));

/** Replaces what stands between `<!-- upload -->` and `<!-- /upload -->`. */
export async function writeUploadFigures(figures: UploadFigures): Promise<void> {
  const text = await readFile(page, 'utf8');
  const section = /(<!-- upload -->\n)[\s\S]*?(<!-- \/upload -->)/;
  if (!section.test(text)) throw new Error(`${page} has no section for the upload`);
  const table = toTable(figures);
  await writeFile(
    page,
    text.replace(section, (_, open: string, close: string) => `${open}\n${table}\n${close}`),
  );
}

export function toTable(figures: UploadFigures): string {
  const rows = [
    ['Size', `${(figures.sizeBytes / 1e6).toFixed(0)} MB, ${String(figures.rounds)} rounds, medians`],
    [
      'Machine',
      `${String(cpus().length)} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB of memory, Node ${process.versions.node}`,
    ],
    ['`curl --upload-file`', `${figures.curlSeconds.toFixed(2)} s`],
    ['PgKeep', `${figures.uploadSeconds.toFixed(2)} s`],
    ['Ratio', figures.ratio.toFixed(3)],
    ['Memory beyond that before the upload, at most', `${(figures.peakExtraRssBytes / 1e6).toFixed(1)} MB`],
    ['Event loop late, 99 of 100 looks', `${figures.eventLoopP99Ms.toFixed(1)} ms`],
  ];
  return [
    '<!-- prettier-ignore -->',
    '| | |',
    '|---|---|',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '',
  ].join('\n');
}
