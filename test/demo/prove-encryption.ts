// Looks at a stored file as a stranger would and says why it might not be encrypted. Knows the age format's outside only.
import { createReadStream } from 'node:fs';

/** First line of every age file: https://age-encryption.org/v1 */
const ageMagic = 'age-encryption.org/v1\n';

/** Stops looking for the end of age's header after this many bytes; ours has a few hundred. */
const maxHeaderBytes = 64 * 1024;

/**
 * Reasons to doubt that the file is encrypted; empty when there are none: it begins with age's header, none of the
 * `markers` (text that is in the database; 6 characters or more) occurs in it, and the values of the bytes after the header are
 * spread evenly, which those of compressed data are not.
 */
export async function findEncryptionDoubts(file: string, markers: readonly string[]): Promise<string[]> {
  const doubts: string[] = [];
  const needles = markers.map((marker) => Buffer.from(marker, 'utf8'));
  const overlap = Math.max(1, ...needles.map((needle) => needle.length)) - 1;
  const counts = new Float64Array(256);
  const found = new Set<string>();
  let head = Buffer.alloc(0);
  let inHeader = true;
  let tail = Buffer.alloc(0);
  for await (const piece of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    const chunk = piece as Buffer;
    const text = Buffer.concat([tail, chunk]);
    needles.forEach((needle, index) => {
      if (text.includes(needle)) found.add(markers[index] ?? '');
    });
    tail = text.subarray(Math.max(0, text.length - overlap));
    if (!inHeader) {
      count(chunk, counts);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const end = findHeaderEnd(head);
    if (end === null && head.length < maxHeaderBytes) continue;
    inHeader = false;
    count(head.subarray(end ?? 0), counts);
  }
  if (!head.subarray(0, ageMagic.length).equals(Buffer.from(ageMagic)))
    doubts.push('it does not begin with age’s header');
  else if (findHeaderEnd(head) === null) doubts.push('age’s header has no end');
  for (const marker of found) doubts.push(`it holds "${marker}" in plain text`);
  const spread = measureUnevenness(counts);
  if (spread > maxUnevenness) doubts.push(`its bytes are not spread as random ones (${spread.toFixed(0)} deviations)`);
  return doubts;
}

/** The header ends with the line `--- <MAC>`. */
function findHeaderEnd(bytes: Buffer): number | null {
  const last = bytes.indexOf('\n--- ');
  const end = last === -1 ? -1 : bytes.indexOf('\n', last + 1);
  return end === -1 ? null : end + 1;
}

function count(bytes: Buffer, counts: Float64Array): void {
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
}

/** Random bytes pass this by chance about never (1 in 10^9); zstd's output of a shop is at hundreds. */
const maxUnevenness = 7;

/** Pearson's chi-squared of the 256 byte values against an even spread, in standard deviations above its mean. */
function measureUnevenness(counts: Float64Array): number {
  const total = counts.reduce((sum, each) => sum + each, 0);
  // With fewer than five of each value the measure says nothing.
  if (total < 256 * 5) return 0;
  const expected = total / 256;
  const chiSquared = counts.reduce((sum, each) => sum + (each - expected) ** 2 / expected, 0);
  return (chiSquared - 255) / Math.sqrt(2 * 255);
}
