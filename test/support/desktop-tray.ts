// A panel with a system tray: takes items as a desktop's panel does (StatusNotifierWatcher), reads their menus and clicks
// in them (com.canonical.dbusmenu).
import { interface as dbusInterface, Variant, type MessageBus } from 'dbus-next';
import { callBus, hasOwner, readProperties, unwrap } from './desktop-bus.ts';
import { waitFor } from './wait-for.ts';

const itemInterface = 'org.kde.StatusNotifierItem';
const itemPath = '/StatusNotifierItem';
const menuInterface = 'com.canonical.dbusmenu';

export interface TrayEntry {
  readonly id: number;
  /** Without access-key marks; empty for a separator. */
  readonly label: string;
  readonly enabled: boolean;
  readonly separator: boolean;
  readonly entries: readonly TrayEntry[];
}

class Watcher extends dbusInterface.Interface {
  readonly items: string[] = [];
  readonly IsStatusNotifierHostRegistered = true;
  readonly ProtocolVersion = 0;
  get RegisteredStatusNotifierItems(): string[] {
    return this.items;
  }
  RegisterStatusNotifierItem(service: string): void {
    this.items.push(service);
  }
  RegisterStatusNotifierHost(): void {
    // The panel itself is the only host.
  }
}
Watcher.configureMembers({
  properties: {
    IsStatusNotifierHostRegistered: { signature: 'b', access: 'read' },
    ProtocolVersion: { signature: 'i', access: 'read' },
    RegisteredStatusNotifierItems: { signature: 'as', access: 'read' },
  },
  methods: {
    RegisterStatusNotifierItem: { inSignature: 's' },
    RegisterStatusNotifierHost: { inSignature: 's' },
  },
});

export class TrayPanel {
  readonly #bus: MessageBus;
  readonly #watcher: Watcher;

  private constructor(bus: MessageBus, watcher: Watcher) {
    this.#bus = bus;
    this.#watcher = watcher;
  }

  static async start(bus: MessageBus): Promise<TrayPanel> {
    const watcher = new Watcher('org.kde.StatusNotifierWatcher');
    bus.export('/StatusNotifierWatcher', watcher);
    await bus.requestName('org.kde.StatusNotifierWatcher', 0);
    return new TrayPanel(bus, watcher);
  }

  /** Bus names of the items that are shown now. */
  async listItems(): Promise<string[]> {
    const owned = await Promise.all(this.#watcher.items.map((name) => hasOwner(this.#bus, name)));
    return this.#watcher.items.filter((_name, index) => owned[index]);
  }

  /** Waits for the one item there is. */
  waitForItem(): Promise<string> {
    return waitFor('a tray item is on the panel', async () => (await this.listItems()).at(-1));
  }

  async readTooltip(): Promise<string> {
    const properties = await readProperties(this.#bus, await this.waitForItem(), itemPath, itemInterface);
    const tooltip = properties['ToolTip'];
    return Array.isArray(tooltip) ? String(tooltip[2]) : '';
  }

  /** Width, height and bytes (ARGB) of the first image. */
  async readIcon(): Promise<{ width: number; height: number; pixels: Uint8Array } | null> {
    const properties = await readProperties(this.#bus, await this.waitForItem(), itemPath, itemInterface);
    const images = properties['IconPixmap'];
    const first: unknown = Array.isArray(images) ? images[0] : undefined;
    if (!Array.isArray(first)) return null;
    const [width, height, pixels] = first as [number, number, Uint8Array];
    return { width, height, pixels };
  }

  /** A left click on the item. */
  async activate(): Promise<void> {
    await callBus(this.#bus, {
      destination: await this.waitForItem(),
      path: itemPath,
      interface: itemInterface,
      member: 'Activate',
      signature: 'ii',
      body: [0, 0],
    });
  }

  async readMenu(): Promise<readonly TrayEntry[]> {
    const item = await this.waitForItem();
    const [, root] = await callBus(this.#bus, {
      destination: item,
      path: await this.#menuPath(item),
      interface: menuInterface,
      member: 'GetLayout',
      signature: 'iias',
      body: [0, -1, []],
    });
    return toEntry(unwrap(root)).entries;
  }

  /** Labels as a person reads them from top to bottom, separators left out. */
  async readLabels(): Promise<string[]> {
    return (await this.readMenu()).filter((entry) => !entry.separator).map((entry) => entry.label);
  }

  /** Waits until the entry is there and enabled, then clicks it. A path for a submenu: `['Back up now', 'shop']`. */
  async click(label: string | readonly string[]): Promise<void> {
    const labels = typeof label === 'string' ? [label] : label;
    const what = `the tray's menu has ${labels.join(' > ')}, enabled`;
    // A menu that was replaced since it was read knows the entry no more and refuses the click: then it is read again.
    await waitFor(what, async () => {
      const id = await this.#findEnabled(labels);
      if (id === null) return false;
      const item = await this.waitForItem();
      await callBus(this.#bus, {
        destination: item,
        path: await this.#menuPath(item),
        interface: menuInterface,
        member: 'Event',
        signature: 'isvu',
        body: [id, 'clicked', new Variant('s', ''), 0],
      });
      return true;
    });
  }

  async #findEnabled(labels: readonly string[]): Promise<number | null> {
    let entries = await this.readMenu();
    let found: TrayEntry | undefined;
    for (const name of labels) {
      found = entries.find((entry) => entry.label === name);
      entries = found?.entries ?? [];
    }
    return found?.enabled === true ? found.id : null;
  }

  async #menuPath(item: string): Promise<string> {
    const properties = await readProperties(this.#bus, item, itemPath, itemInterface);
    return String(properties['Menu']);
  }
}

/** dbusmenu's node: id, properties, children; absent properties have the protocol's defaults. */
function toEntry(node: unknown): TrayEntry {
  const [id, properties, children] = node as [number, Record<string, unknown>, unknown[]];
  return {
    id,
    // An underscore marks the access key, a doubled one is an underscore.
    label: (typeof properties['label'] === 'string' ? properties['label'] : '').replace(/_(.?)/g, '$1'),
    enabled: properties['enabled'] !== false && properties['visible'] !== false,
    separator: properties['type'] === 'separator',
    entries: children.map(toEntry),
  };
}
