// What lies on Drive, seen without a list of one's own: the answers of rebuilding the catalogue, of looking only, and of
// comparing it with Drive.
import { z } from 'zod';
import { formatPlural } from './format.ts';
import { presences, setFileKinds } from './snapshot.ts';

/** Why a set on Drive, or a file of ours that belongs to none, is less than it should be. */
export const setProblemKinds = [
  'dump-missing',
  'globals-missing',
  'manifest-missing',
  'size-missing',
  'hash-missing',
  'duplicate-file',
  'file-changed',
  'newer-format',
  'wrong-key',
  'manifest-damaged',
  'manifest-newer',
  'no-set',
] as const;
export type SetProblemKind = (typeof setProblemKinds)[number];

export const setProblemSchema = z.object({
  kind: z.enum(setProblemKinds),
  /** The set's files begin with this; where they were renamed, what they would. */
  baseName: z.string(),
  /** The file it is about, by its name on Drive; null when a whole file is missing. */
  file: z.string().nullable(),
});
export type SetProblem = z.infer<typeof setProblemSchema>;

/** One set as its properties on Drive describe it. */
export const remoteSetSchema = z.object({
  id: z.string(),
  jobId: z.string(),
  /** The name of the job's folder; null when it has none. */
  folderName: z.string().nullable(),
  database: z.string(),
  baseName: z.string(),
  createdAt: z.string(),
  serverVersion: z.string(),
  storedBytes: z.number(),
  kinds: z.array(z.enum(setFileKinds)),
  pinned: z.boolean(),
  /** It is in the list of this computer. */
  known: z.boolean(),
  problems: z.array(setProblemSchema),
});
export type RemoteSet = z.infer<typeof remoteSetSchema>;

export const rebuildReportSchema = z.object({
  at: z.string(),
  /** Files with this program's properties, and the sets they make. */
  files: z.number(),
  sets: z.number(),
  /** Snapshots that were not listed here, were completed, or were known as they are. */
  added: z.number(),
  updated: z.number(),
  unchanged: z.number(),
  /** Names of the jobs that came back. */
  jobs: z.array(z.string()),
  /** Manifests read from Drive this time, and those that no key here opens. */
  manifestsRead: z.number(),
  wrongKey: z.number(),
  problems: z.array(setProblemSchema),
});
export type RebuildReport = z.infer<typeof rebuildReportSchema>;

/** How far a look into Drive is. */
export const catalogProgressSchema = z.object({ done: z.number(), total: z.number() });
export type CatalogProgress = z.infer<typeof catalogProgressSchema>;

/** A snapshot of this list that Drive does not have as it should. */
export const findingSchema = z.object({
  snapshotId: z.string(),
  baseName: z.string(),
  presence: z.enum(presences).exclude(['ok', 'removing']),
  /** Names of the files it is about. */
  files: z.array(z.string()),
});
export type Finding = z.infer<typeof findingSchema>;

export const catalogCheckSchema = z.object({
  at: z.string(),
  /** Snapshots that were compared. */
  snapshots: z.number(),
  findings: z.array(findingSchema),
  /** Sets on Drive that are not listed here. */
  unknown: z.array(remoteSetSchema),
});
export type CatalogCheck = z.infer<typeof catalogCheckSchema>;

const problemWords: Readonly<Record<SetProblemKind, string>> = {
  'dump-missing': 'the dump is not on Drive: there is nothing to restore',
  'globals-missing': 'the file with the roles is not on Drive; the data can be restored',
  'manifest-missing':
    'the manifest is not on Drive: it can be restored, but the file cannot be checked against its list',
  'size-missing': 'Drive does not say the size of a file yet; look again later',
  'hash-missing': 'Drive does not say the hash of a file',
  'duplicate-file': 'a file is there twice; the right one is used',
  'file-changed': 'a file is not as it was stored: its size or hash is another; do not rely on this backup',
  'newer-format': 'a newer PgKeep made it; update to use it',
  'wrong-key': 'no key on this computer opens it; bring the recovery kit it was made with',
  'manifest-damaged': 'its manifest is damaged; the dump may still be whole',
  'manifest-newer': 'a newer PgKeep wrote its manifest; update to compare it',
  'no-set': 'the file’s properties do not say which backup it belongs to',
};

/** `shop_2026…: the manifest is not on Drive: …` */
export function describeSetProblem({ kind, baseName, file }: SetProblem): string {
  return `${baseName}: ${problemWords[kind]}${file === null ? '' : ` (${file})`}`;
}

/** What a rebuild came to, in one or two sentences. */
export function describeRebuild(report: RebuildReport): string {
  if (report.sets === 0)
    return 'No backup of PgKeep can be seen on this Drive. If they lie on a shared drive, choose its folder first, under Settings > Google account.';
  const found = `${formatPlural(report.sets, 'backup')} on Drive: ${String(report.added)} added here, ${String(report.updated)} completed, ${String(report.unchanged)} known already.`;
  const jobs = report.jobs.length === 0 ? '' : ` Jobs that came back: ${report.jobs.join(', ')}.`;
  if (report.wrongKey === 0) return found + jobs;
  const all = report.wrongKey >= report.sets;
  const key = all
    ? 'The key on this computer opens none of them: bring the recovery kit they were made with.'
    : `${formatPlural(report.wrongKey, 'backup')} cannot be opened with the key on this computer.`;
  return `${found}${jobs} ${key}`;
}

const presenceWords = {
  missing: 'not to be seen on Drive any more',
  trashed: 'in Drive’s trash',
  changed: 'not as it was stored',
} as const;

function isAllGone({ findings }: Pick<CatalogCheck, 'findings'>): boolean {
  return findings.every(({ presence }) => presence === 'missing');
}

/** A file that is gone and one that Google does not show to this client have the same answer. */
const whyMissing =
  ' What is not to be seen was removed there, or made with another OAuth client: look on Drive’s own page.';

/** `1 backup is not to be seen on Drive any more, 2 backups are in Drive’s trash.`; all is well when there is no finding. */
export function describeCheck(check: Pick<CatalogCheck, 'snapshots' | 'findings' | 'unknown'>): string {
  const parts = (['missing', 'changed', 'trashed'] as const).flatMap((presence) => {
    const count = check.findings.filter((finding) => finding.presence === presence).length;
    return count === 0
      ? []
      : [`${formatPlural(count, 'backup')} ${count === 1 ? 'is' : 'are'} ${presenceWords[presence]}`];
  });
  const unknown =
    check.unknown.length === 0
      ? ''
      : ` ${formatPlural(check.unknown.length, 'backup')} on Drive ${check.unknown.length === 1 ? 'is' : 'are'} not in this list.`;
  if (check.findings.length > 0 && check.findings.length === check.snapshots && isAllGone(check)) {
    return `None of the backups can be seen on Drive any more: they were removed there, or this program lost its access to them (another OAuth client, an access that was taken back). Look on Drive’s own page; what is there can be restored from a file.${unknown}`;
  }
  const why = check.findings.some(({ presence }) => presence === 'missing') ? whyMissing : '';
  if (parts.length > 0) return `${parts.join(', ')}.${why}${unknown}`;
  if (check.snapshots === 1) return `The one backup is on Drive as it should be.${unknown}`;
  return `All ${formatPlural(check.snapshots, 'backup')} are on Drive as they should be.${unknown}`;
}
