// Access to psa-host: all requests of the page are made here.

/** Why a request failed, from the problem document. */
export class ApiError extends Error {
  /**
   * @param {number} status  HTTP status; 0 if psa-host did not respond
   * @param {{type?: string, title?: string, detail?: string, errors?: {pointer: string, detail: string}[]}} problem
   * @param {number} retryAfter  seconds, 0 if not specified
   */
  constructor(status, problem, retryAfter = 0) {
    super(problem.detail || problem.title || `psa-host returned status ${status}.`);
    this.status = status;
    this.kind = (problem.type ?? '').split(':').pop(); // such as "key-taken"
    this.title = problem.title || 'The request failed';
    this.errors = problem.errors ?? [];
    this.retryAfter = retryAfter;
  }

  /** The errors by field: the last part of each pointer, below `section` if it is given. */
  fieldErrors(section = '') {
    const prefix = section ? `/${section}/` : '/';
    return this.errors
      .filter(({ pointer }) => pointer.startsWith(prefix))
      .map(({ pointer, detail }) => ({ field: pointer.slice(prefix.length).split('/').pop(), message: detail }));
  }
}

const retryDelays = [1000, 2000, 4000, 8000];
const hooks = { signIn: null, connectivity: () => {} };
let session = null;

/**
 * @param {() => Promise<void>} signIn  asks for a token; resolves when the user has signed in
 * @param {(reachable: boolean) => void} connectivity  called when psa-host stops responding and when it responds again
 */
export function setHooks(signIn, connectivity) {
  Object.assign(hooks, { signIn, connectivity });
}

/** The current session, or null. */
export const currentSession = () => session;

/** True if the token of this session has `scope`: admin includes everything. */
export const mayDo = (scope) => session?.scopes.some((each) => each === scope || each === 'admin') ?? false;

/** True if the token of this session is for some connections only: it does not see sources, rules, customers and events. */
export const isBound = () => Boolean(session?.connections);

/** The session of this browser, if it has a valid one. */
export async function resumeSession() {
  const response = await reachable(() => send('GET', '/v1/session'));
  session = response.ok ? await response.json() : null;
  return session;
}

export async function signIn(token) {
  const response = await attempt(() => send('POST', '/v1/session', { body: { token } }));
  session = await answerOf(response);
  return session;
}

export async function signOut() {
  await attempt(() => send('DELETE', '/v1/session'));
  session = null;
}

/** Reads `path`, retrying while psa-host does not respond. */
export async function get(path, { query, signal } = {}) {
  return signedIn(() => reachable(() => send('GET', path, { query, signal }), signal));
}

/** Sends a changing request: never repeated automatically, unless the first try was rejected because nobody was signed in. */
export async function change(method, path, body, { headers, query } = {}) {
  return signedIn(() => attempt(() => send(method, path, { body, headers, query })));
}

/** A random Idempotency-Key, even if the page is not in a secure context: a repeated request with the same one is carried out once. */
export const newKey = (prefix) =>
  `${prefix}-${[...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;

/** A path segment. */
export const segment = (text) => encodeURIComponent(text);

async function signedIn(request) {
  let response = await request();
  if (response.status === 401) {
    session = null;
    await hooks.signIn();
    response = await request();
  }
  return answerOf(response);
}

function send(method, path, { query, body, headers, signal } = {}) {
  const all = { Accept: 'application/json', ...headers };
  if (method !== 'GET' && session) all['X-CSRF-Token'] = session.csrf;
  if (body !== undefined) all['Content-Type'] = 'application/json';
  return fetch(path + queryText(query), {
    method,
    headers: all,
    signal,
    cache: 'no-store',
    credentials: 'same-origin',
    redirect: 'error',
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

function queryText(query) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    for (const each of [value].flat()) if (each) parameters.append(name, each);
  const text = parameters.toString();
  return text && `?${text}`;
}

async function attempt(request) {
  try {
    const response = await request();
    hooks.connectivity(true);
    return response;
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ApiError(0, {
      title: 'psa-host does not respond',
      detail:
        'The response was lost, so it is not known whether the request was carried out. Check that psa-host is running and that you can ' +
        'reach it, check the current state, then try again. Your input is kept.',
    });
  }
}

async function reachable(request, signal) {
  for (let tries = 0; ; ++tries) {
    try {
      const response = await request();
      hooks.connectivity(true);
      return response;
    } catch (error) {
      if (signal?.aborted || error.name === 'AbortError') throw error;
      hooks.connectivity(false);
      await pause(retryDelays[Math.min(tries, retryDelays.length - 1)], signal);
    }
  }
}

/** Waits; ends early, with an AbortError, when `signal` is aborted. */
export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(new DOMException('The view was left.', 'AbortError'));
      },
      { once: true },
    );
  });
}

async function answerOf(response) {
  if (response.status === 204) return null;
  const text = await response.text();
  const document = parsed(text);
  if (response.ok && document !== null) return document;
  const seconds = Number(response.headers.get('Retry-After')) || 0;
  throw new ApiError(
    response.status,
    document ?? {
      title: 'Unexpected response from psa-host',
      detail: `Status ${response.status} without a readable document. Reload the page; if the problem persists, see the log of psa-host.`,
    },
    seconds,
  );
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
