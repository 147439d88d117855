// The list of tickets: searched, filtered, sorted, exported, and settled many at once.

import { get, mayDo } from './api.js';
import { connectionNames } from './connections.js';
import { actionButton, announce, el } from './dom.js';
import { connectionOptions, filteredView, psaTicketFilter, setFilter, timeFilters } from './filters.js';
import { counted } from './format.js';
import { keysButton, listKeys } from './list_keys.js';
import { notice, resultArea } from './notices.js';
import { pagedList } from './paged_list.js';
import { reasonChips } from './reason_chips.js';
import { exportTickets } from './ticket_export.js';
import { orderBy, ticketRow, ticketTable } from './ticket_rows.js';
import { TicketSelection } from './ticket_selection.js';
import { ticketStates } from './ticket_states.js';

const path = '/tickets';
const pageSize = 50;
const groups = { attention: 'Needs attention', open: 'Not in the PSA yet' };
const asked = ['q', 'state', 'connection', 'reason', 'psaTicket', 'from', 'until'];

/** Shows the list. */
export async function ticketsView({ query, signal }) {
  const names = await connectionNames(signal);
  const result = resultArea();
  const rows = el('tbody');
  const loadPage = (cursor, limit) => load(query, cursor, limit, signal);
  const order = () => orderBy(query.get('sort'));
  const reload = async () => {
    await list.reload();
    announce(foundText(list.items()));
  };
  const selection = mayDo('operate') ? new TicketSelection({ result, done: () => list.reload(), filter: () => actionFilter(query) }) : null;
  const reasons = reasonChips({
    chosen: () => query.get('reason'),
    choose: (code) => {
      setFilter(path, query, 'reason', code);
      return reload();
    },
  });
  const note = el(
    'p',
    { class: 'help', hidden: true },
    'Only the tickets listed so far are sorted. Narrow the filters, or show older ones.',
  );
  const sort = (chosen) => {
    setFilter(path, query, 'sort', chosen);
    list.arrange();
  };
  const list = await pagedList({
    load: loadPage,
    toRow: (ticket) => ticketRow(ticket, selection?.boxFor(ticket)),
    keyOf: JSON.stringify,
    rows,
    list: ticketTable({ rows, selectAll: selection?.all, sort: () => query.get('sort'), onSort: sort }),
    empty: () => nothing(query),
    kinds: ['tickets'],
    signal,
    order,
    onShown: (tickets, hasMore) => {
      selection?.listed(tickets, hasMore);
      reasons.listed(tickets, hasMore);
      note.hidden = !order() || !hasMore;
    },
  });
  const tools = [
    actionButton('Export CSV', () => exportTickets({ load: loadPage, order: order(), result, signal }), {
      kind: 'quiet',
      busy: 'Exporting…',
    }),
    keysButton(),
  ];
  listKeys({ rows, search: () => document.getElementById('filter-q'), signal });
  return filteredView(
    { title: 'Tickets', path, query, fields: fields(names), tools, onSearch: reload },
    reasons.element,
    result.element,
    selection?.bar,
    note,
    list.element,
  );
}

const fields = (names) => [
  { name: 'q', label: 'Search', isSearch: true },
  { name: 'state', label: 'State', options: stateOptions() },
  { name: 'connection', label: 'Connection', options: connectionOptions(names) },
  psaTicketFilter,
  ...timeFilters,
  { name: 'reason', isHidden: true },
  { name: 'sort', isHidden: true },
];

async function load(query, cursor, limit, signal) {
  const filters = Object.fromEntries(asked.map((name) => [name, query.get(name)]));
  const page = await get('/v1/tickets', { signal, query: { ...filters, limit: Math.max(limit ?? 0, pageSize), cursor } });
  return { items: page.tickets, next: page.next };
}

/** What is filtered, for actions on all that are found; null if nothing is, or by what actions do not know. */
function actionFilter(query) {
  const names = ['q', 'connection', 'reason', 'from', 'until'].filter((name) => query.get(name));
  const state = query.get('state');
  if (query.get('psaTicket') || (names.length === 0 && !state)) return null;
  return { ...Object.fromEntries(names.map((name) => [name, query.get(name)])), ...(state && { state: [state] }) };
}

const stateOptions = () => [
  ['', 'All states'],
  ...Object.entries(groups),
  ...Object.entries(ticketStates).map(([state, { label }]) => [state, label]),
];

const foundText = (tickets) => (tickets.length > 0 ? `${counted(tickets.length, 'ticket')} listed` : 'No matching tickets');

function nothing(query) {
  if (asked.some((name) => query.has(name)))
    return notice('info', 'No matching tickets', el('p', {}, el('a', { href: '#/tickets' }, 'Show all tickets')));
  return notice(
    'info',
    'No tickets yet',
    el(
      'p',
      {},
      'Send a test ticket under ',
      el('a', { href: '#/integrations' }, 'Integrations'),
      ', or connect your monitoring under ',
      el('a', { href: '#/sources' }, 'Sources'),
      '.',
    ),
  );
}
