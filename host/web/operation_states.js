// How notes and changes of a ticket are displayed. Their states are those of tickets.

import { stateOf, waitText } from './ticket_states.js';
import request from './ticket-request.js';

const meanings = {
  ready: 'Stored and waiting for its turn.',
  retry_at: 'It could not be sent yet and will be retried.',
  unknown: 'The PSA may have it: it is looked up before it is sent again.',
  done: '',
  dead: 'The PSA rejected it.',
};
const skipped = ['touched', 'no_ticket']; // reasons: nobody has discarded it

/** @returns {{label: string, tone: string, text: string}}  text: what it waits for or, without a reason, what its state means */
export function operationState(operation) {
  const { state, reason } = operation;
  const { label, tone, meaning } = stateOf(state);
  const isSkipped = state === 'cancelled' && skipped.includes(reason?.code);
  return {
    label: isSkipped ? 'Not done' : label,
    tone: isSkipped ? 'warn' : tone,
    text: waitText(operation) || (reason?.text ? '' : (meanings[state] ?? meaning)),
  };
}

const intents = { resolve: 'Resolve', reopen: 'Reopen' };
const kinds = { note: 'Note', change: 'Change' };

/** "Resolve: note", "Change". */
export const operationName = ({ kind, intent }) =>
  intent ? `${intents[intent] ?? intent}: ${kind === 'note' ? 'note' : 'status'}` : (kinds[kind] ?? kind);

/** "Status: Complete" for each value that a change sets. */
export const valuesOf = (document) =>
  Object.entries(document).map(([name, value]) => `${fieldName(name)}: ${value}`);

/** The name of a ticket's field, as all PSAs have it. */
export const fieldName = (name) => request.properties[name]?.title ?? name;
