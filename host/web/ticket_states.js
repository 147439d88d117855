// The display name of each ticket state, and what a ticket waits for. psa-host says which actions are allowed.

import { formatMoment } from './format.js';

/** @type {Object<string, {label: string, tone: string, meaning: string}>}  in the order of a ticket's life */
export const ticketStates = {
  ready: { label: 'To send', tone: 'info', meaning: 'Stored and waiting for its turn.' },
  sending: { label: 'Sending', tone: 'info', meaning: 'An attempt is in progress.' },
  retry_at: { label: 'Retrying', tone: 'warn', meaning: 'It could not be created yet and will be retried.' },
  held: {
    label: 'On hold',
    tone: 'warn',
    meaning: 'Waiting until the credentials or permissions of the connection are fixed.',
  },
  unknown: {
    label: 'Unknown',
    tone: 'warn',
    meaning: 'The PSA may have it: it is looked up by its reference before it is sent again.',
  },
  needs_review: { label: 'Needs review', tone: 'bad', meaning: 'Waiting for your decision.' },
  done: { label: 'Done', tone: 'good', meaning: 'The PSA has it.' },
  dead: { label: 'Refused', tone: 'bad', meaning: 'The PSA rejected it.' },
  cancelled: { label: 'Discarded', tone: 'quiet', meaning: 'Discarded manually.' },
};

export const stateOf = (state) => ticketStates[state] ?? { label: state, tone: 'quiet', meaning: '' };

/** What a ticket waits for, from psa-host, such as "The PSA does not accept the credentials since 14:02"; "" if nothing. */
export function waitText({ waitsFor }) {
  if (!waitsFor) return '';
  const { text, since, until } = waitsFor;
  return [text, since && ` since ${formatMoment(since)}`, until && `; next attempt at ${formatMoment(until)}`].filter(Boolean).join('');
}

/** A reason code in words: "not_found" is "Not found". */
export function reasonName(code) {
  const words = code.replace(/_/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
