// The table of tickets: its columns, how it is sorted, and a row for each ticket.

import { el, outsideLink, setChildren } from './dom.js';
import { formatMoment, formatTime } from './format.js';
import { badge } from './notices.js';
import { stateOf, ticketStates, waitText } from './ticket_states.js';

const byText = (of) => (a, b) => of(a).localeCompare(of(b), undefined, { sensitivity: 'base', numeric: true });
const byState = Object.keys(ticketStates);

/** In their order; `compare`: how the column is sorted. */
const columns = [
  { name: 'Ticket', key: 'ticket', compare: (a, b) => a.id - b.id },
  { name: 'State', key: 'state', compare: (a, b) => byState.indexOf(a.state) - byState.indexOf(b.state) },
  { name: 'Connection', key: 'connection', compare: byText(({ connection }) => connection) },
  { name: 'Company', key: 'company', compare: byText(({ company }) => company ?? '') },
  { name: 'In the PSA' },
  { name: 'Changed', key: 'changed', compare: byText(({ changed }) => changed) },
];

let left = 0; // the ticket that was opened last: its row gets the focus when the user comes back

/** The order that `sort` names: "company", or "-company" for the reverse; null for another text: as they are loaded. */
export function orderBy(sort) {
  const { compare } = columns.find(({ key }) => key && key === sort?.replace(/^-/, '')) ?? {};
  if (!compare) return null;
  return sort.startsWith('-') ? (a, b) => compare(b, a) : compare;
}

/**
 * @param {{rows: HTMLElement, selectAll: HTMLElement|null, sort: () => string|null, onSort: (sort: string) => void}} options
 *   onSort: called with the order that was chosen; "" = newest first
 */
export function ticketTable({ rows, selectAll, sort, onSort }) {
  const head = el('tr');
  const show = () =>
    setChildren(
      head,
      selectAll && el('th', { scope: 'col', class: 'row-select' }, selectAll),
      columns.map((column) => headCell(column, sort(), choose)),
    );
  const choose = (chosen) => {
    const focused = document.activeElement?.dataset.sort;
    onSort(chosen);
    show();
    head.querySelector(`[data-sort="${focused}"]`)?.focus();
  };
  show();
  return el(
    'table',
    { class: 'table' },
    el('caption', { class: 'visually-hidden' }, 'Tickets'),
    el('thead', {}, head),
    rows,
  );
}

/** A click sorts, a second one reverses the order, a third one restores it. */
function headCell({ name, key }, sort, choose) {
  if (!key) return el('th', { scope: 'col', class: 'plain' }, name);
  const way = sort === key ? 'ascending' : sort === `-${key}` ? 'descending' : null;
  const next = { ascending: `-${key}`, descending: '' }[way] ?? key;
  return el(
    'th',
    { scope: 'col', 'aria-sort': way },
    el(
      'button',
      { type: 'button', class: 'sort', 'data-sort': key, onclick: () => choose(next) },
      name,
      el('span', { class: 'sort-way', 'aria-hidden': 'true' }, { ascending: ' ↑', descending: ' ↓' }[way] ?? ' ↕'),
    ),
  );
}

/** @param {HTMLElement|null} box  its checkbox */
export function ticketRow(ticket, box) {
  const { id, title, connection, company, psaTicket, reason, damaged, changed } = ticket;
  const cell = (name, ...content) => el('td', { 'data-label': name }, ...content);
  const isLeft = left === id;
  if (isLeft) left = 0;
  return el(
    'tr',
    {},
    box && el('td', { class: 'row-select' }, box),
    el(
      'th',
      { scope: 'row' },
      el(
        'a',
        {
          href: `#/tickets/${id}`,
          'data-focus': isLeft,
          onclick: () => {
            left = id;
          },
        },
        `Ticket ${id}`,
      ),
      title && el('span', { class: 'row-title' }, title),
      ticket.waitsFor?.unusual && el('span', { class: 'row-note' }, waitText(ticket)),
      !psaTicket && reason && el('span', { class: 'row-note clamp' }, reason),
      damaged && el('span', { class: 'row-note clamp' }, `Damaged in the store: ${damaged}`),
    ),
    cell('State', el('div', { class: 'badges' }, stateBadges(ticket))),
    cell('Connection', connection),
    cell('Company', company ?? '—'),
    cell('In the PSA', psaTicket ? outsideLink(psaTicket.url, psaTicket.number ?? psaTicket.id) : '—'),
    cell('Changed', el('time', { datetime: changed, title: formatTime(changed) }, formatMoment(changed))),
  );
}

/** Of the ticket, and of those of its notes and changes that have not ended well. */
function stateBadges({ state, operationStates = [] }) {
  const own = stateOf(state);
  return [
    badge(own.tone, own.label),
    operationStates.map((each) => badge(stateOf(each).tone, `Update: ${stateOf(each).label}`)),
  ];
}
