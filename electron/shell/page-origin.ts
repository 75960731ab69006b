// The page's address and which file of the program answers it. Pure; window-session.ts connects it to Electron.
import path from 'node:path';

export const pageScheme = 'app';
export const pageHost = 'pgkeep';
export const pageUrl = `${pageScheme}://${pageHost}/index.html`;

/** The page may load itself and nothing else. Inline styles: the component library writes them. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** True for an address of our own page, whatever its path. */
export function isOwnUrl(url: string): boolean {
  const parsed = parseUrl(url);
  return parsed?.protocol === `${pageScheme}:` && parsed.host === pageHost;
}

/** What the page's session may load: its own files and what is already in memory. */
export function mayLoad(url: string): boolean {
  return isOwnUrl(url) || ['data:', 'blob:', 'devtools:'].includes(parseUrl(url)?.protocol ?? '');
}

/** True for an address that may be given to the system's browser. */
export function isWebUrl(url: string): boolean {
  return ['https:', 'http:'].includes(parseUrl(url)?.protocol ?? '');
}

export interface PageFile {
  readonly path: string;
  readonly contentType: string;
}

/** The file below `rootDir` that an address means; null when there is none, or it would lie outside. */
export function toPageFile(url: string, rootDir: string): PageFile | null {
  const parsed = parseUrl(url);
  if (!parsed || !isOwnUrl(url)) return null;
  let relative: string;
  try {
    relative = decodeURIComponent(parsed.pathname);
  } catch {
    return null;
  }
  if (relative.includes('\0') || relative.includes('\\')) return null;
  const root = path.resolve(rootDir);
  const file = path.join(root, relative === '/' ? 'index.html' : relative);
  const contentType = contentTypes[path.extname(file).toLowerCase()];
  if (!file.startsWith(root + path.sep) || !contentType) return null;
  return { path: file, contentType };
}

function parseUrl(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}
