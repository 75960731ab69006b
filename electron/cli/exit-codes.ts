// The documented exit codes (docs/command-line.md) and which error leads to which.
import { assertNever, type AppError, type ErrorCode } from '../../shared/errors.ts';
import type { Run } from '../../shared/run.ts';

export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  configuration: 3,
  needsPerson: 4,
  waiting: 5,
  cancelled: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const configuration: readonly ErrorCode[] = [
  'pg/host-not-found',
  'pg/database-missing',
  'pg/tool-missing',
  'pg/tool-too-old',
  'pg/certificate-file',
  'pg/service-missing',
  'ssh/auth-failed',
  'ssh/key-unusable',
  'ssh/forward-refused',
  'drive/client-missing',
  'drive/client-refused',
  'drive/credentials-unusable',
  'drive/folder-unusable',
  'drive/no-storage',
  'input/invalid',
  'crypto/kit-unreadable',
  'restore/not-a-backup',
  'restore/plain-archive',
  'restore/plain-whole',
  'input/not-found',
  'input/in-use',
  'mail/not-set-up',
  'mail/auth-failed',
  'mail/token-refused',
  'mail/tls-failed',
  'mail/rejected-sender',
  'mail/rejected-recipient',
  'webhook/refused',
  'store/in-use',
  'store/newer-version',
];

const needsPerson: readonly ErrorCode[] = [
  'drive/no-account',
  'drive/signed-out',
  'drive/sign-in-denied',
  'drive/sign-in-timeout',
  'drive/scope-missing',
  'drive/key-refused',
  'drive/other-account',
  'crypto/key-missing',
  'crypto/wrong-key',
  'run/needs-connection',
  'run/plain-keys',
  'vault/unavailable',
  'vault/locked-elsewhere',
  'pg/target-not-empty',
  'ssh/host-key-unknown',
  'ssh/host-key-changed',
  'retention/pinned',
  'retention/last-good',
  'retention/no-right',
];

export function chooseExitCode(error: Pick<AppError, 'code'>): ExitCode {
  if (error.code === 'run/cancelled') return exitCodes.cancelled;
  if (error.code === 'drive/offline' || error.code === 'drive/busy') return exitCodes.waiting;
  if (configuration.includes(error.code)) return exitCodes.configuration;
  if (needsPerson.includes(error.code)) return exitCodes.needsPerson;
  return exitCodes.failed;
}

/** For several runs: the worst counts. */
export function chooseRunsExitCode(runs: readonly Run[]): ExitCode {
  const codes = runs.map(chooseRunExitCode);
  const order: readonly ExitCode[] = [130, 1, 3, 4, 5, 0];
  return order.find((code) => codes.includes(code)) ?? exitCodes.done;
}

function chooseRunExitCode(run: Run): ExitCode {
  switch (run.state) {
    case 'succeeded':
      return exitCodes.done;
    case 'cancelled':
      return exitCodes.cancelled;
    case 'waiting':
      return run.error && needsPerson.includes(run.error.code) ? exitCodes.needsPerson : exitCodes.waiting;
    case 'failed':
    case 'interrupted':
      return run.error ? chooseExitCode(run.error) : exitCodes.failed;
    case 'queued':
    case 'running':
      return exitCodes.failed;
    default:
      return assertNever(run.state);
  }
}
