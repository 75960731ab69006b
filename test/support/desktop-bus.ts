// Plain calls over D-Bus: by destination, path, interface and member, without asking for an introspection first.
import { Message, Variant, type MessageBus } from 'dbus-next';

export interface BusCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly unknown[];
}

/** The answer's values. Rejects with the D-Bus error. */
export async function callBus(bus: MessageBus, call: BusCall): Promise<readonly unknown[]> {
  const { destination, path, member, signature = '', body = [] } = call;
  const reply = await bus.call(
    new Message({ destination, path, interface: call.interface, member, signature, body: [...body] }),
  );
  return (reply?.body ?? []) as unknown[];
}

/** All properties of an interface, variants taken off at every depth. */
export async function readProperties(
  bus: MessageBus,
  destination: string,
  path: string,
  of: string,
): Promise<Readonly<Record<string, unknown>>> {
  const [all] = await callBus(bus, {
    destination,
    path,
    interface: 'org.freedesktop.DBus.Properties',
    member: 'GetAll',
    signature: 's',
    body: [of],
  });
  return unwrap(all) as Record<string, unknown>;
}

export async function hasOwner(bus: MessageBus, name: string): Promise<boolean> {
  const [owned] = await callBus(bus, {
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'NameHasOwner',
    signature: 's',
    body: [name],
  });
  return owned === true;
}

/** Takes variants off, at every depth. */
export function unwrap(value: unknown): unknown {
  if (value instanceof Variant) return unwrap((value as Variant<unknown>).value);
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrap(inner)]));
  }
  return value;
}
