// What the button under an error does: a page that helps, or a call.
import { assertNever } from '../../shared/errors.ts';
import type { ActionKind } from '../../shared/error-words/words.ts';
import { api } from '../api.ts';
import { goTo } from '../state/route.ts';

/** `retry` belongs to whoever shows the error. */
export async function actOnError(kind: Exclude<ActionKind, 'retry'>): Promise<void> {
  switch (kind) {
    case 'sign-in':
      await api.account.signIn(undefined);
      return;
    case 'open-google':
      goTo('settings', { tab: 'google' });
      return;
    case 'open-connections':
      goTo('settings', { tab: 'connections' });
      return;
    case 'open-jobs':
      goTo('jobs');
      return;
    case 'open-checks':
      goTo('settings', { tab: 'checks' });
      return;
    case 'open-mail':
      goTo('settings', { tab: 'mail' });
      return;
    case 'open-notifications':
      goTo('settings', { tab: 'notifications' });
      return;
    case 'open-drive':
      await api.app.openLink({ to: 'drive-folder' });
      return;
    case 'open-google-guide':
      await api.app.openLink({ to: 'google-guide' });
      return;
    case 'open-restore-guide':
      await api.app.openLink({ to: 'restore-guide' });
      return;
    default:
      assertNever(kind);
  }
}
