// Points 6, 8 and 10, as far as one run can see them, and two refusals that cost nothing.
import { setTimeout as waitFor } from 'node:timers/promises';
import type { LiveContext } from '../context.ts';
import type { Finding } from '../finding.ts';
import type { LiveAnswer } from '../recorder.ts';

const atOnce = 20;

export async function lookAtRefusals(context: LiveContext): Promise<readonly Finding[]> {
  return [
    await lookAtRates(context),
    await lookAtScope(context),
    await lookAtDots(context),
    {
      point: 6,
      seen: 'an answer never says what it cost: compare the chunks above with the quota page of the project’s console',
      means: null,
    },
    { point: 10, seen: 'not tried: it takes 750 GB', means: null },
  ];
}

/** Lists until Google has enough of it, or the allowed number is reached. */
async function lookAtRates({ drive, burst }: LiveContext): Promise<Finding> {
  let refused: LiveAnswer | undefined;
  let sent = 0;
  while (!refused && sent < burst) {
    const path = '/drive/v3/files?pageSize=1&fields=files(id)';
    const count = Math.min(atOnce, burst - sent);
    const answers = await Promise.all(Array.from({ length: count }, () => drive.ask({ method: 'GET', path })));
    sent += count;
    refused = answers.find(({ status }) => status === 429 || status === 403);
  }
  if (!refused) return { point: 8, seen: `${sent} quick requests were all answered`, means: null };
  await becomeCalm(drive);
  const header = refused.headers.get('retry-after');
  const seen = `after ${sent} quick requests: ${refused.status}, Retry-After ${header ?? 'absent'}`;
  return { point: 8, seen, means: { retryAfterSeconds: header === null ? null : Number(header) } };
}

/** Waits until Google answers again, two minutes at most. */
async function becomeCalm(drive: LiveContext['drive']): Promise<void> {
  for (let round = 0; round < 120; round += 1) {
    if ((await drive.ask({ method: 'GET', path: '/drive/v3/about?fields=kind' })).status === 200) return;
    await waitFor(1000);
  }
}

/** Shared drives are not for drive.file. */
async function lookAtScope({ drive }: LiveContext): Promise<Finding> {
  const { status, text } = await drive.ask({ method: 'GET', path: '/drive/v3/drives' });
  const details = text.includes('ACCESS_TOKEN_SCOPE_INSUFFICIENT');
  const seen = `a scope that is missing: ${status} ${details ? 'with details' : 'with a reason alone'}`;
  return { point: 'also', seen, means: status === 403 ? { scopeRefusal: details ? 'details' : 'reason' } : null };
}

async function lookAtDots({ drive }: LiveContext): Promise<Finding> {
  const { status, text } = await drive.ask({ method: 'GET', path: '/drive/v3/about?fields=storageQuota.limit' });
  const isRequired = text.includes("'fields' parameter is required");
  const seen = `about?fields=storageQuota.limit: ${status}`;
  return { point: 'also', seen, means: status === 400 ? { dottedFields: isRequired ? 'required' : 'invalid' } : null };
}
