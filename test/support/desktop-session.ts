// A real desktop session for the tests of the program: a private D-Bus session bus, a panel that shows tray items, a
// notification server, an unlocked keyring and an X server, each with a home of its own. Nothing of the machine's own
// session is touched.
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sessionBus, type MessageBus } from 'dbus-next';
import { NotificationServer } from './desktop-notifications.ts';
import { startProgram, type Program } from './desktop-programs.ts';
import { TrayPanel } from './desktop-tray.ts';
import { hasOwner } from './desktop-bus.ts';
import { waitFor } from './wait-for.ts';

export interface DesktopSession {
  /** HOME of this session; also holds the keyring. */
  readonly homeDir: string;
  /** The environment for programs of this session. */
  readonly env: Readonly<Record<string, string>>;
  readonly bus: MessageBus;
  readonly tray: TrayPanel;
  readonly notifications: NotificationServer;
  /** Ends the keyring: the key store cannot be reached any more. */
  readonly stopKeyring: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface DesktopSessionOptions {
  /** False: a desktop without a key store. */
  readonly keyring?: boolean;
  /** Size of the screen in pixels. */
  readonly screen?: { readonly width: number; readonly height: number };
}

export async function startDesktopSession(options: DesktopSessionOptions = {}): Promise<DesktopSession> {
  const homeDir = await mkdtemp(path.join(tmpdir(), 'pgkeep-desktop-'));
  const runtimeDir = path.join(homeDir, 'run');
  await mkdir(runtimeDir, { mode: 0o700 });
  const programs: Program[] = [];
  const busAddress = `unix:path=${path.join(runtimeDir, 'bus')}`;
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: homeDir,
    XDG_RUNTIME_DIR: runtimeDir,
    XDG_CONFIG_HOME: path.join(homeDir, '.config'),
    XDG_DATA_HOME: path.join(homeDir, '.local', 'share'),
    XDG_CACHE_HOME: path.join(homeDir, '.cache'),
    DBUS_SESSION_BUS_ADDRESS: busAddress,
    // No bus of the whole machine: power and network events of the host are not part of the session.
    DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${path.join(runtimeDir, 'no-system-bus')}`,
    LANG: 'C.UTF-8',
    TZ: process.env['TZ'] ?? 'UTC',
    // The accessibility bus would start programs of its own.
    NO_AT_BRIDGE: '1',
  };
  const run = (name: string, args: readonly string[], input?: string): Program => {
    const program = startProgram(name, args, env, input);
    programs.unshift(program);
    return program;
  };
  const stop = async (bus?: MessageBus): Promise<void> => {
    bus?.disconnect();
    for (const program of programs) await program.stop();
    await rm(homeDir, { recursive: true, force: true, maxRetries: 5 });
  };

  try {
    const daemon = run('dbus-daemon', [
      '--session',
      '--nofork',
      '--nopidfile',
      `--address=${busAddress}`,
      '--print-address=1',
    ]);
    await daemon.readLine();
    const { width, height } = options.screen ?? { width: 1400, height: 1000 };
    const xServer = run('Xvfb', [
      ...['-displayfd', '1', '-screen', '0', `${String(width)}x${String(height)}x24`],
      ...['-nolisten', 'tcp', '-noreset'],
    ]);
    env['DISPLAY'] = `:${await xServer.readLine()}`;
    const bus = sessionBus({ busAddress });
    try {
      const tray = await TrayPanel.start(bus);
      const notifications = await NotificationServer.start(bus);
      const keyring = options.keyring === false ? null : await startKeyring(run, bus);
      return {
        homeDir,
        env,
        bus,
        tray,
        notifications,
        stopKeyring: async () => {
          await keyring?.stop();
        },
        stop: () => stop(bus),
      };
    } catch (error) {
      bus.disconnect();
      throw error;
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startKeyring(
  run: (name: string, args: readonly string[], input: string) => Program,
  bus: MessageBus,
): Promise<Program> {
  const password = randomBytes(12).toString('hex');
  const keyring = run('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], password);
  await waitFor('the keyring is on the bus', () => hasOwner(bus, 'org.freedesktop.secrets'));
  return keyring;
}
