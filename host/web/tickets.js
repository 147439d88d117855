// The list of tickets: newest first, filtered by state, connection, time and the PSA's number.

import { get } from './api.js';
import { connectionNames } from './connections.js';
import { el, outsideLink } from './dom.js';
import { connectionOptions, filteredView, psaTicketFilter, timeFilters } from './filters.js';
import { formatTime } from './format.js';
import { badge, notice } from './notices.js';
import { pagedList } from './paged_list.js';
import { stateOf, ticketStates, waitText } from './ticket_states.js';

const pageSize = 50;
const columns = ['Ticket', 'State', 'Connection', 'Company', 'In the PSA', 'Changed'];
const groups = { attention: 'Needs attention', open: 'Not in the PSA yet' };

/** Shows the list. */
export async function ticketsView({ query, signal }) {
  const names = await connectionNames(signal);
  const rows = el('tbody');
  const content = await pagedList({
    load: (cursor, limit) => load(query, cursor, limit, signal),
    toRow: row,
    keyOf: JSON.stringify,
    rows,
    list: table(rows),
    empty: nothing(query),
    kinds: ['tickets'],
    signal,
  });
  const fields = [
    { name: 'state', label: 'State', options: stateOptions() },
    { name: 'connection', label: 'Connection', options: connectionOptions(names) },
    psaTicketFilter,
    ...timeFilters,
  ];
  return filteredView({ title: 'Tickets', path: '/tickets', query, fields }, content);
}

const table = (rows) =>
  el(
    'table',
    { class: 'table' },
    el('caption', { class: 'visually-hidden' }, 'Tickets, newest first'),
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

async function load(query, cursor, limit, signal) {
  const page = await get('/v1/tickets', {
    signal,
    query: {
      state: query.get('state'),
      connection: query.get('connection'),
      psaTicket: query.get('psaTicket'),
      from: query.get('from'),
      until: query.get('until'),
      limit: Math.max(limit ?? 0, pageSize),
      cursor,
    },
  });
  return { items: page.tickets, next: page.next };
}

const stateOptions = () => [
  ['', 'All states'],
  ...Object.entries(groups),
  ...Object.entries(ticketStates).map(([state, { label }]) => [state, label]),
];

function row(ticket) {
  const { id, title, state, connection, company, psaTicket, reason, damaged, changed } = ticket;
  const { label, tone } = stateOf(state);
  const cell = (name, ...content) => el('td', { 'data-label': name }, ...content);
  return el(
    'tr',
    {},
    el(
      'th',
      { scope: 'row' },
      el('a', { href: `#/tickets/${id}` }, `Ticket ${id}`),
      title && el('span', { class: 'row-title' }, title),
      ticket.waitsFor?.unusual && el('span', { class: 'row-note' }, waitText(ticket)),
      !psaTicket && reason && el('span', { class: 'row-note clamp' }, reason),
      damaged && el('span', { class: 'row-note clamp' }, `Damaged in the store: ${damaged}`),
    ),
    cell('State', badge(tone, label)),
    cell('Connection', connection),
    cell('Company', company ?? '—'),
    cell('In the PSA', psaTicket ? outsideLink(psaTicket.url, psaTicket.number ?? psaTicket.id) : '—'),
    cell('Changed', formatTime(changed)),
  );
}

function nothing(query) {
  if (query.size > 0)
    return notice('info', 'No matching tickets', el('p', {}, el('a', { href: '#/tickets' }, 'Show all tickets')));
  return notice(
    'info',
    'No tickets yet',
    el(
      'p',
      {},
      'Send a test ticket under ',
      el('a', { href: '#/integrations' }, 'Integrations'),
      ', or connect Alertmanager to a connection there.',
    ),
  );
}
