// The current status of psa-host, updated whenever something has changed.

import { currentSession, get, pause } from './api.js';
import { onChange } from './stream.js';

const agingInterval = 15000; // ages and rates change even if nothing else does
const keptSamples = 120;

const watchers = new Set();
const samples = new Map(); // connection → [{time, done}]
let latest = null;

/**
 * Calls `watcher` with each new status, until `signal` is aborted.
 * @param {boolean} ages  whether it shows ages and rates
 */
export function watchStatus(watcher, { signal, ages = false } = {}) {
  if (watchers.size === 0) onChange(['tickets', 'connections'], look);
  watchers.add(watcher);
  signal?.addEventListener('abort', () => watchers.delete(watcher));
  if (latest) watcher(latest);
  else look().catch(() => {}); // the next update may succeed
  if (ages) follow(signal);
}

/** How many tickets were delivered between two updates: [{seconds, delivered}], oldest first. */
export function deliveries(connection) {
  const all = samples.get(connection) ?? [];
  return all
    .slice(1)
    .map(({ time, done }, i) => ({ seconds: (time - all[i].time) / 1000, delivered: Math.max(0, done - all[i].done) }));
}

/** The current status, for callers that cannot wait for the next update. */
export async function statusNow(signal) {
  latest = await get('/v1/status', { signal });
  for (const { name, tickets } of latest.connections) remember(name, tickets.done ?? 0);
  for (const watcher of watchers) watcher(latest);
  return latest;
}

const look = async () => currentSession() && statusNow();

async function follow(signal) {
  try {
    for (;;) {
      await pause(agingInterval, signal);
      if (!document.hidden) await look();
    }
  } catch {
    // The view was left, or its next request reports the error.
  }
}

function remember(name, done) {
  const all = samples.get(name) ?? [];
  samples.set(name, [...all, { time: Date.now(), done }].slice(-keptSamples));
}
