// The address under which a client reached the server: what absolute links in answers must begin with.
import type { IncomingMessage } from 'node:http';

/** Loopback names are plain HTTP; any other name came through a TLS front that stands in for Google's host. */
export function toOrigin(request: IncomingMessage): string {
  const host = request.headers.host ?? '127.0.0.1';
  const loopback = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host);
  return `${loopback ? 'http' : 'https'}://${host.replace(/:443$/, '')}`;
}
