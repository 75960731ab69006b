// Refusals by name, in Google's words: status, reason and message as its pages and other people's reports have them. A rule
// says `{ do: 'respond', like: 'user-rate' }`; client tests can loop over all names.

export interface AnswerWords {
  readonly status: number;
  readonly reason?: string;
  readonly message?: string;
  /** The whole body, where it is not `{error: {errors: […]}}`: text, or an object. */
  readonly body?: unknown;
  readonly contentType?: string;
}

const metric = 'Queries per minute';
const quotaText =
  `Quota exceeded for quota metric 'Queries' and limit '${metric}' of service 'drive.googleapis.com' for consumer ` +
  "'project_number:1004711235813'.";
const quotaDetails = [
  {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: 'RATE_LIMIT_EXCEEDED',
    domain: 'googleapis.com',
    metadata: {
      service: 'drive.googleapis.com',
      quota_limit: 'defaultPerMinutePerProject',
      quota_limit_value: '12000',
    },
  },
];
const quotaError = { code: 403, message: quotaText, status: 'PERMISSION_DENIED', details: quotaDetails };
const quotaReason = { message: quotaText, domain: 'usageLimits', reason: 'rateLimitExceeded' };

export const answerWords = {
  'user-rate': { status: 403, reason: 'userRateLimitExceeded', message: 'User Rate Limit Exceeded' },
  'user-rate-dot': { status: 403, reason: 'userRateLimitExceeded', message: 'User rate limit exceeded.' },
  rate: { status: 403, reason: 'rateLimitExceeded', message: 'Rate Limit Exceeded' },
  'queries-per-minute': { status: 403, body: { error: { ...quotaError, errors: [quotaReason] } } },
  'queries-without-reason': { status: 403, body: { error: quotaError } },
  'too-many': { status: 429, reason: 'rateLimitExceeded', message: 'Rate Limit Exceeded' },
  'too-many-bare': {
    status: 429,
    body: { error: { code: 429, message: 'Resource has been exhausted', status: 'RESOURCE_EXHAUSTED' } },
  },
  'daily-limit': { status: 403, reason: 'dailyLimitExceeded', message: 'Daily Limit Exceeded' },
  'storage-full': {
    status: 403,
    reason: 'storageQuotaExceeded',
    message: "The user's Drive storage quota has been exceeded.",
  },
  'quota-exceeded': {
    status: 403,
    reason: 'quotaExceeded',
    message: 'The user has exceeded their Drive storage quota',
  },
  'drive-items': {
    status: 403,
    reason: 'teamDriveFileLimitExceeded',
    message: 'The file limit for this shared drive has been exceeded.',
  },
  'folder-items': {
    status: 403,
    reason: 'numChildrenInNonRootLimitExceeded',
    message: 'The limit for the number of children (files and folders) in a folder has been exceeded.',
  },
  'creator-items': {
    status: 403,
    reason: 'activeItemCreationLimitExceeded',
    message: 'This account has exceeded the creation limit of 500 million items.',
  },
  'not-authorized-to-file': {
    status: 403,
    reason: 'appNotAuthorizedToFile',
    message: 'The user has not granted the app 1004711235813 write access to the file.',
  },
  'file-rights': {
    status: 403,
    reason: 'insufficientFilePermissions',
    message: 'The user does not have sufficient permissions for this file.',
  },
  'parent-rights': {
    status: 403,
    reason: 'insufficientParentPermissions',
    message: 'Insufficient permissions for the specified parent.',
  },
  'no-member': {
    status: 403,
    reason: 'teamDriveMembershipRequired',
    message: 'A user must be a member of the shared drive to do this.',
  },
  'domain-policy': {
    status: 403,
    reason: 'domainPolicy',
    message: 'The domain administrators have disabled Drive apps.',
  },
  'not-configured': {
    status: 403,
    reason: 'accessNotConfigured',
    message: 'Google Drive API has not been used in project 1004711235813 before or it is disabled.',
  },
  'service-disabled': {
    status: 403,
    body: {
      error: {
        code: 403,
        message: 'Google Drive API has not been used in project 1004711235813 before or it is disabled.',
        status: 'PERMISSION_DENIED',
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
            reason: 'SERVICE_DISABLED',
            domain: 'googleapis.com',
            metadata: { service: 'drive.googleapis.com', consumer: 'projects/1004711235813' },
          },
        ],
      },
    },
  },
  abusive: {
    status: 403,
    reason: 'cannotDownloadAbusiveFile',
    message: 'This file has been identified as malware or spam and cannot be downloaded.',
  },
  'download-quota': {
    status: 403,
    reason: 'downloadQuotaExceeded',
    message: 'The download quota for this file has been exceeded.',
  },
  'file-gone': { status: 404, reason: 'notFound', message: 'File not found.' },
  'page-token': { status: 400, reason: 'invalid', message: 'Invalid Value' },
  'bad-request': { status: 400, reason: 'badRequest', message: 'Bad Request' },
  'bad-token': { status: 401, reason: 'authError', message: 'Invalid Credentials' },
  'id-in-use': { status: 409, reason: 'fileIdInUse', message: 'A file already exists with the provided ID.' },
  internal: { status: 500, reason: 'internalError', message: 'Internal Error' },
  'bad-gateway': {
    status: 502,
    body: '<html><title>Error 502 (Server Error)!!1</title></html>',
    contentType: 'text/html; charset=UTF-8',
  },
  backend: { status: 503, reason: 'backendError', message: 'Backend Error' },
  unavailable: { status: 503, body: 'Service Unavailable' },
  'session-gone': { status: 410, body: 'Gone' },
  'session-unknown': { status: 404, body: 'Not Found' },
  'session-bad-range': { status: 400, body: 'Failed to parse Content-Range header.' },
  'invalid-grant': { status: 400, reason: 'invalid_grant', message: 'Token has been expired or revoked.' },
  'invalid-client': { status: 401, reason: 'invalid_client', message: 'Unauthorized' },
  'deleted-client': { status: 401, reason: 'deleted_client', message: 'The OAuth client was deleted.' },
  'disabled-client': { status: 401, reason: 'disabled_client', message: 'The OAuth client was disabled.' },
  'unauthorized-client': { status: 401, reason: 'unauthorized_client', message: 'Unauthorized' },
  'admin-policy': { status: 400, reason: 'admin_policy_enforced', message: 'Access was blocked by the administrator.' },
} as const satisfies Readonly<Record<string, AnswerWords>>;

export type AnswerName = keyof typeof answerWords;
export const answerNames: readonly AnswerName[] = Object.keys(answerWords) as AnswerName[];
