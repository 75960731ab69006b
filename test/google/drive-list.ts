// files.list: search, order, pages.
import { apiError, invalidParameter, notImplemented } from './api-error.ts';
import { readMask, toFullResource } from './drive-files.ts';
import { getOwnDrive } from './drives.ts';
import type { Exchange } from './exchange.ts';
import { defaultListFields, fileListFields } from './field-schema.ts';
import { applyMask } from './fields-mask.ts';
import type { FileRecord } from './file-record.ts';
import { authorize } from './oauth-token.ts';
import { toComparison } from './order-by.ts';
import { checkJudgeable, matchesQuery } from './q-match.ts';
import { parseQuery, QueryError, type Query } from './q-parser.ts';
import { checkQuery, parameters } from './query-params.ts';
import type { Caller } from './tokens.ts';
import type { World } from './world.ts';

const maxPageSize = 1000;

export async function listFiles(exchange: Exchange): Promise<void> {
  const { world, url } = exchange;
  const query = url.searchParams;
  const caller = authorize(exchange, 'files.list');
  checkQuery(query, parameters.list);
  const reach = readReach(world, caller, query);
  const mask = readMask(query, fileListFields, defaultListFields);
  const asked = Math.min(Number(query.get('pageSize') ?? 100), maxPageSize);
  if (asked < 1) throw invalidParameter('pageSize', 'Invalid value. Values must be within [1, 1000].');
  const question = JSON.stringify([caller.email, caller.project, reach, query.get('q'), query.get('orderBy')]);
  const token = query.get('pageToken');
  const pageSize = Math.min(asked, exchange.take('short-pages')?.size ?? asked);
  const foreign = exchange.take('list-foreign') !== null;
  const hidden = readHidden(exchange);
  const ids =
    token === null ? search(world, caller, query, { ...reach, foreign, hidden }) : world.pages.find(token, question);
  if (ids === null) throw apiError(400, 'invalid', 'Invalid Value', { location: 'pageToken' });
  const rest = ids.slice(pageSize);
  const files = ids
    .slice(0, pageSize)
    .map((id) => world.files.find(id, caller) ?? (foreign ? world.files.findAny(id) : null))
    .filter((record): record is FileRecord => record !== null);
  const answer = {
    kind: 'drive#fileList',
    ...(rest.length === 0 ? {} : { nextPageToken: world.pages.create(rest, question) }),
    incompleteSearch: false,
    files: files.map((record) => toFullResource(world, caller, record)),
  };
  await exchange.sendJson(200, applyMask(answer, mask));
}

/** Everything the caller may see and the query wants, in order. Items in the bin belong to it; root folders do not. */
function search(world: World, caller: Caller, parameters: URLSearchParams, reach: Search): string[] {
  const compare = toComparison(parameters.get('orderBy'));
  const text = parameters.get('q');
  const query = text === null || text.trim() === '' ? null : readQuery(text);
  const rootId = world.files.root(caller.email).id;
  const sees = (record: FileRecord): boolean =>
    reach.foreign ? world.files.isReachable(record, caller) : world.files.canSee(record, caller);
  const isFresh = toFreshness(world, query);
  return world.files
    .all()
    .filter((record) => record.parentId !== null && sees(record) && !isFresh(record) && !reach.hidden(record))
    .filter(({ driveId }) => (reach.driveId === null ? driveId === null || reach.allDrives : driveId === reach.driveId))
    .filter((record) => {
      const appProperties = record.appProperties[caller.project] ?? {};
      const trashed = world.files.isTrashed(record);
      return query === null || matchesQuery(query, { record, trashed, appProperties, rootId });
    })
    .sort(compare)
    .map((record) => record.id);
}

function readQuery(text: string): Query {
  try {
    const query = parseQuery(text);
    checkJudgeable(query);
    return query;
  } catch (error) {
    if (error instanceof QueryError) throw apiError(400, 'invalid', 'Invalid Value', { location: 'q' });
    throw error;
  }
}

/** What a list does not find yet: Google's indexes lag behind, the one by name most of all. */
function toFreshness(world: World, query: Query | null): (record: FileRecord) => boolean {
  const { listLagMs, nameLagMs } = world.switches;
  const now = world.now().getTime();
  const byName = query !== null && asksForName(query);
  return ({ storedAt, namedAt }) => now - storedAt < listLagMs || (byName && now - namedAt < nameLagMs);
}

function asksForName(query: Query): boolean {
  if ('inner' in query) return asksForName(query.inner);
  if ('left' in query) return asksForName(query.left) || asksForName(query.right);
  return query.term === 'name';
}

function readHidden(exchange: Exchange): (record: FileRecord) => boolean {
  const rule = exchange.take('hide-files');
  if (!rule) return () => false;
  const now = exchange.world.now().getTime();
  const names = rule.names === undefined ? null : new RegExp(rule.names);
  const { newerThanMs = names ? 0 : Infinity } = rule;
  return ({ storedAt, name }) => now - storedAt < newerThanMs || (names?.test(name) ?? false);
}

interface Search extends Reach {
  /** Files of others, too: what a rule makes of the list. */
  readonly foreign: boolean;
  readonly hidden: (record: FileRecord) => boolean;
}

/** Where a list looks. `driveId`: on this shared drive alone; `allDrives`: there as well as in My Drive. */
interface Reach {
  readonly driveId: string | null;
  readonly allDrives: boolean;
}

/** Google's rules for corpora, driveId and the two parameters that say that a program knows shared drives. */
function readReach(world: World, caller: Caller, query: URLSearchParams): Reach {
  const corpora = query.get('corpora') ?? 'user';
  const driveId = query.get('driveId');
  const includes = ['includeItemsFromAllDrives', 'includeTeamDriveItems'].some((name) => query.get(name) === 'true');
  if (!['user', 'domain', 'drive', 'allDrives'].includes(corpora)) {
    throw apiError(400, 'invalid', 'Invalid Value', { location: 'corpora' });
  }
  if (corpora === 'domain') throw notImplemented('corpora=domain');
  if ((corpora === 'drive') !== (driveId !== null)) {
    const rule = 'The driveId parameter must be specified if and only if corpora is set to drive.';
    throw apiError(403, 'teamDriveIdRequired', rule);
  }
  if (corpora !== 'user' && !includes) {
    const rule = `The includeItemsFromAllDrives parameter must be set to true when corpora is ${corpora}.`;
    throw apiError(403, 'teamDrivesIncludeRequired', rule);
  }
  if (includes && !caller.allDrives) {
    const rule = 'The supportsAllDrives parameter must be set to true when includeItemsFromAllDrives is true.';
    throw apiError(403, 'teamDrivesNotSupported', rule);
  }
  if (driveId !== null) getOwnDrive(world, caller, driveId);
  const spaces = query.get('spaces') ?? 'drive';
  if (spaces !== 'drive') throw notImplemented(`the space ${spaces}`);
  return { driveId, allDrives: includes };
}
