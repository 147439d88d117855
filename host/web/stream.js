// What has changed in psa-host: one stream for all views, instead of polling.

import { currentSession, mayDo } from './api.js';

const attention = 15 * 60 * 1000; // nobody is using the page: the session may expire
const checkEvery = 15000; // how often to check whether the page is in use, and whether there is a stream
const restBetween = 1000;
const everything = ['tickets', 'connections', 'audit', 'events', 'definitions'];

const watchers = new Set();
let source = null;
let lastInput = Date.now();
let checks = null;

/**
 * Calls `act` when something of `kinds` has changed, or may have, until `signal` is aborted: at most once a second, and
 * never while a call is still running. Its errors are ignored until the next call.
 * @param {string[]} kinds  some of "tickets", "connections", "audit", "events" and "definitions"
 * @param {() => Promise<any>} act
 */
export function onChange(kinds, act, signal) {
  const watcher = { kinds, act, isBusy: false, isDue: false };
  watchers.add(watcher);
  signal?.addEventListener('abort', () => watchers.delete(watcher));
  checks ??= setInterval(check, checkEvery);
  listen();
}

/** Ends the stream before the session ends, which would break it. */
export function stopListening() {
  watchers.clear();
  end();
}

function tell(kinds) {
  for (const watcher of watchers) if (watcher.kinds.some((kind) => kinds.includes(kind))) run(watcher);
}

async function run(watcher) {
  watcher.isDue = true;
  if (watcher.isBusy) return;
  watcher.isBusy = true;
  while (watcher.isDue && watchers.has(watcher)) {
    watcher.isDue = false;
    await watcher.act().catch(() => {});
    await new Promise((resolve) => {
      setTimeout(resolve, restBetween);
    });
  }
  watcher.isBusy = false;
}

const isWatched = () => !document.hidden && Date.now() - lastInput < attention;

function listen() {
  if (source || watchers.size === 0 || !isWatched() || !currentSession() || !mayDo('read')) return;
  source = new EventSource('/v1/stream');
  source.addEventListener('changed', ({ data }) => tell(JSON.parse(data)));
  source.addEventListener('error', () => {
    if (source?.readyState === EventSource.CLOSED) end(); // the next check tries again, unless the browser does
  });
  let isFirst = true;
  source.addEventListener('open', () => {
    if (!isFirst) tell(everything); // anything may have changed meanwhile
    isFirst = false;
  });
}

function end() {
  source?.close();
  source = null;
}

function check() {
  if (!isWatched()) return end();
  if (source) return;
  tell(everything); // changes that were missed
  listen();
}

document.addEventListener('visibilitychange', check);
for (const kind of ['pointermove', 'keydown', 'touchstart', 'wheel'])
  document.addEventListener(
    kind,
    () => {
      lastInput = Date.now();
      if (!source) check();
    },
    { passive: true },
  );
