// Which scopes each method takes, as Google's own description of Drive v3 (revision 20260916) lists them. A test compares
// them when the description is there.

const readers = [
  ...['drive', 'drive.appdata', 'drive.file', 'drive.meet.readonly', 'drive.metadata', 'drive.metadata.readonly'],
  ...['drive.photos.readonly', 'drive.readonly'],
] as const;

/** Names without `https://www.googleapis.com/auth/`. */
export const methodScopes = {
  'about.get': [
    ...['drive', 'drive.appdata', 'drive.file', 'drive.metadata', 'drive.metadata.readonly'],
    ...['drive.photos.readonly', 'drive.readonly'],
  ],
  'drives.get': ['drive', 'drive.readonly'],
  'drives.list': ['drive', 'drive.readonly'],
  'files.create': ['drive', 'drive.appdata', 'drive.file'],
  'files.delete': ['drive', 'drive.appdata', 'drive.file'],
  'files.emptyTrash': ['drive'],
  'files.generateIds': ['drive', 'drive.appdata', 'drive.file'],
  'files.get': readers,
  'files.list': readers,
  'files.update': ['drive', 'drive.appdata', 'drive.file', 'drive.metadata', 'drive.scripts'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type MethodName = keyof typeof methodScopes;

const prefix = 'https://www.googleapis.com/auth/';

/** Every scope that Drive has, as an address. */
export const knownScopes: ReadonlySet<string> = new Set(
  [...readers, 'drive.apps.readonly', 'drive.scripts'].map((name) => prefix + name),
);

/** Scopes that open what this server does not keep: hidden app data, pictures, scripts, meetings. */
const elsewhere = new Set(['drive.appdata', 'drive.meet.readonly', 'drive.photos.readonly', 'drive.scripts']);

/** `elsewhere`: allowed by Google for things that are not here, which is a 501 and no refusal. */
export function judgeScopes(method: MethodName, scopes: readonly string[]): 'enough' | 'elsewhere' | 'too-little' {
  const accepted: readonly string[] = methodScopes[method];
  const fitting = toNames(scopes).filter((name) => accepted.includes(name));
  if (fitting.length === 0) return 'too-little';
  return fitting.every((name) => elsewhere.has(name)) ? 'elsewhere' : 'enough';
}

/** True when the scopes reach files that the app did not make and was not given. */
export function seesEverything(scopes: readonly string[]): boolean {
  const wide = ['drive', 'drive.readonly', 'drive.metadata', 'drive.metadata.readonly'];
  return toNames(scopes).some((name) => wide.includes(name));
}

/** True when the scopes reach the bytes of files, not their metadata alone. */
export function readsContent(scopes: readonly string[]): boolean {
  return toNames(scopes).some((name) => ['drive', 'drive.file', 'drive.readonly'].includes(name));
}

/** True when the scopes may write bytes, not metadata alone. */
export function writesContent(scopes: readonly string[]): boolean {
  return toNames(scopes).some((name) => ['drive', 'drive.file'].includes(name));
}

function toNames(scopes: readonly string[]): string[] {
  return scopes.map((scope) => scope.replace(prefix, ''));
}
