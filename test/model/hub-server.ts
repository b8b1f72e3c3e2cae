import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A repository of the stand-in hub. */
export interface Repository {
  files: Record<string, Buffer>;
  /** Who may read the files: anyone, only the bearer of that token, or nobody. */
  access?: 'public' | 'nobody' | { token: string };
}

/** A stand-in for the Hugging Face hub, speaking as much of its protocol as a reader of models needs. */
export interface HubServer {
  url: string;
  /** Paths asked for, in order. */
  requests: string[];
  /** Bytes of files sent so far. */
  sentBytes: number;
  close(): Promise<void>;
}

/** @param repositories by `owner/name` */
export async function startHub(repositories: Record<string, Repository>): Promise<HubServer> {
  const hub: HubServer = { url: '', requests: [], sentBytes: 0, close: async () => {} };
  const server = createServer((request, response) => {
    hub.requests.push(request.url!);
    const [, id, tree, file] =
      /^\/(?:api\/models\/)?([^/]+\/[^/]+)\/(?:(tree)\/main|resolve\/main\/(.+))/.exec(request.url!) ?? [];
    const repository = id && repositories[id];
    if (!repository) return refuse(response, 401, null, 'Invalid username or password.');
    // As on the real hub, a gated repository can be listed by anyone.
    if (tree) return sendJson(response, listing(repository));
    const refused = refusal(repository, request);
    if (refused) return refuse(response, ...refused);
    const data = repository.files[decodeURIComponent(file!).split('?')[0]!];
    if (!data) return refuse(response, 404, 'EntryNotFound', 'Entry not found');
    hub.sentBytes += sendFile(request, response, data);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  hub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  hub.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return hub;
}

function listing({ files }: Repository) {
  return Object.entries(files).map(([path, data]) => ({ type: 'file', path, size: data.length, oid: path }));
}

/** Arguments for `refuse`, or null where the request may read the files. */
function refusal(
  { access = 'public' }: Repository,
  request: IncomingMessage,
): [status: number, code: string | null, message: string] | null {
  const { authorization } = request.headers;
  if (access === 'public') return null;
  if (access !== 'nobody' && authorization === `Bearer ${access.token}`) return null;
  if (access !== 'nobody' && authorization) {
    return [401, null, 'Invalid credentials in Authorization header'];
  }
  return [authorization ? 403 : 401, 'GatedRepo', 'Access to this model is restricted.'];
}

function refuse(response: ServerResponse, status: number, code: string | null, message: string): void {
  response.writeHead(status, {
    'x-error-message': message,
    ...(code && { 'x-error-code': code }),
    'content-type': 'text/plain',
  });
  response.end(message);
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

/** Sends the range asked for, or all of it; returns how many bytes that was. */
function sendFile(request: IncomingMessage, response: ServerResponse, data: Buffer): number {
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
  const first = range ? Number(range[1]) : 0;
  const last = Math.min(range ? Number(range[2]) : data.length, data.length - 1);
  const part = data.subarray(first, last + 1);
  response.writeHead(range ? 206 : 200, {
    etag: '"0123"',
    'content-length': part.length,
    ...(range && { 'content-range': `bytes ${first}-${last}/${data.length}` }),
  });
  response.end(part);
  return part.length;
}
