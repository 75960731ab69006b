// Checks a form with the contract's own schema and puts zod's findings into plain words, one for each field.
import type { z } from 'zod';

/** For Mantine's `validate`: field name -> words. Empty when all is well. */
export function checkForm(schema: z.ZodType, values: unknown): Record<string, string> {
  const result = schema.safeParse(values);
  if (result.success) return {};
  const errors: Record<string, string> = {};
  for (const issue of result.error.issues) {
    const field = issue.path.join('.');
    errors[field] ??= toWords(issue);
  }
  return errors;
}

function toWords(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_small' && issue.origin === 'string') return 'Fill this in';
  if (issue.code === 'too_big' && issue.origin === 'string') return `At most ${String(issue.maximum)} characters`;
  if (issue.code === 'too_small' && issue.origin === 'array') return 'Choose at least one';
  if (issue.code === 'too_small') return `At least ${String(issue.minimum)}`;
  if (issue.code === 'too_big') return `At most ${String(issue.maximum)}`;
  // The contract's own rules say the second half of a sentence.
  if (issue.code === 'custom') return `${issue.message.charAt(0).toUpperCase()}${issue.message.slice(1)}`;
  return 'Enter a value of the right kind';
}
