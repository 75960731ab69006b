// The double's one script, which every choice in a dialog answers.
import type { Hook, HookCommand, JobHooks, JobHooksDraft } from '../../shared/job-hooks.ts';

export const chosenHook: HookCommand = {
  id: 'hook-1',
  way: 'file',
  command: '/home/ann/backup/prepare the shop.sh',
};

export function toHooks(draft: JobHooksDraft): JobHooks {
  const toHook = (wish: JobHooksDraft['before']): Hook | null => wish && { ...chosenHook, ...wish };
  return { before: toHook(draft.before), after: toHook(draft.after) };
}
