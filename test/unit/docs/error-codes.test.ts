// docs/error-codes.md is what the program says. After a change of codes or words: `npx vitest run test/unit/docs -u`.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../../shared/errors.ts';
import { renderErrorCodesPage } from './error-codes-page.ts';

const file = fileURLToPath(new URL('../../../docs/error-codes.md', import.meta.url));

describe('docs/error-codes.md', () => {
  it('has the words that the program has', async () => {
    await expect(renderErrorCodesPage()).toMatchFileSnapshot(file);
  });

  it('has every code once', () => {
    const codes = [...readFileSync(file, 'utf8').matchAll(/^\| `([a-z-]+\/[a-z-]+)` \|/gm)].map(([, code]) => code);
    expect(codes.toSorted()).toEqual([...errorCodes].toSorted());
  });
});
