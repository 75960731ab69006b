// A real web server that webhook messages and pings are sent to: keeps every request and answers what a test wants.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TakenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface UrlReceiver {
  readonly url: string;
  readonly requests: readonly TakenRequest[];
  /** The next answers, then 200 again; `hang` answers nothing. */
  readonly answerNext: (...answers: readonly (number | Answer | 'hang')[]) => void;
  readonly clear: () => void;
  readonly stop: () => Promise<void>;
}

export async function startUrlReceiver(): Promise<UrlReceiver> {
  const requests: TakenRequest[] = [];
  const answers: (number | Answer | 'hang')[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      requests.push({ method, path, headers, body: Buffer.concat(chunks).toString('utf8') });
      const answer = answers.shift() ?? 200;
      if (answer === 'hang') return;
      const { status, body } = typeof answer === 'number' ? { status: answer, body: 'ok' } : answer;
      response.writeHead(status, status >= 300 && status < 400 ? { location: '/elsewhere' } : {}).end(body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    requests,
    answerNext: (...next) => answers.push(...next),
    clear: () => {
      requests.length = 0;
      answers.length = 0;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}
