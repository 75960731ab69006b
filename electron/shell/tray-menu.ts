// A TrayModel as an Electron menu template, and the model the shell shows by itself while the engine does not answer. Pure.
import type { MenuItemConstructorOptions } from 'electron';
import type { TrayAction, TrayItem, TrayLeaf, TrayModel } from '../../shared/tray-model.ts';
import { assertNever } from '../../shared/errors.ts';

export function toMenuTemplate(
  items: readonly TrayItem[],
  act: (action: TrayAction) => void,
): MenuItemConstructorOptions[] {
  return items.map((item) =>
    item.kind === 'submenu'
      ? { label: escapeLabel(item.label), submenu: item.items.map((leaf) => toMenuItem(leaf, act)) }
      : toMenuItem(item, act),
  );
}

function toMenuItem(leaf: TrayLeaf, act: (action: TrayAction) => void): MenuItemConstructorOptions {
  switch (leaf.kind) {
    case 'separator':
      return { type: 'separator' };
    case 'status':
      return { label: escapeLabel(leaf.label), enabled: false };
    case 'check':
      return {
        label: escapeLabel(leaf.label),
        type: 'checkbox',
        checked: leaf.checked,
        click: () => {
          act(leaf.action);
        },
      };
    case 'action':
      return {
        label: escapeLabel(leaf.label),
        enabled: leaf.enabled,
        click: () => {
          act(leaf.action);
        },
      };
    default:
      return assertNever(leaf);
  }
}

/** `&` marks an access key in menus; a job's name may hold one. */
function escapeLabel(label: string): string {
  return label.replaceAll('&', '&&');
}

/** The model's items with the line that the shell adds, above what leaves the program. */
export function withStartAtLogin(items: readonly TrayItem[], isOn: boolean): TrayItem[] {
  const at = items.findLastIndex(({ kind }) => kind === 'separator');
  const action: TrayAction = { type: 'start-at-login', enabled: !isOn };
  const line: TrayItem = { kind: 'check', label: 'Start at login', checked: isOn, action };
  return at < 0 ? [...items, line] : [...items.slice(0, at), line, ...items.slice(at)];
}

/** The tray before the engine has sent its own model, and while it does not run. */
export function toWaitingTray(state: 'starting' | 'failed', reason: string | null): TrayModel {
  const line = state === 'starting' ? 'Starting…' : 'The backup engine is not running';
  return {
    icon: state === 'starting' ? 'idle' : 'attention',
    tooltip: ['PgKeep', line, ...(reason ? [reason] : [])].join('\n'),
    items: [
      { kind: 'status', label: line },
      { kind: 'separator' },
      { kind: 'action', label: 'Open PgKeep', enabled: true, action: { type: 'open', page: 'overview' } },
      { kind: 'separator' },
      { kind: 'action', label: 'Quit', enabled: true, action: { type: 'quit' } },
    ],
    activeRuns: [],
    keepAwake: false,
  };
}
