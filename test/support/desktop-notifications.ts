// A notification server as a desktop has one: keeps what was shown and can click it.
import { interface as dbusInterface, type MessageBus } from 'dbus-next';
import { unwrap } from './desktop-bus.ts';
import { waitFor } from './wait-for.ts';

export interface ShownNotification {
  readonly id: number;
  readonly title: string;
  readonly body: string;
  /** Action keys and labels by turns; `default` is a click on the notification itself. */
  readonly actions: readonly string[];
  readonly hints: Readonly<Record<string, unknown>>;
}

class Server extends dbusInterface.Interface {
  readonly shown: ShownNotification[] = [];
  #lastId = 0;
  GetCapabilities(): string[] {
    return ['actions', 'body', 'persistence'];
  }
  GetServerInformation(): string[] {
    return ['PgKeep tests', 'PgKeep', '1', '1.2'];
  }
  Notify(
    ...[, replaces, , title, body, actions, hints]: [string, number, string, string, string, string[], unknown, number]
  ): number {
    if (replaces === 0) this.#lastId += 1;
    const id = replaces === 0 ? this.#lastId : replaces;
    this.shown.push({ id, title, body, actions, hints: unwrap(hints) as Record<string, unknown> });
    return id;
  }
  CloseNotification(id: number): void {
    this.NotificationClosed(id, 3);
  }
  NotificationClosed(id: number, reason: number): [number, number] {
    return [id, reason];
  }
  ActionInvoked(id: number, action: string): [number, string] {
    return [id, action];
  }
}
Server.configureMembers({
  methods: {
    GetCapabilities: { outSignature: 'as' },
    GetServerInformation: { outSignature: 'ssss' },
    Notify: { inSignature: 'susssasa{sv}i', outSignature: 'u' },
    CloseNotification: { inSignature: 'u' },
  },
  signals: {
    NotificationClosed: { signature: 'uu' },
    ActionInvoked: { signature: 'us' },
  },
});

export class NotificationServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(bus: MessageBus): Promise<NotificationServer> {
    const server = new Server('org.freedesktop.Notifications');
    bus.export('/org/freedesktop/Notifications', server);
    await bus.requestName('org.freedesktop.Notifications', 0);
    return new NotificationServer(server);
  }

  /** Everything shown so far, oldest first. */
  list(): readonly ShownNotification[] {
    return this.#server.shown;
  }

  /** Forgets what was shown so far. */
  clear(): void {
    this.#server.shown.length = 0;
  }

  /** Waits for one whose title or body has `text`. */
  waitFor(text: string, timeoutMs?: number): Promise<ShownNotification> {
    return waitFor(
      `a notification with "${text}"`,
      () => this.list().find(({ title, body }) => title.includes(text) || body.includes(text)),
      timeoutMs,
    );
  }

  /** A click on the notification. */
  click(notification: ShownNotification): void {
    this.#server.ActionInvoked(notification.id, 'default');
    this.#server.NotificationClosed(notification.id, 2);
  }
}
