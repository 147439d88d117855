// What was done to a ticket and what is still to be done, in the order of time: its creation, its notes and its changes.

import { change, mayDo, segment } from './api.js';
import { confirmDialog } from './dialogs.js';
import { actionButton, el } from './dom.js';
import { formatTime, sentences, withLocalTimes } from './format.js';
import { badge, notice, problemBox } from './notices.js';
import { fieldName, operationName, operationState, valuesOf } from './operation_states.js';
import { placeRows } from './paged_list.js';
import { stateOf } from './ticket_states.js';

/**
 * @param {{result: Object, refresh: () => Promise<any>}} options  result: a resultArea(); refresh: called after an action
 * @returns {{element: HTMLElement, show: (ticket: Object, submitter: string) => void}}  submitter: "" if not known
 */
export function ticketHistory({ result, refresh }) {
  const list = el('ol', { class: 'operations' });
  let shown = new Map(); // what an entry shows → the entry
  const show = (ticket, submitter) => {
    const makers = [
      [JSON.stringify(['creation', ticket.state, submitter]), () => creation(ticket, submitter)],
      ...(ticket.operations ?? []).map((operation) => [
        JSON.stringify(operation),
        () => entry(ticket, operation, { result, refresh }),
      ]),
    ];
    shown = new Map(makers.map(([key, make]) => [key, shown.get(key) ?? make()]));
    placeRows(list, [...shown.values()]);
  };
  return { element: list, show };
}

/** Why it is in its state stands above the history. */
function creation(ticket, submitter) {
  const { label, tone } = stateOf(ticket.state);
  return el(
    'li',
    { class: 'operation', 'aria-label': `Creation, ${label}` },
    head('Creation', badge(tone, label), submitter, ticket.created),
    el('p', {}, ticket.request?.title),
  );
}

function entry(ticket, operation, context) {
  const { id, reason, mergedInto, ifUntouched, damaged, result = {} } = operation;
  const { label, tone, text } = operationState(operation);
  return el(
    'li',
    { class: 'operation', 'aria-label': `${operationName(operation)}, ${label}`, 'data-operation': id },
    head(operationName(operation), badge(tone, label), operation.who, operation.created),
    content(operation),
    ifUntouched && el('p', { class: 'help' }, 'Only if nobody has touched the ticket in the PSA.'),
    el('p', { class: 'help' }, sentences(withLocalTimes(reason?.text), text, whatCameOfIt(operation))),
    mergedInto && el('p', { class: 'help' }, mergedText(ticket, operation)),
    (result.warnings ?? []).map((warning) => notice('warn', warning)),
    damaged && notice('bad', `This entry is damaged in the store: ${damaged}`),
    mayDo('operate') && buttons(ticket, operation, context),
  );
}

const head = (name, state, who, time) =>
  el(
    'div',
    { class: 'operation-head' },
    el('strong', {}, name),
    state,
    el('span', { class: 'muted' }, who),
    el('time', { datetime: time, class: 'muted' }, formatTime(time)),
  );

function content({ kind, document }) {
  if (!document) return null;
  if (kind === 'note')
    return [
      el(
        'div',
        { class: 'badges' },
        badge('quiet', document.visibility === 'public' ? 'Public' : 'Internal'),
        document.kind === 'resolution' && badge('quiet', 'Resolution'),
        document.notify && badge('warn', 'E-mails people'),
      ),
      el('p', { class: 'note-text' }, document.text),
    ];
  return el(
    'ul',
    { class: 'values' },
    valuesOf(document).map((text) => el('li', {}, text)),
  );
}

function whatCameOfIt({ kind, state, attempts, ended, due, mergedInto, result = {} }) {
  const changed = (result.changed ?? []).map(fieldName);
  const isSet = kind === 'change' && state === 'done' && !mergedInto;
  return sentences(
    isSet && (changed.length > 0 ? `Set: ${changed.join(', ')}` : 'Nothing differed, so nothing was set'),
    result.recovered && 'The response did not confirm it, but it was found in the PSA',
    result.noteId && `Note ${result.noteId} in the PSA`,
    attempts > 1 && `${attempts} attempts`,
    due && state !== 'done' && `Next step ${formatTime(due)}`,
    ended && `Ended ${formatTime(ended)}`,
  );
}

/** Several that waited were sent as one. */
function mergedText({ operations }, { mergedInto }) {
  const into = operations.find(({ id }) => id === mergedInto);
  return into
    ? `Sent together with the ${operationName(into).toLowerCase()} of ${formatTime(into.created)}.`
    : 'Sent together with an earlier one.';
}

function buttons(ticket, operation, context) {
  const name = operationName(operation).toLowerCase();
  const can = (action) => operation.actions?.includes(action);
  const button = (label, verb, ask, kind) =>
    actionButton(label, () => act(ticket, operation, verb, ask, context), {
      kind,
      'aria-label': `${label}: ${name} ${operation.id}`,
    });
  return el(
    'div',
    { class: 'actions' },
    can('retry') && button('Retry', 'retry', askRetry),
    can('verify') && button('Look up, then retry', 'retry', askVerify),
    can('discard') && button('Discard', 'discard', askDiscard, 'danger'),
  );
}

async function act(ticket, operation, verb, ask, { result, refresh }) {
  const name = operationName(operation);
  const body = await ask(name.toLowerCase());
  if (!body) return;
  result.clear();
  try {
    const path = `/v1/tickets/${segment(ticket.id)}/operations/${operation.id}/${verb}`;
    const now = await change('POST', path, body);
    await refresh();
    result.show(notice('good', `${name}: ${operationState(now).label}`));
  } catch (error) {
    result.show(problemBox(error));
  }
}

async function askRetry(name) {
  const sure = await confirmDialog({
    title: `Retry the ${name}?`,
    confirm: 'Retry',
    text: 'It is sent again. If the PSA may have it already, it is looked up first.',
  });
  return sure && {};
}

async function askVerify(name) {
  const sure = await confirmDialog({
    title: `Look up the ${name}?`,
    confirm: 'Look up',
    text: 'It is looked up in the PSA. If it is there, it is done; if not, it is sent again.',
  });
  return sure && { verifyFirst: true };
}

async function askDiscard(name) {
  const answer = await confirmDialog({
    title: `Discard the ${name}?`,
    confirm: 'Discard',
    danger: true,
    text: 'It will not be sent. It stays in this history with your reason.',
    input: { label: 'Reason', help: 'For example: was written by hand.', required: true },
  });
  return answer && { reason: answer.value };
}
