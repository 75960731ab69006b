// A mail as a person reads it: subject, plain text and HTML from one alert. Pure. The HTML has no table, no image and nothing
// from elsewhere; its colours stand in the elements for programs that drop style sheets, and follow a dark screen where they do not.
import type { Alert, AlertTone } from '../../../shared/alert.ts';

export interface MailText {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Where it comes from, for the last line. */
export interface MailOrigin {
  readonly machine: string;
  readonly version: string;
  /** The time of the alert as the reader's clock shows it. */
  readonly at: string;
}

const tones: Readonly<Record<AlertTone, { readonly color: string; readonly dark: string; readonly word: string }>> = {
  bad: { color: '#c92a2a', dark: '#ff8787', word: 'Needs you' },
  warn: { color: '#a35200', dark: '#ffc078', word: 'Soon needs you' },
  good: { color: '#20733a', dark: '#8ce99a', word: 'Good again' },
  info: { color: '#364fc7', dark: '#91a7ff', word: 'For your information' },
};

const subjectLength = 180;

export function toMailText(alert: Alert, origin: MailOrigin): MailText {
  return {
    subject: cut(oneLine(`PgKeep: ${alert.title}`), subjectLength),
    text: toText(alert, origin),
    html: toHtml(alert, origin),
  };
}

function toText({ title, happened, toDo, facts, log }: Alert, origin: MailOrigin): string {
  const width = Math.max(0, ...facts.map(({ label }) => label.length)) + 2;
  const parts = [
    oneLine(title),
    happened,
    ...(toDo === '' ? [] : [`What to do:\n${toDo}`]),
    ...(facts.length === 0
      ? []
      : [facts.map(({ label, value }) => `${`${label}:`.padEnd(width)}${oneLine(value)}`).join('\n')]),
    ...(log.length === 0 ? [] : [`The end of the log:\n${log.map((line) => `  ${oneLine(line)}`).join('\n')}`]),
    `-- \n${toFooter(origin).join('\n')}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function toFooter({ machine, version, at }: MailOrigin): [string, string] {
  return [
    `PgKeep ${version} on ${machine}, ${at}`,
    'What is sent, and when, is chosen in PgKeep under Settings, Notifications.',
  ];
}

const style = `
  :root { color-scheme: light dark; supported-color-schemes: light dark; }
  @media (prefers-color-scheme: dark) {
    body, .page { background: #17181c !important; }
    .card { background: #212329 !important; border-color: #363941 !important; }
    .ink { color: #eceef2 !important; }
    .faint { color: #a9adb8 !important; }
    .box { background: #2a2d35 !important; border-color: #3d414b !important; }
    .rule { border-color: #363941 !important; }
  }
`;

const font = `font-family: -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif`;

function toHtml({ title, tone, happened, toDo, facts, log }: Alert, origin: MailOrigin): string {
  const { color, dark, word } = tones[tone];
  const darkTone = `@media (prefers-color-scheme: dark) { .tone { color: ${dark} !important; } .bar { background: ${dark} !important; } }`;
  const [from, where] = toFooter(origin);
  const body = [
    `<p class="tone" style="margin: 0 0 6px; font-size: 13px; font-weight: 600; color: ${color};">${word}</p>`,
    `<h1 class="ink" style="margin: 0 0 12px; font-size: 21px; line-height: 1.3; font-weight: 650; color: #1c1e24;">${escape(title)}</h1>`,
    `<p class="ink" style="margin: 0; font-size: 15px; line-height: 1.55; color: #1c1e24;">${toLines(happened)}</p>`,
    ...(toDo === '' ? [] : [toBox(toDo)]),
    ...(facts.length === 0 ? [] : [toFacts(facts)]),
    ...(log.length === 0 ? [] : [toLog(log)]),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escape(title)}</title>
<style>${style}  ${darkTone}
</style>
</head>
<body class="page" style="margin: 0; padding: 0; background: #f3f4f7; ${font};">
<div class="page" style="padding: 24px 12px; background: #f3f4f7;">
<div class="card" style="max-width: 600px; margin: 0 auto; overflow: hidden; background: #ffffff; border: 1px solid #e0e2e8; border-radius: 10px;">
<div class="bar" style="height: 4px; background: ${color};"></div>
<div style="padding: 22px 26px 26px;">
${body.join('\n')}
</div>
</div>
<p class="faint" style="max-width: 600px; margin: 14px auto 0; padding: 0 4px; font-size: 12px; line-height: 1.5; color: #5c606b;">${escape(from)}<br>${escape(where)}</p>
</div>
</body>
</html>
`;
}

function toBox(toDo: string): string {
  return `<div class="box" style="margin: 18px 0 0; padding: 12px 16px; background: #f3f4f7; border: 1px solid #e0e2e8; border-radius: 8px;">
<p class="faint" style="margin: 0 0 4px; font-size: 13px; font-weight: 600; color: #5c606b;">What to do</p>
<p class="ink" style="margin: 0; font-size: 15px; line-height: 1.55; color: #1c1e24;">${toLines(toDo)}</p>
</div>`;
}

function toFacts(facts: Alert['facts']): string {
  const rows = facts.map(
    ({ label, value }, index) =>
      `<div class="rule" style="padding: 8px 0; ${index === 0 ? '' : 'border-top: 1px solid #e0e2e8;'}">
<dt class="faint" style="margin: 0; font-size: 13px; color: #5c606b;">${escape(label)}</dt>
<dd class="ink" style="margin: 2px 0 0; font-size: 15px; line-height: 1.45; color: #1c1e24; overflow-wrap: anywhere;">${escape(value)}</dd>
</div>`,
  );
  return `<dl style="margin: 18px 0 0;">\n${rows.join('\n')}\n</dl>`;
}

function toLog(log: readonly string[]): string {
  const lines = log.map((line) => escape(oneLine(line))).join('\n');
  return `<p class="faint" style="margin: 18px 0 6px; font-size: 13px; font-weight: 600; color: #5c606b;">The end of the log</p>
<pre class="box ink" style="margin: 0; padding: 12px 14px; background: #f3f4f7; border: 1px solid #e0e2e8; border-radius: 8px; font-family: ui-monospace, Consolas, Menlo, monospace; font-size: 12px; line-height: 1.5; color: #1c1e24; white-space: pre-wrap; overflow-wrap: anywhere;">${lines}</pre>`;
}

function toLines(text: string): string {
  return escape(text).replaceAll('\n', '<br>');
}

function escape(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' };
  return text.replace(/[&<>"]/g, (sign) => `&${names[sign] ?? ''};`);
}

/** A line break in a subject or a row would begin another one. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
