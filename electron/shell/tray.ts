// Draws a TrayModel: icon, tooltip, menu. Decides nothing; a click hands the model's own action back.
import { Menu, Tray } from 'electron';
import type { TrayAction, TrayModel } from '../../shared/tray-model.ts';
import { createTrayIcons } from './tray-icons.ts';
import { toMenuTemplate, withStartAtLogin } from './tray-menu.ts';

export interface AppTrayOptions {
  readonly iconDirs: readonly string[];
  readonly startsAtLogin: () => boolean;
  readonly onAction: (action: TrayAction) => void;
  /** Left click. */
  readonly onOpen: () => void;
}

export class AppTray {
  readonly #tray: Tray;
  readonly #icons: ReturnType<typeof createTrayIcons>;
  readonly #onAction: (action: TrayAction) => void;
  readonly #startsAtLogin: () => boolean;
  #shown: TrayModel | null = null;

  constructor(options: AppTrayOptions) {
    this.#icons = createTrayIcons(options.iconDirs);
    this.#onAction = options.onAction;
    this.#startsAtLogin = options.startsAtLogin;
    this.#tray = new Tray(this.#icons('idle'));
    // On macOS a click opens the menu, as people expect there.
    if (process.platform !== 'darwin') this.#tray.on('click', options.onOpen);
  }

  /** Changes only what differs: a menu that is replaced closes under the pointer. */
  draw(model: TrayModel): void {
    const before = this.#shown;
    this.#shown = model;
    if (before?.icon !== model.icon) this.#tray.setImage(this.#icons(model.icon));
    if (before?.tooltip !== model.tooltip) this.#tray.setToolTip(model.tooltip);
    if (before && JSON.stringify(before.items) === JSON.stringify(model.items)) return;
    this.drawMenu();
  }

  /** Draws the menu anew: the system marks a line that was clicked, whatever became of the click. */
  drawMenu(): void {
    const items = withStartAtLogin(this.#shown?.items ?? [], this.#startsAtLogin());
    this.#tray.setContextMenu(Menu.buildFromTemplate(toMenuTemplate(items, this.#onAction)));
  }

  getModel(): TrayModel | null {
    return this.#shown;
  }

  destroy(): void {
    this.#tray.destroy();
  }
}
