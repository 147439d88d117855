// What a person can do with a ticket that cannot go on by itself: retry, link, drop.

import { change, segment } from './api.js';
import { confirmDialog } from './dialogs.js';
import { actionButton, el, setChildren } from './dom.js';
import { notice, problemBox, resultArea } from './notices.js';
import { correctionPanel } from './ticket_correction.js';
import { stateOf } from './ticket_states.js';

const maybeInPsa = ['unknown', 'needs_review'];
const noRetry = ['done', 'sending', 'ready'];
const noLink = ['done', 'sending'];
const noDrop = ['done', 'sending', 'cancelled'];

/**
 * @param {() => Promise<any>} refresh  shows the ticket as it is after an action
 * @returns {{result: HTMLElement, sentAgain: (ticket: Object) => Promise<void>,
 *   buttons: (ticket: Object, correction: Object|null) => HTMLElement[]}}  correction: as loadCorrection() gives it
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
    result: result.element,
    sentAgain,
    buttons: (ticket, correction) => {
      const { state } = ticket;
      const place = el('div', { class: 'result' });
      const correct = () => setChildren(place, correctionPanel({ ticket, correction, sent: sentAgain }));
      return [
        el(
          'div',
          { class: 'actions' },
          state !== 'unknown' &&
            !noRetry.includes(state) &&
            actionButton('Retry', act(ticket, 'retry', askRetry, retried), {
              kind: correction?.wrong ? 'secondary' : 'primary',
            }),
          correction && !correction.wrong && actionButton('Correct and retry', async () => correct()),
          maybeInPsa.includes(state) &&
            actionButton('Look first, then retry', act(ticket, 'retry', askLook, retried)),
          !noLink.includes(state) && actionButton('Link', act(ticket, 'link', askLink, () => 'It is linked')),
          !noDrop.includes(state) && actionButton('Drop', act(ticket, 'drop', askDrop, () => 'It is dropped'), { kind: 'danger' }),
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

const retried = ({ state }) => (state === 'unknown' ? 'The PSA is searched for it' : 'It is sent again');

async function askRetry({ id, state, openSince }) {
  const risk = state === 'needs_review' ? ' If the PSA may have it already, look first: else there may be two.' : '';
  const sure = await confirmDialog({
    title: `Retry ticket ${id}?`,
    confirm: 'Retry',
    text: openSince
      ? 'The PSA may have it, so it is looked for first. If it is not there after the quiet period, it is sent again, with the ticket defaults of today.'
      : `It is sent again, with the ticket defaults of today.${risk}`,
  });
  return sure && {}; // what is open is looked for first
}

async function askLook({ id }) {
  const sure = await confirmDialog({
    title: `Look for ticket ${id}?`,
    confirm: 'Look first',
    text: 'The PSA is searched for its reference. Is it there, the ticket is done; if not, it is sent again after the quiet period.',
  });
  return sure && { lookFirst: true };
}

async function askLink({ id }) {
  const answer = await confirmDialog({
    title: `Link ticket ${id}`,
    confirm: 'Link',
    text: 'Say which ticket of the PSA it is. Nothing is sent then; the ticket counts as done.',
    input: {
      label: 'Ticket in the PSA',
      help: 'Its number as the PSA shows it, or its id, which stands in the address of the ticket there.',
      required: true,
    },
  });
  return answer && { psaTicketId: answer.value };
}

async function askDrop({ id }) {
  const answer = await confirmDialog({
    title: `Drop ticket ${id}?`,
    confirm: 'Drop',
    danger: true,
    text: 'It is not sent any more. It stays in this list, with your reason.',
    input: { label: 'Reason', help: 'Such as: was made by hand.', required: true },
  });
  return answer && { reason: answer.value };
}
