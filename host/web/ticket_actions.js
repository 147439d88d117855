// Actions for a ticket that makes no progress on its own: retry, link, discard.

import { change, segment } from './api.js';
import { confirmDialog } from './dialogs.js';
import { actionButton, el, setChildren } from './dom.js';
import { notice, problemBox, resultArea } from './notices.js';
import { correctionPanel } from './ticket_correction.js';
import { stateOf } from './ticket_states.js';

/**
 * @param {() => Promise<any>} refresh  shows the ticket after an action
 * @returns {{result: Object, sentAgain: (ticket: Object) => Promise<void>,
 *   buttons: (ticket: Object, correction: Object|null, alike: Object|null) => HTMLElement[]}}  correction: from loadCorrection();
 *   alike: from alikeActions()
 */
export function ticketActions(refresh) {
  const result = resultArea();
  const act = (ticket, verb, ask, done) => async () => {
    const body = await ask(ticket);
    if (body) await send(ticket, verb, body, { result, refresh, done });
  };
  const sentAgain = async (ticket) => {
    await refresh();
    result.show(notice('good', retried(ticket)));
  };
  return {
    result,
    sentAgain,
    buttons: (ticket, correction, alike) => {
      const can = (action) => ticket.actions.includes(action);
      const place = el('div', { class: 'result' });
      const correct = () => setChildren(place, correctionPanel({ ticket, correction, sent: sentAgain, alike }));
      return [
        el(
          'div',
          { class: 'actions' },
          can('retry') &&
            actionButton('Retry', act(ticket, 'retry', askRetry, retried), {
              kind: correction?.wrong ? 'secondary' : 'primary',
            }),
          correction && !correction.wrong && actionButton('Correct and retry', async () => correct()),
          can('verify') && actionButton('Look up, then retry', act(ticket, 'retry', askVerify, retried)),
          can('link') && actionButton('Link', act(ticket, 'link', askLink, () => 'Linked')),
          can('discard') && actionButton('Discard', act(ticket, 'discard', askDiscard, () => 'Discarded'), { kind: 'danger' }),
        ),
        place,
      ];
    },
  };
}

async function send({ id }, verb, body, { result, refresh, done }) {
  try {
    const ticket = await change('POST', `/v1/tickets/${segment(id)}/${verb}`, body);
    await refresh();
    result.show(notice('good', done(ticket), el('p', {}, `Ticket ${id}: ${stateOf(ticket.state).label}.`)));
  } catch (error) {
    result.show(problemBox(error));
  }
}

const retried = ({ openSince }) => (openSince ? 'Looking it up in the PSA' : 'It will be sent again');

async function askRetry({ id, actions, openSince }) {
  const risk = actions.includes('verify') ? ' If the PSA may already have it, look it up first, to avoid a duplicate.' : '';
  const sure = await confirmDialog({
    title: `Retry ticket ${id}?`,
    confirm: 'Retry',
    text: openSince
      ? 'The PSA may have it, so it is looked up first. If it is not found after the quiet period, it is sent again with the current ticket defaults.'
      : `It is sent again with the current ticket defaults.${risk}`,
  });
  return sure && {}; // an open ticket is looked up first
}

async function askVerify({ id }) {
  const sure = await confirmDialog({
    title: `Look up ticket ${id}?`,
    confirm: 'Look up',
    text: 'The PSA is searched for its reference. If it is found, the ticket is done; if not, it is sent again after the quiet period.',
  });
  return sure && { verifyFirst: true };
}

async function askLink({ id }) {
  const answer = await confirmDialog({
    title: `Link ticket ${id}`,
    confirm: 'Link',
    text: 'Enter the ticket of the PSA that it corresponds to. Nothing is sent, and the ticket counts as done.',
    input: {
      label: 'Ticket in the PSA',
      help: 'Its number as shown in the PSA, or its id, which is part of its URL there.',
      required: true,
    },
  });
  return answer && { psaTicketId: answer.value };
}

async function askDiscard({ id }) {
  const answer = await confirmDialog({
    title: `Discard ticket ${id}?`,
    confirm: 'Discard',
    danger: true,
    text: 'It will not be sent. It stays in this list with your reason.',
    input: { label: 'Reason', help: 'For example: was created by hand.', required: true },
  });
  return answer && { reason: answer.value };
}
