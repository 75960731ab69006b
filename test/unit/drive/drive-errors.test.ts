// Which error each answer of Google becomes, and that none of them carries what was secret in it.
import { describe, expect, it } from 'vitest';
import {
  isTransient,
  readRetryAfterMs,
  toDriveError,
  toNetworkError,
  type DriveEndpoint,
} from '../../../electron/engine/drive/drive-errors.ts';
import { toWireError } from '../../../shared/errors.ts';

const now = new Date('2026-11-22T03:00:00Z');

function driveBody(code: number, reason: string, message = 'words of Google'): string {
  return JSON.stringify({ error: { errors: [{ domain: 'global', reason, message }], code, message } });
}

function judge(status: number, body: unknown, endpoint: DriveEndpoint = 'api', headers = {}) {
  return toDriveError(status, body, headers, { what: 'files.get', endpoint, now });
}

describe('an answer of Drive', () => {
  it.each([
    [403, 'userRateLimitExceeded', 'drive/busy', 'later'],
    [403, 'rateLimitExceeded', 'drive/busy', 'later'],
    [429, 'rateLimitExceeded', 'drive/busy', 'later'],
    [403, 'dailyLimitExceeded', 'drive/busy', 'later'],
    [403, 'downloadQuotaExceeded', 'drive/busy', 'later'],
    [403, 'storageQuotaExceeded', 'drive/quota-full', 'never'],
    [403, 'quotaExceeded', 'drive/quota-full', 'never'],
    [403, 'teamDriveFileLimitExceeded', 'drive/quota-full', 'never'],
    [403, 'appNotAuthorizedToFile', 'drive/forbidden', 'never'],
    [403, 'insufficientFilePermissions', 'drive/forbidden', 'never'],
    [403, 'domainPolicy', 'drive/forbidden', 'never'],
    [403, 'toString', 'drive/forbidden', 'never'],
    [401, 'authError', 'drive/signed-out', 'never'],
    [404, 'notFound', 'drive/not-found', 'never'],
    [400, 'invalidParameter', 'drive/rejected', 'never'],
    [409, 'fileIdInUse', 'drive/rejected', 'never'],
    [408, '', 'drive/busy', 'later'],
    [500, 'internalError', 'drive/busy', 'later'],
    [503, 'backendError', 'drive/busy', 'later'],
  ])('%i %s is %s, retry %s', (status, reason, code, retry) => {
    const error = judge(status, driveBody(status, reason));
    expect([error.code, error.retry]).toEqual([code, retry]);
    expect(error.context).toMatchObject({ status, what: 'files.get' });
  });

  it('knows the quota of calls by its words when the reason is missing', () => {
    const message = "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service 'drive'";
    const body = JSON.stringify({ error: { code: 403, message, details: [] } });
    expect(judge(403, body).code).toBe('drive/busy');
    expect(judge(403, body, 'session').code).toBe('drive/busy');
  });

  it('believes a reason more than the words beside it', () => {
    expect(judge(403, driveBody(403, 'domainPolicy', 'User Rate Limit Exceeded')).code).toBe('drive/forbidden');
  });

  it.each([
    ['an HTML page', '<html><body>Error 502</body></html>'],
    ['nothing', ''],
    ['plain text', 'Failed to parse Content-Range header.'],
    ['a JSON number', '7'],
    ['a JSON list', '[{"error":1}]'],
    ['an error that is null', '{"error":null}'],
    ['errors that are no list', '{"error":{"errors":"no"}}'],
    ['undefined', undefined],
  ])('survives %s as a body', (_, body) => {
    expect(judge(502, body).code).toBe('drive/busy');
    expect(judge(400, body).code).toBe('drive/rejected');
    expect(judge(403, body).code).toBe('drive/forbidden');
  });

  it.each([
    [404, 'Not Found', 'drive/session-lost'],
    [410, '', 'drive/session-lost'],
    [400, 'Failed to parse Content-Range header.', 'drive/session-lost'],
    [403, 'Forbidden', 'drive/session-lost'],
    [403, driveBody(403, 'storageQuotaExceeded'), 'drive/quota-full'],
    [403, driveBody(403, 'userRateLimitExceeded'), 'drive/busy'],
    [401, driveBody(401, 'authError'), 'drive/signed-out'],
    [503, 'Service Unavailable', 'drive/busy'],
  ])('%i at a session with %s is %s', (status, body, code) => {
    expect(judge(status, body, 'session').code).toBe(code);
  });

  it.each([
    [400, 'invalid_grant', 'drive/signed-out'],
    [401, 'invalid_client', 'drive/client-refused'],
    [401, 'deleted_client', 'drive/client-refused'],
    [400, 'invalid_request', 'drive/sign-in-failed'],
    [503, 'x', 'drive/busy'],
    [429, 'x', 'drive/busy'],
  ])('%i %s at the token endpoint is %s', (status, error, code) => {
    expect(judge(status, { error, error_description: 'Token has been expired or revoked.' }, 'token').code).toBe(code);
  });

  it('keeps tokens, codes and session addresses out of message and context', () => {
    const secrets = ['ya29.a0AfH6SMB', '1//0gLongRefreshToken', 'upload_id=ABPtcPo', 'A'.repeat(60), '4/0AX4XfWh'];
    const message = `Invalid ${secrets.join(' ')} at https://www.googleapis.com/upload/drive/v3/files?upload_id=ABPtcPo`;
    for (const endpoint of ['api', 'session', 'download', 'token'] as const) {
      const error = judge(400, driveBody(400, 'badRequest', message), endpoint);
      const seen = JSON.stringify(toWireError(error)) + String(error.stack) + String(error.cause);
      for (const secret of [...secrets, 'https://']) expect(seen).not.toContain(secret);
    }
    const reason = judge(400, driveBody(400, 'ya29.a0AfH6SMB')).message;
    expect(reason).not.toContain('ya29');
  });

  it('keeps the id of a missing file, which a person needs to look for it', () => {
    const id = '1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs';
    expect(judge(404, driveBody(404, 'notFound', `File not found: ${id}.`)).message).toContain(id);
  });
});

describe('a request without an answer', () => {
  it('is offline with the name the system gives it, found through the causes', () => {
    const error = toNetworkError(new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } }), {
      what: 'files.get',
      endpoint: 'api',
    });
    expect([error.code, error.retry, error.context['networkCode']]).toEqual(['drive/offline', 'later', 'ENOTFOUND']);
  });

  it('does not take the raw error along', () => {
    const raw = Object.assign(new Error('refresh_token=1//secret'), {
      config: { data: '1//secret' },
      code: '1//secret',
    });
    const error = toNetworkError(raw, { what: 'token refresh', endpoint: 'token' });
    expect(error.cause).toBeUndefined();
    expect(JSON.stringify(toWireError(error)) + String(error.stack)).not.toContain('secret');
  });
});

describe('whether to try again in the same step', () => {
  it.each([
    [judge(503, ''), true],
    [judge(403, driveBody(403, 'userRateLimitExceeded')), true],
    [judge(403, driveBody(403, 'dailyLimitExceeded')), false],
    [judge(403, driveBody(403, 'storageQuotaExceeded')), false],
    [new Error('503'), false],
  ])('%s: %s', (error, expected) => {
    expect(isTransient(error)).toBe(expected);
  });
});

describe('Retry-After', () => {
  it.each([
    ['7', 7000],
    [' 0 ', 0],
    ['Sun, 22 Nov 2026 03:00:30 GMT', 30_000],
    ['Sun, 22 Nov 2026 02:00:00 GMT', 0],
    ['soon', null],
    ['-5', null],
    ['1.5', null],
    ['', null],
    [undefined, null],
  ])('%s means %s ms', (value, expected) => {
    expect(readRetryAfterMs({ 'retry-after': value }, now)).toBe(expected);
  });

  it('travels with the error', () => {
    expect(judge(429, '', 'api', { 'retry-after': '9' }).context['retryAfterMs']).toBe(9000);
  });
});
