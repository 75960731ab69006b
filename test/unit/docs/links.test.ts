// Every link inside the documentation leads somewhere: to a file that is there, and to a heading that it has.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { listPages, readAnchors, readLinks, readPage, root } from './markdown.ts';

const isElsewhere = (target: string): boolean => /^[a-z]+:/.test(target);

/** What is wrong with a link; null when it leads somewhere. */
function findProblem(page: string, target: string): string | null {
  const [file = '', anchor] = target.split('#');
  const found = file === '' ? page : path.join(path.dirname(page), file);
  if (!existsSync(path.join(root, found))) return `${target}: ${found} is not there`;
  if (anchor === undefined || readAnchors(readPage(found)).includes(anchor)) return null;
  return `${target}: ${found} has no such heading`;
}

describe.each(listPages())('%s', (page) => {
  it('links to nothing that is not there', () => {
    const problems = readLinks(readPage(page))
      .filter((target) => !isElsewhere(target))
      .map((target) => findProblem(page, target))
      .filter((problem) => problem !== null);
    expect(problems).toEqual([]);
  });
});

describe('the documentation', () => {
  it('can be reached from the README, every page of it', () => {
    const reached = new Set<string>();
    const visit = (page: string): void => {
      if (reached.has(page)) return;
      reached.add(page);
      for (const target of readLinks(readPage(page))) {
        const [file = ''] = target.split('#');
        if (!isElsewhere(target) && file.endsWith('.md')) visit(path.join(path.dirname(page), file));
      }
    };
    visit('README.md');
    expect(listPages().filter((page) => !reached.has(page))).toEqual([]);
  });
});
