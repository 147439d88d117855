// The list of events: what sources told, and what was decided about it.

import { decisionBadge, decisionOptions, kindBadge, partyName, severityBadge } from './decisions.js';
import { announce, el } from './dom.js';
import { filteredView, timeFilters } from './filters.js';
import { counted, formatMoment, formatTime } from './format.js';
import { eventKinds } from './matchers.js';
import { notice } from './notices.js';
import { pagedList } from './paged_list.js';
import { loadEvents, loadSources } from './requests.js';

const path = '/events';
const pageSize = 50;
const asked = ['q', 'source', 'kind', 'decision', 'customer', 'from', 'until', 'delivery', 'episode'];
const columns = ['Event', 'Kind', 'Customer', 'Source', 'Decision', 'Received'];

/** Shows the list, newest first. */
export async function eventsView({ query, signal }) {
  const sources = (await loadSources(signal)).map(({ name }) => name);
  const rows = el('tbody');
  const reload = async () => {
    await list.reload();
    announce(`${counted(list.items().length, 'event')} listed`);
  };
  const list = await pagedList({
    load: (cursor, limit) => load(query, cursor, limit, signal),
    toRow: eventRow,
    keyOf: JSON.stringify,
    rows,
    list: table(rows),
    empty: () => nothing(query),
    kinds: ['events'],
    signal,
  });
  return filteredView({ title: 'Events', path, query, fields: fields(sources), onSearch: reload }, list.element);
}

const fields = (sources) => [
  { name: 'q', label: 'Search', isSearch: true },
  { name: 'source', label: 'Source', options: [['', 'All sources'], ...sources.map((name) => [name, name])] },
  { name: 'kind', label: 'Kind', options: [['', 'All kinds'], ...eventKinds.map((kind) => [kind, kind])] },
  { name: 'decision', label: 'Decision', options: decisionOptions },
  { name: 'customer', label: 'Customer' },
  ...timeFilters,
  { name: 'delivery', isHidden: true },
  { name: 'episode', isHidden: true },
];

async function load(query, cursor, limit, signal) {
  const filters = Object.fromEntries(asked.map((name) => [name, query.get(name)]));
  const { events, next } = await loadEvents({ ...filters, cursor, limit: Math.max(limit ?? 0, pageSize) }, signal);
  return { items: events, next };
}

const table = (rows) =>
  el(
    'table',
    { class: 'table events' },
    el('caption', { class: 'visually-hidden' }, 'Events, newest first'),
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        columns.map((name) => el('th', { scope: 'col' }, name)),
      ),
    ),
    rows,
  );

function eventRow(entry) {
  const { id, source, received, kind, title, key, customer, severity, ticket, decision } = entry;
  const cell = (name, ...content) => el('td', { 'data-label': name }, ...content);
  return el(
    'tr',
    {},
    el(
      'th',
      { scope: 'row' },
      el('a', { href: `#/events/${id}` }, `Event ${id}`),
      el('span', { class: 'row-title clamp' }, title || key || (entry.erased ? 'Erased' : '')),
    ),
    cell('Kind', el('div', { class: 'badges' }, kind && kindBadge(kind), severityBadge(severity))),
    cell('Customer', partyName(customer) || '—'),
    cell('Source', source),
    cell(
      'Decision',
      el('div', { class: 'badges' }, decision && decisionBadge(decision.code)),
      ticket && el('a', { href: `#/tickets/${ticket}` }, `Ticket ${ticket}`),
    ),
    cell('Received', el('time', { datetime: received, title: formatTime(received) }, formatMoment(received))),
  );
}

function nothing(query) {
  if (asked.some((name) => query.has(name)))
    return notice('info', 'No matching events', el('p', {}, el('a', { href: '#/events' }, 'Show all events')));
  return notice(
    'info',
    'No events yet',
    el(
      'p',
      {},
      'Add a source under ',
      el('a', { href: '#/sources' }, 'Sources'),
      ' and send it something, or paste a body there under “Try it”.',
    ),
  );
}
