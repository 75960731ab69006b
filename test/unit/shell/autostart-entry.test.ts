import { describe, expect, it } from 'vitest';
import { isEntryOn, toAutostartEntry } from '../../../electron/shell/autostart-entry.ts';

const lineOf = (entry: string, key: string): string | undefined =>
  entry
    .split('\n')
    .find((line) => line.startsWith(`${key}=`))
    ?.slice(key.length + 1);

/** What a desktop does with `Exec`: the file's escapes, then the quotes, then the field codes. */
function readExec(entry: string): string[] {
  const value = (lineOf(entry, 'Exec') ?? '').replaceAll(/\\([sntr\\])/g, (_all, code: string) => {
    return { s: ' ', n: '\n', t: '\t', r: '\r' }[code] ?? '\\';
  });
  const found = value.matchAll(/"((?:[^"\\]|\\["`$\\])*)"|([^\s"]+)/g);
  return [...found].map(([, quoted, plain]) =>
    (quoted === undefined ? (plain ?? '') : quoted.replaceAll(/\\(["`$\\])/g, '$1')).replaceAll('%%', '%'),
  );
}

describe('the autostart entry', () => {
  it('is a desktop entry that starts the program without its window', () => {
    expect(toAutostartEntry(['/opt/PgKeep/pgkeep', '--hidden'])).toBe(
      [
        '[Desktop Entry]',
        'Type=Application',
        'Version=1.5',
        'Name=PgKeep',
        'Comment=Encrypted PostgreSQL backups',
        'TryExec=/opt/PgKeep/pgkeep',
        'Exec=/opt/PgKeep/pgkeep --hidden',
        'Terminal=false',
        'StartupNotify=false',
        'X-GNOME-Autostart-enabled=true',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['/home/ann/My Apps/PgKeep-1.0.AppImage', '"/home/ann/My Apps/PgKeep-1.0.AppImage"'],
    ['/opt/50%/pgkeep', '/opt/50%%/pgkeep'],
    ['/opt/$HOME/pgkeep', String.raw`"/opt/\\$HOME/pgkeep"`],
    ['/opt/"a"`b`', '"/opt/\\\\"a\\\\"\\\\`b\\\\`"'],
    ['/opt/back\\slash', String.raw`"/opt/back\\\\slash"`],
    ['/opt/new\nline', String.raw`"/opt/new\nline"`],
    ["/opt/it's;&|", `"/opt/it's;&|"`],
  ])('quotes %j so that the desktop reads the same', (program, written) => {
    const entry = toAutostartEntry([program, '--hidden', `--data-dir=${program}`]);
    expect(lineOf(entry, 'Exec')).toMatch(/ --hidden "?--data-dir=/);
    expect(lineOf(entry, 'Exec')?.split(' --hidden ')[0]).toBe(written);
    expect(readExec(entry)).toEqual([program, '--hidden', `--data-dir=${program}`]);
  });

  it.each([
    [true, toAutostartEntry(['/opt/pgkeep', '--hidden'])],
    [false, ''],
    [false, '[Desktop Entry]\nExec=/opt/pgkeep\nHidden=true\n'],
    [false, '[Desktop Entry]\nExec=/opt/pgkeep\nX-GNOME-Autostart-enabled = false\n'],
    [true, '[Desktop Entry]\nExec=/opt/pgkeep\nHidden=false\n'],
  ])('counts as on: %s', (isOn, text) => {
    expect(isEntryOn(text)).toBe(isOn);
  });
});
