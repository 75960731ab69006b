// Log lines for people. `redact` is the second net under the rule that no caller passes a secret.
import type { LogLevel } from '../../../shared/run.ts';
import type { Log } from './ports.ts';

const hidden = '[hidden]';

/**
 * Shapes of secrets that could slip into a line: age identities, private keys, signed requests, URL passwords, bearer and
 * Google tokens, upload sessions.
 */
const shapes: readonly [RegExp, string][] = [
  [/AGE-SECRET-KEY-[A-Z0-9-]+/gi, hidden],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, hidden],
  [/\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/g, hidden],
  [/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):\S+@/gi, `$1:${hidden}@`],
  [/(bearer\s+)[\w.~+/=-]+/gi, `$1${hidden}`],
  [/\bya29\.[\w.-]+/g, hidden],
  [/\b1\/\/[\w-]{20,}/g, hidden],
  [
    /((?:access_token|refresh_token|client_secret|upload_id|password|code_verifier)["']?\s*[=:]\s*["']?)[^\s"'&,}]+/gi,
    `$1${hidden}`,
  ],
];

export function redact(text: string): string {
  return shapes.reduce((result, [shape, replacement]) => result.replace(shape, replacement), text);
}

/** A log that hands each redacted line to `write`. */
export function createLog(write: (level: LogLevel, message: string) => void): Log {
  const at = (level: LogLevel) => (message: string) => {
    write(level, redact(message));
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
