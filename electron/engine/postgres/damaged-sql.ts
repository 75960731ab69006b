// What every part of the reader of plain SQL throws.
import { AppError } from '../../../shared/errors.ts';

export function damagedSql(what: string): AppError {
  return new AppError('archive/damaged', `the SQL dump is damaged: ${what}`);
}
