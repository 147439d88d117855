// Corrects a ticket's contents and sends it again: an ambiguous company name, a deleted queue.

import { change, get, segment } from './api.js';
import { choicesOf, loadConnection } from './connections.js';
import { actionButton, el, runOnce, setChildren } from './dom.js';
import { createForm } from './form.js';
import { problemBox, resultArea } from './notices.js';
import { isCommon, ticketFields } from './ticket_fields.js';

/**
 * The data for a correction, or null if nothing can be corrected: the connection or its plugin is gone.
 * @returns {Promise<{fields: Object, values: Object, choices: Function, wrong: string|null}|null>}
 */
export async function loadCorrection(ticket, entries, signal) {
  try {
    const connection = await loadConnection(ticket.connection, signal);
    const descriptor = await get(`/v1/plugins/${segment(connection.build)}`, { signal });
    const fields = ticketFields(descriptor);
    const wrong = wrongField(entries);
    return {
      fields,
      values: asTexts({ ...connection.ticketDefaults, ...ticket.request?.fields, ...ticket.request }, fields),
      choices: choicesOf(ticket.connection, signal),
      wrong: wrong in fields ? wrong : null,
    };
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
}

/** The errors of the newest attempt. */
const wrongField = (entries) => entries.find(({ action }) => action === 'ticket.attempt')?.detail?.field;

/** Ids may be numbers, but are strings in a form. */
function asTexts(values, fields) {
  const isText = (name) => (fields[name]?.type ?? 'string') === 'string';
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, isText(name) && typeof value === 'number' ? String(value) : value]),
  );
}

/**
 * The panel: only the invalid fields, or all of them.
 * @param {{ticket: Object, correction: Object, sent: (ticket: Object) => Promise<any>, alike: Object|null}} options
 *   alike: from alikeActions(), to correct all tickets like this one
 */
export function correctionPanel({ ticket, correction, sent, alike }) {
  const place = el('div', { class: 'stack' });
  const state = { ticket, correction, sent, result: resultArea(), changes: () => ({}) };
  const retryAll =
    alike && actionButton(`Save and retry all ${alike.count}`, () => alike.act('retry', state.changes()), { busy: 'Counting…' });
  const retry = el('button', { class: 'button primary' }, 'Save and retry');
  const more = actionButton('Show all fields', async () => show(Object.keys(correction.fields)), { kind: 'quiet' });
  const show = (names) => {
    const shown = pick(correction.fields, names);
    const form = createForm({ properties: shown }, { values: correction.values, loadChoices: correction.choices });
    const before = form.values();
    Object.assign(state, { form, changes: () => changesOf(before, form.values()) });
    setChildren(place, form.element);
    more.hidden = names.length === Object.keys(correction.fields).length;
  };
  show(correction.wrong ? withParents(correction) : Object.keys(correction.fields));
  const element = el(
    'form',
    { class: 'correction stack', novalidate: true, autocomplete: 'off', 'aria-label': 'Correct the ticket' },
    el('h3', {}, 'Correct and resend'),
    place,
    el('div', { class: 'actions' }, retry, retryAll, more),
    state.result.element,
  );
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    runOnce(retry, 'Sending…', () => send(state));
  });
  return element;
}

const pick = (fields, names) => Object.fromEntries(names.map((name) => [name, fields[name]]));

function withParents({ fields, wrong }) {
  const parents = (fields[wrong].dependsOn ?? []).filter((name) => name in fields);
  return [...parents, wrong];
}

/** The changed values, in the structure of a ticket request; null means the ticket default. */
function changesOf(before, after) {
  const changed = Object.entries(after).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]));
  const changes = {};
  for (const [name, value] of changed) {
    const given = value === '' ? null : value;
    if (isCommon(name)) changes[name] = given;
    else changes.fields = { ...changes.fields, [name]: given };
  }
  return changes;
}

async function send(state) {
  const { ticket, form, result, sent } = state;
  form.clearErrors();
  result.clear();
  const changes = state.changes();
  try {
    const body = Object.keys(changes).length > 0 ? { changes } : {};
    await sent(await change('POST', `/v1/tickets/${segment(ticket.id)}/retry`, body));
  } catch (error) {
    if (!form.showAll(error)) result.show(problemBox(error));
  }
}
