// What psa-host is doing, asked for again and again while the page is visible.

import { currentSession, get, pause } from './api.js';

const usualInterval = 15000;
const closeInterval = 3000;
const keptSamples = 120;
const attention = 15 * 60 * 1000; // nobody looks any more: the session may end

const watchers = new Set();
const samples = new Map(); // connection → [{time, done}]
let closeWatchers = 0;
let latest = null;
let lastInput = Date.now();
let wake = () => {};

/**
 * Calls `watcher` with each new status, until `signal` is aborted.
 * @param {boolean} close  ask more often as long as this one watches
 */
export function watchStatus(watcher, { signal, close = false } = {}) {
  watchers.add(watcher);
  if (close) ++closeWatchers;
  signal?.addEventListener('abort', () => {
    watchers.delete(watcher);
    if (close) --closeWatchers;
  });
  if (latest) watcher(latest);
  if (watchers.size === 1) run();
  wake();
}

/** How many tickets were delivered between one look and the next: [{seconds, delivered}], oldest first. */
export function deliveries(connection) {
  const all = samples.get(connection) ?? [];
  return all
    .slice(1)
    .map(({ time, done }, i) => ({ seconds: (time - all[i].time) / 1000, delivered: Math.max(0, done - all[i].done) }));
}

/** The status now, for who cannot wait for the next look. */
export async function statusNow(signal) {
  latest = await get('/v1/status', { signal });
  for (const { name, tickets } of latest.connections) remember(name, tickets.done ?? 0);
  for (const watcher of watchers) watcher(latest);
  return latest;
}

async function run() {
  for (;;) {
    if (isWatched() && currentSession()) await statusNow().catch(() => {}); // the next look may do better
    await Promise.race([
      pause(closeWatchers > 0 ? closeInterval : usualInterval),
      new Promise((resolve) => {
        wake = resolve;
      }),
    ]);
  }
}

const isWatched = () => !document.hidden && Date.now() - lastInput < attention;

function remember(name, done) {
  const all = samples.get(name) ?? [];
  samples.set(name, [...all, { time: Date.now(), done }].slice(-keptSamples));
}

document.addEventListener('visibilitychange', () => wake());
for (const kind of ['pointermove', 'keydown', 'touchstart', 'wheel'])
  document.addEventListener(
    kind,
    () => {
      lastInput = Date.now();
    },
    { passive: true },
  );
