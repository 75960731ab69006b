// Reads the name patterns of pg_dump and psql and says which regular expressions they stand for, so that the server can be
// asked what a pattern fits before pg_dump is. Pure.
import { invalidInput } from '../../../shared/errors.ts';

/** Outside of double quotes these keep their meaning in a regular expression, except that `*`, `?` and `.` are translated. */
const specials = new Set('|*+?()[]{}.^$\\');

/**
 * The regular expressions of a pattern's parts, the name last: `a.b` is two of them. As PostgreSQL's
 * processSQLNamePattern (src/fe_utils/string_utils.c) does it: lower case outside of quotes, `*` any text, `?` one
 * character, `$` itself, inside of quotes everything itself. Throws `input/invalid` for more parts than `most` and for an
 * open quote.
 */
export function toPatternRegex(pattern: string, most: number): readonly string[] {
  const parts: string[] = [''];
  let quoted = false;
  const add = (text: string): void => {
    parts.push((parts.pop() ?? '') + text);
  };
  const chars = Array.from(pattern);
  for (let index = 0; index < chars.length; index += 1) {
    const char = chars[index] ?? '';
    if (char === '"') {
      if (quoted && chars[index + 1] === '"') {
        add('"');
        index += 1;
      } else {
        quoted = !quoted;
      }
    } else if (quoted) {
      add(specials.has(char) ? `\\${char}` : char);
    } else if (char === '*') add('.*');
    else if (char === '?') add('.');
    else if (char === '.') parts.push('');
    else if (char === '$') add('\\$');
    else add(char.toLowerCase());
  }
  if (quoted) throw invalidInput('pattern', `${pattern}: a double quote is not closed`);
  if (parts.length > most || parts.some((part) => part === '')) {
    const shape = most === 1 ? 'one name without dots (put a dot into double quotes)' : 'schema.name, or a name alone';
    throw invalidInput('pattern', `${pattern}: a pattern is ${shape}`);
  }
  return parts.map((part) => `^(${part})$`);
}
