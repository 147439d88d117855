// The audit log: who did what and when, and each exchange with the PSA.

import { get } from './api.js';
import { connectionNames } from './connections.js';
import { el, facts } from './dom.js';
import { connectionOptions, filteredView, psaTicketFilter, timeFilters } from './filters.js';
import { formatTime, prettyJson } from './format.js';
import { badge, notice } from './notices.js';
import { pagedList } from './paged_list.js';
import { stateOf } from './ticket_states.js';

const pageSize = 50;

/** Shows the list, newest first. */
export async function auditView({ query, signal }) {
  const names = await connectionNames(signal);
  const rows = el('div', { class: 'entries card' });
  const list = await pagedList({
    load: (cursor, limit) => load(query, cursor, limit, signal),
    toRow: auditEntry,
    keyOf: ({ id }) => id,
    rows,
    list: rows,
    empty: () =>
      notice('info', 'No audit entries', query.size > 0 && el('p', {}, el('a', { href: '#/audit' }, 'Show all entries'))),
    kinds: ['audit'],
    signal,
  });
  const fields = [
    { name: 'connection', label: 'Connection', options: connectionOptions(names) },
    { name: 'ticket', label: 'Ticket number', isNumber: true },
    psaTicketFilter,
    ...timeFilters,
  ];
  return filteredView({ title: 'Audit', path: '/audit', query, fields }, list.element);
}

async function load(query, cursor, limit, signal) {
  const asked = Object.fromEntries(['connection', 'ticket', 'psaTicket', 'from', 'until'].map((name) => [name, query.get(name)]));
  const page = await get('/v1/audit', { signal, query: { ...asked, limit: Math.max(limit ?? 0, pageSize), cursor } });
  return { items: page.entries, next: page.next };
}

/** One entry, which can be expanded. */
export function auditEntry(entry) {
  const head = [
    el('span', { class: 'entry-action' }, entry.action),
    outcomeBadge(entry.detail),
    el(
      'span',
      { class: 'entry-about' },
      [entry.connection, entry.ticket && `ticket ${entry.ticket}`].filter(Boolean).join(' · '),
    ),
    el('span', { class: 'entry-who' }, entry.who),
    el('time', { datetime: entry.time }, formatTime(entry.time)),
  ];
  if (!entry.detail) return el('div', { class: 'entry' }, el('div', { class: 'entry-head' }, head));
  return el('details', { class: 'entry' }, el('summary', { class: 'entry-head' }, head), entryDetail(entry));
}

function outcomeBadge(detail) {
  if (!detail) return null;
  if (detail.state) return badge(stateOf(detail.state).tone, stateOf(detail.state).label);
  if (detail.status) return badge(detail.status === 'ok' ? 'good' : 'bad', detail.status);
  return null;
}

function entryDetail({ detail, ticket }) {
  const { exchanges = [], message, ...rest } = detail;
  return el(
    'div',
    { class: 'entry-detail' },
    message && el('p', {}, message),
    ticket && el('p', {}, el('a', { href: `#/tickets/${ticket}` }, `Ticket ${ticket}`)),
    facts(
      Object.entries(rest)
        .filter(([, value]) => !isDocument(value))
        .map(([name, value]) => [name, String(value)]),
    ),
    exchanges.map(exchange),
    Object.entries(rest)
      .filter(([, value]) => isDocument(value))
      .map(([name, value]) => document(name, value)),
  );
}

function exchange({ request, status, delivery, milliseconds, body, answer, ...rest }) {
  const outcome = status ? `status ${status}` : rest.reason ? `${delivery}: ${rest.reason}` : delivery;
  return el(
    'div',
    { class: 'exchange' },
    el('p', {}, el('code', {}, request), ` ${outcome}, ${milliseconds} ms`),
    body && document('Sent', body),
    answer && document('Answered', answer),
  );
}

const isDocument = (value) => typeof value === 'object' && value !== null;

const document = (title, value) =>
  el('figure', {}, el('figcaption', {}, title), el('pre', { tabindex: 0, 'aria-label': title }, prettyJson(value)));
