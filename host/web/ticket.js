// One ticket: its state, why, all attempts, and what a human can do.

import { get, segment } from './api.js';
import { auditEntry } from './audit.js';
import { el, facts, outsideLink, setChildren } from './dom.js';
import { onChange } from './events.js';
import { formatTime, prettyJson } from './format.js';
import { badge, notice } from './notices.js';
import { ticketActions } from './ticket_actions.js';
import { correctionPanel, loadCorrection } from './ticket_correction.js';
import { stateOf, waitText } from './ticket_states.js';

const auditAtOnce = 100;

/** Shows a ticket, and follows it as long as it makes progress on its own. */
export async function ticketView({ parameters, signal }) {
  const body = el('div', { class: 'view' });
  let shown;
  const show = async () => {
    const ticket = await get(`/v1/tickets/${segment(parameters.id)}`, { signal });
    const history = await get('/v1/audit', { signal, query: { ticket: ticket.id, limit: auditAtOnce } });
    const correction = ticket.actions.includes('correct') ? await loadCorrection(ticket, history.entries, signal) : null;
    setChildren(body, details(ticket, history, actions, correction));
    shown = ticket;
  };
  const actions = ticketActions(show);
  await show();
  const follow = async () => {
    if (!shown.movesByItself) return; // does not disturb somebody who is correcting it
    const now = await get(`/v1/tickets/${segment(shown.id)}`, { signal });
    if (now.changed !== shown.changed || waitText(now) !== waitText(shown)) await show();
  };
  onChange(['tickets'], follow, signal);
  return el(
    'div',
    { class: 'view' },
    el('p', { class: 'crumb' }, el('a', { href: '#/tickets' }, '← Tickets')),
    el('h1', {}, `Ticket ${shown.id}`),
    actions.result,
    body,
  );
}

function details(ticket, { entries, next }, actions, correction) {
  const { label, tone, meaning } = stateOf(ticket.state);
  return [
    el(
      'section',
      { class: 'card' },
      el('div', { class: 'ticket-head' }, badge(tone, label), el('p', {}, waitText(ticket) || meaning)),
      ticket.request?.title && el('h2', {}, ticket.request.title),
      ticket.reason && el('p', { class: 'reason' }, ticket.reason),
      ticket.damaged && notice('bad', `This ticket is damaged in the store: ${ticket.damaged}`),
      (ticket.warnings ?? []).map((warning) => notice('warn', warning)),
      correction?.wrong && correctionPanel({ ticket, correction, sent: actions.sentAgain }),
      actions.buttons(ticket, correction),
      ticketFacts(ticket),
    ),
    documents(ticket),
    el(
      'section',
      { class: 'card' },
      el('h2', {}, 'History'),
      entries.length > 0
        ? el('div', { class: 'entries' }, entries.map(auditEntry))
        : el('p', {}, 'The audit log has no entries for it any more.'),
      next && el('p', {}, el('a', { href: `#/audit?ticket=${ticket.id}` }, 'Show all in the audit log')),
    ),
  ];
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
