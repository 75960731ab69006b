import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  aboutFields,
  driveFields,
  driveListFields,
  fileFields,
  fileListFields,
  generatedIdsFields,
} from '../../google/field-schema.ts';
import { userFields } from '../../google/field-schema.ts';
import type { Field, FieldTree } from '../../google/fields-mask.ts';
import { testAccount } from '../../google/options.ts';
import { judgeScopes, knownScopes, methodScopes, type MethodName } from '../../google/method-scopes.ts';
import { parameters, type Parameters } from '../../google/query-params.ts';
import { openClient, openGoogle, putChunk, reasonOf, startSession, type Json } from './support.ts';

interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly $ref?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
}
interface Method {
  readonly httpMethod: string;
  readonly path: string;
  readonly scopes?: readonly string[];
  readonly parameters?: Readonly<Record<string, { readonly location: string; readonly required?: boolean }>>;
}
interface Description {
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly resources: Readonly<Record<string, { readonly methods: Readonly<Record<string, Method>> }>>;
}

// Google's description of the API lies beside a checkout where it was fetched; it is not part of the project.
const file = path.resolve(import.meta.dirname, '../../../../shared/data/drive.v3.json');
const there = existsSync(file);
const description: Description = there
  ? (JSON.parse(readFileSync(file, 'utf8')) as Description)
  : { schemas: {}, parameters: {}, resources: {} };
if (!there) console.warn(`skipped: Google's description of Drive v3 is not at ${file}`);

const isHere = (name: string): name is MethodName => Object.hasOwn(methodScopes, name);
const methods = Object.entries(description.resources).flatMap(([resource, { methods: all }]) =>
  Object.entries(all).map(([name, method]): [string, Method] => [`${resource}.${name}`, method]),
);

/** A request as the description has it, about things that are there. */
function toRequest(method: Method, fileId: string, driveId: string): [string, string] {
  const ids: Readonly<Record<string, string>> = { fileId, driveId };
  const path = method.path.replaceAll(/\{\+?(\w+)\}/g, (_, name: string) => ids[name] ?? 'x');
  const needed = Object.entries(method.parameters ?? {}).filter(
    ([, parameter]) => parameter.location === 'query' && parameter.required === true,
  );
  const query = new URLSearchParams(needed.map(([name]) => [name, 'x']));
  if (path === 'about') query.set('fields', '*');
  return [method.httpMethod, `/drive/v3/${path}?${query.toString()}`];
}

describe.skipIf(!there)('every method that Google describes', () => {
  it('is described at all', () => {
    expect(methods.length).toBeGreaterThan(60);
    expect(Object.keys(methodScopes)).toEqual(expect.arrayContaining(['files.create', 'drives.list']));
  });

  it.each(methods)('%s answers by its own address and verb, or is a 501', async (name, method) => {
    const members = { [testAccount.email]: 'organizer' } as const;
    const google = await openGoogle({ sharedDrives: [{ id: '0ADrive', name: 'Team', members }] });
    const client = openClient(google, { scopes: ['https://www.googleapis.com/auth/drive'] });
    const { json } = await client.call('POST', '/drive/v3/files', { name: 'x' });
    const [verb, address] = toRequest(method, String(json['id']), '0ADrive');
    const body = verb === 'POST' || verb === 'PATCH' ? {} : null;
    const answer = await client.call(verb, address, body);
    // Emptying the bin is refused as Google does, and otherwise not here.
    const expected = isHere(name) && name !== 'files.emptyTrash' ? [200, 204] : [501];
    expect([name, expected.includes(answer.status), answer.status]).toEqual([name, true, answer.status]);
    if (!isHere(name)) return;
    const wrong = await client.call(verb, `${address}${address.includes('?') ? '&' : '?'}colour=red`, body);
    expect([wrong.status, reasonOf(wrong)]).toEqual([400, 'invalidParameter']);
  });

  it.each(methods.filter(([name]) => isHere(name)))('%s takes the scopes that it should', async (name, method) => {
    if (!isHere(name)) return;
    expect([...methodScopes[name]].sort()).toEqual(
      (method.scopes ?? []).map((scope) => scope.replace(/^.*\/auth\//, '')).sort(),
    );
    const google = await openGoogle();
    const [verb, address] = toRequest(method, 'root', 'x');
    for (const scope of knownScopes) {
      const body = verb === 'POST' || verb === 'PATCH' ? {} : null;
      const { status, text } = await openClient(google, { scopes: [scope] }).call(verb, address, body);
      const refused = status === 403 && text.includes('insufficientPermissions');
      expect([scope, refused]).toEqual([scope, judgeScopes(name, [scope]) === 'too-little']);
    }
  });

  it('has no twin under the address of old upload clients: that is a 501', async () => {
    const answer = await openClient(await openGoogle()).call('POST', '/resumable/upload/drive/v3/files', {});
    expect(answer.status).toBe(501);
  });
});

describe.skipIf(!there)('Google’s own description of Drive v3', () => {
  it.each<[string, FieldTree]>([
    ['File', fileFields],
    ['FileList', fileListFields],
    ['About', aboutFields],
    ['User', userFields],
    ['GeneratedIds', generatedIdsFields],
    ['DriveList', driveListFields],
    ['Drive', driveFields],
  ])('has the same fields in %s', (name, fields) => {
    const theirs = Object.keys(description.schemas[name]?.properties ?? {});
    expect(Object.keys(fields).sort()).toEqual(theirs.sort());
  });

  it.each<[string, Field | undefined, Schema | undefined]>([
    ['capabilities', fileFields['capabilities'], description.schemas['File']?.properties?.['capabilities']],
    ['storageQuota', aboutFields['storageQuota'], description.schemas['About']?.properties?.['storageQuota']],
  ])('knows every field of %s that is here', (_, ours, theirs) => {
    expect(Object.keys(theirs?.properties ?? {})).toEqual(expect.arrayContaining(Object.keys(ours ?? {})));
  });

  it.each<[string, string, Parameters]>([
    ['files', 'list', parameters.list],
    ['files', 'get', parameters.get],
    ['files', 'create', parameters.create],
    ['files', 'update', parameters.update],
    ['files', 'delete', parameters.delete],
    ['files', 'emptyTrash', parameters.emptyTrash],
    ['files', 'generateIds', parameters.generateIds],
    ['about', 'get', parameters.about],
    ['drives', 'list', parameters.drivesList],
    ['drives', 'get', parameters.drivesGet],
  ])('has the same parameters for %s.%s', (resource, method, known) => {
    const described = description.resources[resource]?.methods[method]?.parameters ?? {};
    const theirs = Object.entries(described).filter(([, parameter]) => parameter.location === 'query');
    const ours = Object.keys(known).filter((name) => name !== 'uploadType');
    expect(ours.sort()).toEqual(theirs.map(([name]) => name).sort());
  });

  it('finds only fields and types of its own in the answers', async () => {
    const members = { [testAccount.email]: 'organizer' } as const;
    const google = await openGoogle({ sharedDrives: [{ id: '0ADrive', name: 'Team', members }] });
    const client = openClient(google, { scopes: ['https://www.googleapis.com/auth/drive'] });
    const metadata = { name: 'a.b', appProperties: { a: '1' }, properties: { b: '2' }, description: 'd' };
    const { json } = await client.call('POST', '/drive/v3/files?fields=*', metadata);
    expect(problemsOf(json, { $ref: 'File' })).toEqual([]);
    const path = `/drive/v3/files/${String(json['id'])}?fields=*`;
    await client.call('PATCH', path, { trashed: true, viewedByMeTime: '2026-01-01T00:00:00Z' });
    const answers: [string, string][] = [
      ['File', path],
      ['File', '/drive/v3/files/root?fields=*'],
      ['FileList', '/drive/v3/files?fields=*'],
      ['About', '/drive/v3/about?fields=*'],
      ['GeneratedIds', '/drive/v3/files/generateIds'],
      ['DriveList', '/drive/v3/drives?fields=*'],
      ['Drive', '/drive/v3/drives/0ADrive?fields=*'],
      ['File', '/drive/v3/files/0ADrive?supportsAllDrives=true&fields=*'],
    ];
    for (const [name, address] of answers) {
      const answer = await client.call('GET', address);
      expect([address, answer.status, problemsOf(answer.json, { $ref: name })]).toEqual([address, 200, []]);
    }
    const uploaded = await client.call('POST', '/upload/drive/v3/files?uploadType=media&fields=*', Buffer.from('x'));
    expect(problemsOf(uploaded.json, { $ref: 'File' })).toEqual([]);
    const uri = await startSession(client);
    const finished = await putChunk(uri, Buffer.from('x'), 0, 1);
    expect([finished.status, problemsOf(finished.json, { $ref: 'File' })]).toEqual([200, []]);
    const onDrive = google.makeByHand({ name: 'x', content: 'x', parentId: '0ADrive' });
    const shared = `/drive/v3/files/${onDrive.id}?supportsAllDrives=true&fields=*`;
    const trashed = await client.call('PATCH', shared, { trashed: true });
    expect([trashed.status, problemsOf(trashed.json, { $ref: 'File' })]).toEqual([200, []]);
    expect(problemsOf({ size: 5 }, { $ref: 'File' })).toEqual(['.size is no string']);
    expect(problemsOf({ size: 'x', createdTime: 'x', colour: 1 }, { $ref: 'File' })).toEqual([
      ...['.size is no number in a string', '.createdTime is no time', '.colour is not in the description'],
    ]);
  });
});

/** What in a value is not as the schema says. */
function problemsOf(value: unknown, schema: Schema, at = ''): string[] {
  const known = schema.$ref === undefined ? schema : (description.schemas[schema.$ref] ?? {});
  if (known.type === 'array') {
    if (!Array.isArray(value)) return [`${at} is no array`];
    return value.flatMap((item, index) => problemsOf(item, known.items ?? {}, `${at}[${String(index)}]`));
  }
  if (known.type === 'object') {
    if (value === null || typeof value !== 'object') return [`${at} is no object`];
    return Object.entries(value as Json).flatMap(([name, inner]) => {
      const field = known.properties?.[name] ?? known.additionalProperties;
      return field ? problemsOf(inner, field, `${at}.${name}`) : [`${at}.${name} is not in the description`];
    });
  }
  // 64-bit numbers travel as strings.
  const type = known.type === 'integer' ? 'number' : known.type;
  if (typeof value !== type) return [`${at} is no ${String(type)}`];
  if (known.format === 'int64' && !/^\d+$/.test(String(value))) return [`${at} is no number in a string`];
  if (known.format === 'date-time' && !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(String(value))) return [`${at} is no time`];
  return [];
}
