// The bench as a picture: one bar for each contestant, in an SVG that reads well on light and dark pages. Pure.
import type { BenchFigures } from './bench-figures.ts';

export interface Bar {
  readonly label: string;
  readonly seconds: number;
  readonly isOurs: boolean;
}

const width = 760;
const labelWidth = 330;
const barHeight = 22;
const step = 34;
const top = 44;
const headingStep = 40;

/** Backups, then restores; what was not measured is left out. */
export function toBarGroups(
  figures: BenchFigures,
): readonly { readonly title: string; readonly bars: readonly Bar[] }[] {
  const bar = (label: string, seconds: number | null, isOurs = false): Bar[] =>
    seconds === null ? [] : [{ label, seconds, isOurs }];
  const groups = [
    {
      title: 'Backup',
      bars: [
        ...bar('the limit: pg_dump to nowhere', figures.limitSeconds),
        ...bar('PgKeep, uploaded and verified', figures.oursSeconds, true),
        ...bar('pg_dump | zstd | age, no upload', figures.programsSeconds),
        ...bar('pg_dump | zstd | age, then curl', figures.programsUploadSeconds),
        ...bar('pg_dump -Fc, then curl', figures.nativeSeconds),
        ...bar('pg_dump, gzip, then curl', figures.storySeconds),
      ],
    },
    {
      title: 'Restore',
      bars: [
        ...bar('pg_restore of a local file', figures.pgRestoreSeconds),
        ...bar('PgKeep, from Drive and compared', figures.oursRestoreSeconds, true),
      ],
    },
  ];
  return groups.filter(({ bars }) => bars.length > 0);
}

/** A whole SVG document. Bars of all groups have one scale. */
export function drawBench(figures: BenchFigures, caption: string): string {
  const groups = toBarGroups(figures);
  const longest = Math.max(0.001, ...groups.flatMap(({ bars }) => bars.map(({ seconds }) => seconds)));
  const scale = (width - labelWidth - 90) / longest;
  const parts: string[] = [];
  let y = top;
  for (const { title, bars } of groups) {
    parts.push(`<text class="head" x="12" y="${String(y + 4)}">${escapeXml(title)}</text>`);
    y += 16;
    for (const { label, seconds, isOurs } of bars) {
      const middle = y + barHeight / 2 + 5;
      const length = Math.max(1, seconds * scale).toFixed(1);
      const kind = isOurs ? 'ours' : 'other';
      parts.push(
        `<text class="${kind}-text" x="${String(labelWidth - 12)}" y="${String(middle)}" text-anchor="end">${escapeXml(label)}</text>`,
        `<rect class="${kind}" x="${String(labelWidth)}" y="${String(y)}" width="${length}" height="${String(barHeight)}" rx="3"/>`,
        `<text x="${(labelWidth + Number(length) + 8).toFixed(1)}" y="${String(middle)}">${seconds.toFixed(1)} s</text>`,
      );
      y += step;
    }
    y += headingStep - 16;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(width)} ${String(y)}" role="img" aria-label="${escapeXml(caption)}">`,
    '<style>',
    'text { font: 14px system-ui, sans-serif; fill: #333 } .head { font-weight: 600 } .ours-text { font-weight: 600 }',
    '.caption { font-size: 12px; fill: #666 } .ours { fill: #1c7ed6 } .other { fill: #adb5bd }',
    '@media (prefers-color-scheme: dark) { text { fill: #ddd } .caption { fill: #aaa } .other { fill: #6b7280 } .ours { fill: #4dabf7 } }',
    '</style>',
    `<text class="caption" x="12" y="18">${escapeXml(caption)}</text>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${String(sign.charCodeAt(0))};`);
}
