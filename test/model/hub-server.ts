import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A repository of the stand-in hub. */
export interface Repository {
  files: Record<string, Buffer>;
  /** Who may read the files: anyone, only the bearer of that token, or nobody. */
  access?: 'public' | 'nobody' | { token: string };
}

/** A stand-in for the Hugging Face hub, speaking as much of its protocol as its clients here need: our own and Python's. */
export interface HubServer {
  url: string;
  /** Paths asked for, in order. */
  requests: string[];
  /** Bytes of files sent so far. */
  sentBytes: number;
  close(): Promise<void>;
}

/** `/owner/name/resolve/REVISION/FILE`, `/api/models/owner/name/tree/REVISION[/FOLDER]`, `/api/models/owner/name[/revision/REVISION]` */
const route =
  /^\/(?:api\/models\/)?(?<id>[^/]+\/[^/]+)(?:\/resolve\/[^/]+\/(?<file>.+)|\/(?<tree>tree)\/[^/]+(?<folder>\/.+)?|\/revision\/[^/]+)?$/;

/** @param repositories by `owner/name` */
export async function startHub(repositories: Record<string, Repository>): Promise<HubServer> {
  const hub: HubServer = { url: '', requests: [], sentBytes: 0, close: async () => {} };
  const server = createServer((request, response) => {
    hub.requests.push(request.url!);
    const { pathname } = new URL(request.url!, hub.url);
    const { id = '', file, tree, folder } = route.exec(pathname)?.groups ?? {};
    const repository = repositories[id];
    if (!repository) return refuse(response, 401, null, 'Invalid username or password.');
    if (folder) return refuse(response, 404, 'EntryNotFound', 'Entry not found');
    // As on the real hub, a gated repository can be listed by anyone.
    if (tree) return sendJson(response, listing(repository));
    if (!file) return sendJson(response, description(id, repository));
    const refused = refusal(repository, request);
    if (refused) return refuse(response, ...refused);
    const data = repository.files[decodeURIComponent(file)];
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

/** Every repository has one commit. */
const commit = 'c0ffee'.padEnd(40, '0');

function listing({ files }: Repository) {
  return Object.entries(files).map(([path, data]) => ({ type: 'file', path, size: data.length, oid: path }));
}

function description(id: string, { files }: Repository) {
  const siblings = Object.entries(files).map(([rfilename, { length }]) => ({ rfilename, size: length }));
  return { id, sha: commit, private: false, gated: false, siblings };
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
    ...(code && { 'x-error-code': code, 'x-repo-commit': commit }),
    'content-type': 'text/plain',
  });
  response.end(message);
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

/** Sends the range asked for, or all of it, or, for HEAD, only what is said about it; returns the bytes sent. */
function sendFile(request: IncomingMessage, response: ServerResponse, data: Buffer): number {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const first = range ? Number(range[1]) : 0;
  const last = Math.min(Number(range?.[2] || data.length), data.length - 1);
  const part = data.subarray(first, last + 1);
  response.writeHead(range ? 206 : 200, {
    // Python's cache stores files by it.
    etag: `"${createHash('sha1').update(data).digest('hex')}"`,
    'x-repo-commit': commit,
    'x-linked-size': data.length,
    'content-length': part.length,
    ...(range && { 'content-range': `bytes ${first}-${last}/${data.length}` }),
  });
  response.end(part);
  return request.method === 'HEAD' ? 0 : part.length;
}
