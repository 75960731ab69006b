// Reads the commands out of a page of the documentation. A block that can be run has a comment before it with a name that
// stays: `<!-- run: name -->`, then a fence with the language `sh`.

const fence = /(?:<!-- run: ([a-z0-9-]+) -->\s*\n)?^```sh\n([\s\S]*?)^```$/gm;

/** Commands by name, in the page's order. Throws when a block has no name or two have one. */
export function readCommandBlocks(markdown: string): ReadonlyMap<string, string> {
  const blocks = new Map<string, string>();
  for (const [whole, name, commands = ''] of markdown.matchAll(fence)) {
    if (name === undefined) throw new Error(`a block without a name: ${whole}`);
    if (blocks.has(name)) throw new Error(`two blocks have the name ${name}`);
    blocks.set(name, commands);
  }
  return blocks;
}

/** Puts real values in the place of a page's examples. Throws for an example that no command uses: then one has changed. */
export function fillIn(
  blocks: ReadonlyMap<string, string>,
  values: Readonly<Record<string, string>>,
): Map<string, string> {
  const all = [...blocks.values()].join('');
  for (const example of Object.keys(values)) {
    if (!all.includes(example)) throw new Error(`no command has ${example} in it any more`);
  }
  return new Map([...blocks].map(([name, commands]) => [name, replaceAll(commands, values)]));
}

function replaceAll(text: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((filled, [example, value]) => filled.replaceAll(example, value), text);
}
