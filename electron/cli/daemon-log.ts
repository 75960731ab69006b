// The daemon's lines on stderr: for a terminal with the time, for journald with its level in front (it has the time itself),
// and for programs as JSON.
import type { LogLevel } from '../../shared/run.ts';

/** syslog's numbers, as sd-daemon(3) wants them at the beginning of a line. */
const priorities: Readonly<Record<LogLevel, number>> = { debug: 7, info: 6, warn: 4, error: 3 };

export type LineForm = 'time' | 'journal' | 'json';

/** Whether stderr goes to journald: https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html */
export function chooseLineForm(json: boolean, env: Readonly<Record<string, string | undefined>>): LineForm {
  if (json) return 'json';
  return (env['JOURNAL_STREAM'] ?? '') === '' ? 'time' : 'journal';
}

/** One line, whatever the message holds. */
export function toLogLine(form: LineForm, level: LogLevel, message: string, at: Date): string {
  if (form === 'json') return JSON.stringify({ at: at.toISOString(), level, message });
  const line = message.replace(/\s*\n\s*/g, ' ');
  return form === 'journal' ? `<${String(priorities[level])}>${line}` : `${at.toISOString()} ${level} ${line}`;
}
