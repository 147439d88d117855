// Where a ticket comes from: the source, rule and problem that made it.

import { isBound } from './api.js';
import { decisionBadge, kindBadge } from './decisions.js';
import { el } from './dom.js';
import { formatTime } from './format.js';
import { loadEvents } from './requests.js';

const eventsAtOnce = 20;

/** A section with the events of the ticket, or null if none made it. `origins`: of the ticket, the problems that it is for. */
export async function ticketOrigin({ id, origins = [] }, signal) {
  if (origins.length === 0 || isBound()) return null;
  const { events, next } = await loadEvents({ ticket: id, limit: eventsAtOnce }, signal);
  const [sources, [rule]] = ['source', 'rule'].map((name) => [...new Set(origins.map((origin) => origin[name]).filter(Boolean))]);
  const link = (path, name) => el('a', { href: `#/${path}/${encodeURIComponent(name)}` }, name);
  return el(
    'section',
    { class: 'card', 'aria-label': 'Where it comes from' },
    el('h2', {}, 'Where it comes from'),
    el(
      'p',
      {},
      sources.length > 1 ? 'Sources ' : 'Source ',
      sources.map((name, i) => [i > 0 && ', ', link('sources', name)]),
      rule && [', rule ', link('rules', rule)],
      '.',
    ),
    el(
      'ul',
      { class: 'operations' },
      events.map((event) =>
        el(
          'li',
          { class: 'operation' },
          el(
            'div',
            { class: 'operation-head' },
            kindBadge(event.kind),
            event.decision && decisionBadge(event.decision.code),
            el('a', { href: `#/events/${event.id}` }, event.title || `Event ${event.id}`),
            el('time', { datetime: event.received, class: 'muted' }, formatTime(event.received)),
          ),
        ),
      ),
    ),
    next && el('p', {}, 'There are older ones: ', el('a', { href: `#/events?episode=${origins[0].episode}` }, 'show all'), '.'),
  );
}
