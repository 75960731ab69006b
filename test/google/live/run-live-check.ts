// The live check from the first sign-in to the last trace of it removed.
import type { Grant } from '../../../electron/engine/drive/sign-in.ts';
import type { LiveContext } from './context.ts';
import { toLine, type Finding } from './finding.ts';
import { lookAtOtherClient, lookAtRevoking } from './points/access.ts';
import { lookAtIds } from './points/ids.ts';
import { lookAtRefusals } from './points/refusals.ts';
import { lookAtSessions } from './points/sessions.ts';
import { lookAtSharedDrive } from './points/shared-drive.ts';
import { pickFolder, refreshOnce, signInWithoutSecret } from './points/sign-in.ts';
import { lookAtHashes, lookAtLists } from './points/waiting.ts';

export interface LivePlan {
  /** Point 5 and 9: the person chooses a folder. */
  readonly picker: boolean;
  /** Point 1: ends the access of every installation that uses this project. */
  readonly revoke: boolean;
}

export interface LiveResult {
  readonly findings: readonly Finding[];
  /** False: the folder is still on Drive, and the person has to delete it. */
  readonly isClean: boolean;
}

export async function runLiveCheck(context: LiveContext, plan: LivePlan): Promise<LiveResult> {
  const { drive, client, say } = context;
  const findings: Finding[] = [];
  const tell = (more: readonly Finding[]): void => {
    for (const finding of more) say(toLine(finding));
    findings.push(...more);
  };
  const signedIn = await signInWithoutSecret(context);
  let grant: Grant = signedIn.grant;
  drive.use(grant);
  tell(signedIn.findings);
  let isClean = false;
  try {
    await drive.makeFolder();
    for (const look of [lookAtIds, lookAtSessions, lookAtHashes, lookAtLists])
      tell(await tryPoint(() => look(context)));
    const refreshed = await refreshOnce(context, client, grant);
    grant = refreshed.grant;
    tell(refreshed.findings);
    if (plan.picker) {
      const picked = await pickFolder(context);
      tell(picked.findings);
      if (picked.grant) {
        grant = picked.grant;
        drive.use(grant);
      }
      tell(await tryPoint(() => lookAtSharedDrive(context, picked.folderId)));
    } else {
      tell([{ point: 5, seen: 'not asked for (--picker)', means: null }]);
      tell([{ point: 9, seen: 'not asked for (--picker)', means: null }]);
    }
    tell(await tryPoint(() => lookAtRefusals(context)));
    tell(await tryPoint(() => lookAtOtherClient(context)));
    drive.use(grant);
    const { refreshToken } = grant;
    if (plan.revoke) tell(await tryPoint(() => lookAtRevoking(context, refreshToken)));
    else tell([{ point: 1, seen: 'revoking was not asked for (--revoke)', means: null }]);
  } finally {
    isClean = await drive.removeFolder().catch(() => false);
  }
  return { findings, isClean };
}

/** What goes wrong at one point does not end the others. */
async function tryPoint(look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return [{ point: 'also', seen: `this part could not be finished: ${words}`, means: null }];
  }
}
