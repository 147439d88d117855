// The problem that events belong to: since when, its ticket, and everything that was done about it.

import { decisionBadge } from './decisions.js';
import { el, facts } from './dom.js';
import { counted, formatTime } from './format.js';
import { badge } from './notices.js';

const states = { open: ['Lasting', 'bad'], stale: ['Silent', 'warn'], ended: ['Over', 'good'] };

export function episodeCard(episode) {
  const {
    id,
    state,
    opened,
    seen,
    ended,
    heldUntil,
    windowEnds,
    rule,
    ruleVersion,
    connection,
    ticket,
    events,
    storm,
    history = [],
  } = episode;
  const [label, tone] = states[state] ?? [state, 'quiet'];
  return el(
    'section',
    { class: 'card', 'aria-label': 'Problem' },
    el('div', { class: 'ticket-head' }, el('h2', {}, 'The problem'), badge(tone, label)),
    state === 'stale' &&
      el(
        'p',
        { class: 'help' },
        'Nothing was heard of it for a long time. The next problem makes a new ticket; a recovery still ends it.',
      ),
    facts([
      ['Ticket', ticket && el('a', { href: `#/tickets/${ticket}` }, `Ticket ${ticket}`)],
      [
        'Rule',
        rule && [el('a', { href: `#/rules/${encodeURIComponent(rule)}` }, rule), ruleVersion ? `, version ${ruleVersion}` : ''],
      ],
      ['Connection', connection],
      ['Began', formatTime(opened)],
      ['Last heard of', formatTime(seen)],
      ['Over since', formatTime(ended)],
      ['Held until', formatTime(heldUntil)],
      ['Window ends', formatTime(windowEnds)],
      ['Events', el('a', { href: `#/events?episode=${id}` }, counted(events, 'event'))],
      ['Storm', storm ? 'Its ticket is for all problems of the storm' : null],
    ]),
    history.length > 0 && el('h3', {}, 'What happened'),
    history.length > 0 && el('ol', { class: 'operations' }, history.map(step)),
  );
}

function step({ time, what, event, ticket, text }) {
  return el(
    'li',
    { class: 'operation' },
    el(
      'div',
      { class: 'operation-head' },
      decisionBadge(what),
      event ? el('a', { href: `#/events/${event}` }, `Event ${event}`) : el('span', { class: 'muted' }, 'by time'),
      ticket && el('a', { href: `#/tickets/${ticket}` }, `Ticket ${ticket}`),
      el('time', { datetime: time, class: 'muted' }, formatTime(time)),
    ),
    text && el('p', { class: 'help' }, text),
  );
}
