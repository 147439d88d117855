// One ticket: its state, why, its notes and changes, all attempts, and what a human can do.

import { get, mayDo, segment } from './api.js';
import { auditEntry } from './audit.js';
import { el, facts, outsideLink, setChildren } from './dom.js';
import { formatTime, prettyJson, withLocalTimes } from './format.js';
import { badge, notice } from './notices.js';
import { placeRows } from './paged_list.js';
import { rememberedAddress } from './remembered.js';
import { onChange } from './stream.js';
import { ticketActions } from './ticket_actions.js';
import { alikeActions, loadAlike } from './ticket_alike.js';
import { correctionPanel, loadCorrection } from './ticket_correction.js';
import { ticketHistory } from './ticket_history.js';
import { ticketOrigin } from './ticket_origin.js';
import { stateOf, waitText } from './ticket_states.js';
import { ticketUpdates } from './ticket_updates.js';

const auditAtOnce = 100;

/** Shows a ticket, and follows it as long as it or one of its updates makes progress. */
export async function ticketView({ parameters, signal }) {
  const [summaryPlace, psaPlace, originPlace, documentsPlace] = Array.from({ length: 4 }, () => el('div', { class: 'stack' }));
  let shown;
  const look = async () => {
    const ticket = await get(`/v1/tickets/${segment(parameters.id)}`, { signal });
    const log = await get('/v1/audit', { signal, query: { ticket: ticket.id, limit: auditAtOnce } });
    setChildren(psaPlace, psaState(ticket));
    updates.show(ticket);
    history.show(ticket, log.entries.find(({ action }) => action === 'ticket.submit')?.who ?? '');
    audit.show(ticket, log);
    return { ticket, log };
  };
  const show = async () => {
    const { ticket, log } = await look();
    const [correction, found] = await Promise.all([
      ticket.actions.includes('correct') ? loadCorrection(ticket, log.entries, signal) : null,
      loadAlike(ticket, signal),
    ]);
    const alike = alikeActions({ ticket, alike: found, result: actions.result, refresh: show });
    setChildren(summaryPlace, summary(ticket, actions, correction, alike, psaPlace));
    setChildren(documentsPlace, documents(ticket));
    shown = ticket;
  };
  const actions = ticketActions(show);
  const updates = ticketUpdates({ signal, refresh: look });
  const history = ticketHistory({ result: actions.result, refresh: look });
  const audit = auditCard();
  await show();
  const showOrigin = async () => setChildren(originPlace, await ticketOrigin(shown, signal));
  await showOrigin();
  onChange(['events'], showOrigin, signal);
  const follow = async () => {
    const { ticket } = await look();
    const hasMoved = ticket.changed !== shown.changed || waitText(ticket) !== waitText(shown);
    if (hasMoved && shown.movesByItself) await show(); // does not disturb somebody who is correcting it
  };
  onChange(['tickets'], follow, signal);
  return el(
    'div',
    { class: 'view' },
    el('p', { class: 'crumb' }, el('a', { href: `#${rememberedAddress('/tickets')}` }, '← Tickets')),
    el('h1', {}, `Ticket ${shown.id}`),
    actions.result.element,
    summaryPlace,
    originPlace,
    updates.element,
    el('section', { class: 'card', 'aria-label': 'History' }, el('h2', {}, 'History'), history.element),
    documentsPlace,
    audit.element,
  );
}

function summary(ticket, actions, correction, alike, psa) {
  const { label, tone, meaning } = stateOf(ticket.state);
  return el(
    'section',
    { class: 'card' },
    el('div', { class: 'ticket-head' }, badge(tone, label), el('p', {}, waitText(ticket) || meaning)),
    ticket.request?.title && el('h2', {}, ticket.request.title),
    ticket.reason && el('p', { class: 'reason' }, ticket.reason),
    ticket.damaged && notice('bad', `This ticket is damaged in the store: ${ticket.damaged}`),
    (ticket.warnings ?? []).map((warning) => notice('warn', warning)),
    psa,
    mayDo('operate') && [
      correction?.wrong && correctionPanel({ ticket, correction, sent: actions.sentAgain, alike }),
      actions.buttons(ticket, correction, alike),
    ],
    alike?.element,
    ticketFacts(ticket),
  );
}

/** What was last read of it in the PSA, in order to know what humans do to it. */
function psaState({ psaState: state }) {
  if (!state) return null;
  const { status, closed, touched, gone, read } = state;
  return [
    gone && notice('warn', 'It cannot be updated any more', el('p', {}, gone)),
    touched && notice('info', 'Somebody has worked on it in the PSA', el('p', {}, withLocalTimes(touched))),
    facts([
      ['Status in the PSA', status && [status, closed ? ' (closed)' : '']],
      ['Last read', formatTime(read)],
    ]),
  ];
}

/** The newest entries of its audit log; open ones stay open. */
function auditCard() {
  const rows = el('div', { class: 'entries' });
  const rest = el('div', { class: 'result' });
  let shown = new Map(); // id of the entry → its row
  return {
    element: el('section', { class: 'card', 'aria-label': 'Audit log' }, el('h2', {}, 'Audit log'), rows, rest),
    show: ({ id }, { entries, next }) => {
      shown = new Map(entries.map((entry) => [entry.id, shown.get(entry.id) ?? auditEntry(entry)]));
      placeRows(rows, [...shown.values()]);
      setChildren(
        rest,
        entries.length === 0 && el('p', {}, 'The audit log has no entries for it any more.'),
        next && el('p', {}, el('a', { href: `#/audit?ticket=${id}` }, 'Show all in the audit log')),
      );
    },
  };
}

function ticketFacts({ connection, company, psaTicket, attempts, due, reference, key, plugin, created, changed, ended }) {
  return facts([
    ['In the PSA', psaTicket && outsideLink(psaTicket.url, psaTicket.number ?? psaTicket.id)],
    ['PSA id', psaTicket?.id],
    ['Recovered', psaTicket?.recovered ? 'Yes: the response did not confirm it, but it was found by its reference' : null],
    ['Connection', el('a', { href: `#/tickets?connection=${encodeURIComponent(connection)}` }, connection)],
    ['Company', company],
    ['Attempts', String(attempts)],
    ['Next lookup', formatTime(due)],
    ['Reference', el('code', {}, reference)],
    ['Key', key && el('code', {}, key)],
    ['Plugin', plugin],
    ['Submitted', formatTime(created)],
    ['Changed', formatTime(changed)],
    ['Ended', formatTime(ended)],
  ]);
}

function documents({ request, ticket }) {
  const document = (title, value) =>
    value &&
    el(
      'details',
      { class: 'card document' },
      el('summary', {}, title),
      el('pre', { tabindex: 0, 'aria-label': title }, prettyJson(value)),
    );
  return [
    document('As submitted, with later corrections', request),
    document('With the ticket defaults, as the plugin gets it', ticket),
  ];
}
