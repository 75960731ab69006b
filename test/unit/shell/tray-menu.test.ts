import { describe, expect, it } from 'vitest';
import { toMenuTemplate, toWaitingTray, withStartAtLogin } from '../../../electron/shell/tray-menu.ts';
import { trayModelSchema, type TrayAction } from '../../../shared/tray-model.ts';

describe('the tray’s menu', () => {
  it('draws status lines as disabled, keeps ampersands, and hands each action back on a click', () => {
    const acts: TrayAction[] = [];
    const action: TrayAction = { type: 'back-up-now', jobIds: ['1'] };
    const [status, line, submenu] = toMenuTemplate(
      [
        { kind: 'status', label: 'R&D: good' },
        { kind: 'separator' },
        { kind: 'submenu', label: 'Back up now', items: [{ kind: 'action', label: 'R&D', enabled: true, action }] },
      ],
      (act) => acts.push(act),
    );
    expect(status).toEqual({ label: 'R&&D: good', enabled: false });
    expect(line).toEqual({ type: 'separator' });
    const leaf = Array.isArray(submenu?.submenu) ? submenu.submenu[0] : undefined;
    expect(leaf).toMatchObject({ label: 'R&&D', enabled: true });
    (leaf?.click as (() => void) | undefined)?.();
    expect(acts).toEqual([action]);
  });

  it.each([true, false])('has a mark for the start at login (%s), above what leaves the program', (isOn) => {
    const acts: TrayAction[] = [];
    const items = withStartAtLogin(toWaitingTray('starting', null).items, isOn);
    const menu = toMenuTemplate(items, (act) => acts.push(act));
    expect(menu.map((item) => item.label ?? '-')).toEqual([
      ...['Starting…', '-', 'Open PgKeep', 'Start at login', '-', 'Quit'],
    ]);
    expect(menu[3]).toMatchObject({ type: 'checkbox', checked: isOn });
    (menu[3]?.click as (() => void) | undefined)?.();
    expect(acts).toEqual([{ type: 'start-at-login', enabled: !isOn }]);
  });

  it.each(['starting', 'failed'] as const)('can be opened and left while the engine is %s', (state) => {
    const model = trayModelSchema.parse(toWaitingTray(state, 'because'));
    const actions = model.items.flatMap((item) => (item.kind === 'action' && item.enabled ? [item.action.type] : []));
    expect(actions).toEqual(['open', 'quit']);
    expect(model.tooltip).toContain('because');
  });
});
