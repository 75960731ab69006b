// Serves the page from the program's own files under app://pgkeep/ and shuts its session off from everything else:
// network, permissions, devices, downloads.
import { readFile } from 'node:fs/promises';
import { protocol, type Session } from 'electron';
import { isOwnUrl, mayLoad, pagePolicy, pageScheme, toPageFile } from './page-origin.ts';

/** Must run before the app is ready: Electron fixes the schemes then. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** The one permission the page gets: "Copy" buttons write plain text. */
const allowedPermission = 'clipboard-sanitized-write';

export function closeSession(session: Session, rendererDir: string): void {
  session.protocol.handle(pageScheme, async (request) => {
    const file = request.method === 'GET' ? toPageFile(request.url, rendererDir) : null;
    if (!file) return new Response('not found', { status: 404 });
    try {
      const body = await readFile(file.path);
      return new Response(new Uint8Array(body), {
        headers: {
          'content-type': file.contentType,
          'content-security-policy': pagePolicy,
          'x-content-type-options': 'nosniff',
          'cache-control': 'no-store',
        },
      });
    } catch {
      return new Response('not found', { status: 404 });
    }
  });
  session.webRequest.onBeforeRequest((details, callback) => {
    callback({ cancel: !mayLoad(details.url) });
  });
  session.setPermissionRequestHandler((_contents, permission, callback, details) => {
    callback(permission === allowedPermission && isOwnUrl(details.requestingUrl));
  });
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => permission === allowedPermission && isOwnUrl(origin),
  );
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => {
    event.preventDefault();
  });
}
