import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { HubApiError, InvalidApiResponseFormatError } from '@huggingface/hub';
import { exitCodes, UserError } from '../errors.ts';

/** A hub and how to speak to it. */
export interface Hub {
  /** Without a slash at the end. */
  url: string;
  /** Signs requests to the hub itself, and turns refusals into errors for people. */
  fetch: typeof fetch;
}

/** For one request, headers and body: the longest is a header of a few MB. */
const requestTimeout = 60_000;

/** True when the user forbids the network, as huggingface_hub reads it. */
export function isOffline(): boolean {
  const value = process.env.HF_HUB_OFFLINE || process.env.TRANSFORMERS_OFFLINE || '';
  return ['1', 'ON', 'YES', 'TRUE'].includes(value.toUpperCase());
}

/** A first screen waits for it. */
const answerTimeout = 3_000;

/** Whether the hub answers within seconds and has this model; false where the user forbids the network. */
export async function isOnHub(id: string): Promise<boolean> {
  if (isOffline()) return false;
  try {
    const { url, fetch: ask } = await hubFromEnvironment(id, answerTimeout);
    const { ok, body } = await ask(`${url}/api/models/${id}`);
    await body?.cancel();
    return ok;
  } catch {
    return false;
  }
}

/** The hub that HF_ENDPOINT names, with the user's token if they have one. */
export async function hubFromEnvironment(id: string, timeout = requestTimeout): Promise<Hub> {
  const url = (process.env.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, '');
  if (!URL.canParse(url)) {
    throw new UserError('bad-endpoint', { url });
  }
  const token = await findToken();
  return { url, fetch: signedFetch(id, url, token, timeout) };
}

/** HF_TOKEN, or what `hf auth login` has stored. */
async function findToken(): Promise<string | null> {
  const fromEnvironment = process.env.HF_TOKEN || process.env.HUGGING_FACE_HUB_TOKEN;
  if (fromEnvironment) return fromEnvironment.trim();
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const home = process.env.HF_HOME || join(cache, 'huggingface');
  try {
    return (await readFile(process.env.HF_TOKEN_PATH || join(home, 'token'), 'utf8')).trim() || null;
  } catch {
    return null;
  }
}

function signedFetch(id: string, hubUrl: string, token: string | null, timeout: number): typeof fetch {
  const origin = new URL(hubUrl).origin;
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const headers = new Headers(init?.headers);
    // Storage that the hub redirects to must not see the token.
    if (token && url.origin === origin) headers.set('authorization', `Bearer ${token}`);
    // Plain range requests, which every mirror serves, rather than the xet protocol, which names hosts of its own.
    headers.set('accept', '*/*');
    const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(timeout) });
    const code = response.headers.get('x-error-code');
    if (response.ok || (response.status === 404 && code === 'EntryNotFound')) return response;
    throw refusal(response, id, hubUrl, token !== null);
  };
}

/** What a refused request means, decided as huggingface_hub decides it (`hf_raise_for_status`). */
function refusal(response: Response, id: string, hubUrl: string, signed: boolean): UserError {
  const { status } = response;
  const code = response.headers.get('x-error-code');
  const message = response.headers.get('x-error-message') ?? '';
  if (code === 'GatedRepo' || status === 403) {
    return new UserError('model-gated', { page: `${hubUrl}/${id}`, signed });
  }
  if (status === 401 && signed && message.startsWith('Invalid credentials')) {
    return new UserError('bad-token', { hub: hubUrl });
  }
  if (status === 401 || status === 404) {
    return new UserError('model-not-found/hub', { id, hub: hubUrl, near: [] });
  }
  return new UserError(
    'hub-unreachable/status',
    { hub: hubUrl, status: `${status} ${response.statusText}`.trimEnd() },
    exitCodes.environment,
  );
}

/** Turns what the hub's client throws into an error for people; anything that is none of its failures stays as it is. */
export function translateHubError(error: unknown, { url }: Hub): unknown {
  if (error instanceof UserError) return error;
  // A SyntaxError is a page of HTML where JSON should be: a captive portal, or no hub at all.
  const strange = [InvalidApiResponseFormatError, HubApiError, SyntaxError].some(
    (type) => error instanceof type,
  );
  if (error instanceof Error && strange) {
    return new UserError(
      'hub-unreachable/strange',
      { hub: url, reason: error.message },
      exitCodes.environment,
    );
  }
  if (isNetworkError(error)) {
    if (error.name === 'TimeoutError') {
      const seconds = requestTimeout / 1000;
      const about = { hub: url, seconds, proxy: isProxyIgnored() };
      return new UserError('hub-unreachable/timeout', about, exitCodes.environment);
    }
    return new UserError(
      'hub-unreachable',
      { hub: url, reason: networkReason(error), proxy: isProxyIgnored() },
      exitCodes.environment,
    );
  }
  return error;
}

/** undici reports what went wrong below HTTP as a TypeError with a cause, and our timeout as a DOMException. */
function isNetworkError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    (error.name === 'TimeoutError' || (error instanceof TypeError && error.cause !== undefined))
  );
}

function networkReason(error: Error): string {
  const { code, message } = error.cause as { code?: string; message?: string };
  return code ?? message ?? error.message;
}

/** Node heeds a proxy only when told to. */
function isProxyIgnored(): boolean {
  const { HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy, NODE_USE_ENV_PROXY } = process.env;
  return Boolean(HTTPS_PROXY ?? https_proxy ?? HTTP_PROXY ?? http_proxy) && !NODE_USE_ENV_PROXY;
}
