// The life of one request: named, written into the journal, sent through the faults, answered.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { apiError, GoogleError } from './api-error.ts';
import { ConnectionGone } from './body-source.ts';
import { Exchange } from './exchange.ts';
import { toShownQuery } from './journal.ts';
import { toRequestKind } from './request-kind.ts';
import { answer } from './routes.ts';
import type { World } from './world.ts';

export async function handleRequest(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const exchange = openExchange(world, request, response);
  const startedAt = performance.now();
  try {
    await exchange.reach('arrived');
    await answer(exchange);
  } catch (error) {
    await answerError(exchange, error);
  }
  exchange.entry.tookMs = Math.round(performance.now() - startedAt);
  world.journal.changed(exchange.entry);
}

function openExchange(world: World, request: IncomingMessage, response: ServerResponse): Exchange {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const method = request.method ?? 'GET';
  const session = world.sessions.find(url.searchParams.get('upload_id') ?? '');
  const length = request.headers['content-length'];
  const head = {
    ...{ method, url, contentRange: request.headers['content-range'], range: request.headers.range },
    contentLength: length === undefined ? null : Number(length),
  };
  const facts = toRequestKind(
    head,
    session && {
      storedBytes: session.writer.size,
      total: session.record.total,
      done: session.record.fileId !== null,
    },
  );
  const plan = world.faults.plan({ ...facts, method, path: url.pathname, query: url.searchParams });
  const entry = world.journal.add({
    ...{ at: world.now().toISOString(), method, path: url.pathname, query: toShownQuery(url.searchParams) },
    ...{ kind: facts.kind, authorized: request.headers.authorization !== undefined, offset: facts.offset },
    ...{ session: session?.record.name ?? null, fileId: null, storedBytes: session?.writer.size ?? null },
    ...{ requestBytes: 0, responseBytes: 0, status: null, fault: null, ended: 'open', tookMs: 0 },
  });
  return new Exchange({ world, request, response, url, facts, entry, session, plan });
}

async function answerError(exchange: Exchange, error: unknown): Promise<void> {
  if (error instanceof ConnectionGone || exchange.response.headersSent) {
    exchange.abandon();
    return;
  }
  const known =
    error instanceof GoogleError
      ? error
      : apiError(500, 'internalError', `local Google: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
  try {
    await exchange.sendError(known);
  } catch {
    exchange.abandon();
  }
}
