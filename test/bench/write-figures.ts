// Puts measured figures into docs/: tables into performance.md, between the markers of their section, and the picture.
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { formatBytes } from '../../shared/format.ts';
import type { BenchFigures } from './bench-figures.ts';
import { toBenchTables, toUploadTable } from './bench-report.ts';
import { drawBench } from './draw-bench.ts';

const page = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));
const picture = fileURLToPath(new URL('../../docs/images/bench.svg', import.meta.url));

export async function writeFigures(figures: BenchFigures): Promise<void> {
  const gib = (totalmem() / 2 ** 30).toFixed(0);
  const machine = `${String(cpus().length)} cores, ${gib} GiB of memory, Node ${process.versions.node}`;
  let text = await readFile(page, 'utf8');
  if (figures.sizeBytes > 0) {
    const caption = `Seconds for a dump of ${formatBytes(figures.sizeBytes)}, medians of ${String(figures.rounds)}; ${machine}`;
    await writeFile(picture, drawBench(figures, caption));
    text = replaceSection(text, 'bench', toBenchTables(figures, machine));
  }
  if (figures.upload) text = replaceSection(text, 'upload', toUploadTable(figures.upload, machine));
  await writeFile(page, text);
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. Throws when the page has no such section. */
export function replaceSection(text: string, name: string, content: string): string {
  const section = new RegExp(`(<!-- ${name} -->\\n)[^]*?(<!-- /${name} -->)`);
  if (!section.test(text)) throw new Error(`no section <!-- ${name} -->`);
  return text.replace(section, (_, open: string, close: string) => `${open}\n${content}\n${close}`);
}
