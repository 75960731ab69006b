// The file by which a Linux desktop starts PgKeep when a person signs in, as the Desktop Entry and the Autostart
// specification want it. Pure.

/** Characters that an argument of `Exec` may only hold within quotes. */
const reserved = /[\s"'\\><~|&;$*?#()`]/;

/** The text of the entry that starts `command`: the program's path, then its arguments. */
export function toAutostartEntry(command: readonly [string, ...string[]]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Version=1.5',
    'Name=PgKeep',
    'Comment=Encrypted PostgreSQL backups',
    // The desktop passes over the entry when the program is gone.
    `TryExec=${escapeValue(command[0])}`,
    `Exec=${command.map(quoteArgument).map(escapeValue).join(' ')}`,
    'Terminal=false',
    'StartupNotify=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** False for an entry that a person switched off in the desktop's own settings. */
export function isEntryOn(text: string): boolean {
  const keys = new Map(
    text.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at < 1 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()] as const];
    }),
  );
  return keys.has('Exec') && keys.get('Hidden') !== 'true' && keys.get('X-GNOME-Autostart-enabled') !== 'false';
}

/** Quoted where it has to be; `%` would be a field code. */
function quoteArgument(argument: string): string {
  const text = argument.replaceAll('%', '%%');
  return text === '' || reserved.test(text) ? `"${text.replaceAll(/["`$\\]/g, '\\$&')}"` : text;
}

/** The escapes of every value of the file, which are read before the quotes. */
function escapeValue(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replace(/^ /, '\\s');
}
