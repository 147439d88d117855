// Updates a ticket: a note, values, resolve, reopen. What was entered stays until psa-host has it.

import { change, get, mayDo, newKey, segment } from './api.js';
import { choicesOf, loadConnection, loadPlugin } from './connections.js';
import { actionButton, el, focusOn, runOnce, setChildren } from './dom.js';
import { dryRunOutcome } from './dry_run_outcome.js';
import { sentences, withLocalTimes } from './format.js';
import { notice, problemBox, resultArea } from './notices.js';
import { operationName, operationState } from './operation_states.js';
import { guardLeaving } from './router.js';
import { ticketFields } from './ticket_fields.js';
import { updateForm } from './update_forms.js';

const patience = 10; // seconds

const updates = {
  note: { label: 'Add a note', send: 'Add the note', method: 'POST', path: '/notes' },
  change: { label: 'Set values', send: 'Set', method: 'PATCH', path: '' },
  resolve: { label: 'Resolve', send: 'Resolve the ticket', method: 'POST', path: '/resolve' },
  reopen: { label: 'Reopen', send: 'Reopen the ticket', method: 'POST', path: '/reopen' },
};

/**
 * The card of a ticket's updates.
 * @param {{signal: AbortSignal, refresh: () => Promise<any>}} options  refresh: called when something was submitted
 * @returns {{element: HTMLElement, show: (ticket: Object) => void}}  show: the ticket as it is now; forms stay as they are
 */
export function ticketUpdates({ signal, refresh }) {
  const state = {
    signal,
    refresh,
    panels: new Map(), // name → form, which keeps what was entered
    open: '',
    result: resultArea(),
    place: el('div', { class: 'result' }),
    actions: el('div', { class: 'actions' }),
  };
  const why = el('p', { class: 'muted' });
  const element = el(
    'section',
    { class: 'card', 'aria-label': 'Update', hidden: true },
    el('h2', {}, 'Update'),
    why,
    state.actions,
    state.place,
    state.result.element,
  );
  guardLeaving(() => [...state.panels.values()].some(({ isDirty }) => isDirty()), signal);
  return {
    element,
    show: (ticket) => {
      state.ticket = ticket;
      const { can = [], why: reason } = ticket.updates ?? {};
      element.hidden = !mayDo('operate') || !ticket.updates;
      setChildren(why, reason);
      why.hidden = !reason;
      showButtons(state, can);
    },
  };
}

/** Touches nothing if the buttons are there already. */
function showButtons(state, can) {
  if (state.can === can.join()) return;
  state.can = can.join();
  setChildren(
    state.actions,
    Object.keys(updates)
      .filter((name) => can.includes(name))
      .map((name) =>
        el(
          'button',
          {
            type: 'button',
            class: 'button secondary',
            'data-update': name,
            'aria-expanded': String(state.open === name),
            onclick: () => toggle(state, name),
          },
          updates[name].label,
        ),
      ),
  );
}

async function toggle(state, name) {
  state.open = state.open === name ? '' : name;
  for (const button of state.actions.children)
    button.setAttribute('aria-expanded', String(button.dataset.update === state.open));
  state.result.clear();
  if (!state.open) return setChildren(state.place);
  try {
    if (!state.panels.has(name)) {
      setChildren(state.place, el('p', { class: 'muted', role: 'status' }, 'Loading…'));
      state.context ??= await loadContext(state.ticket, state.signal);
      state.panels.set(name, panel(state, name));
    }
    if (state.open !== name) return; // another one was opened meanwhile
    const { element } = state.panels.get(name);
    setChildren(state.place, element);
    focusOn(element.querySelector('textarea, input, select'));
  } catch (error) {
    if (state.signal.aborted) return;
    const again = () => {
      state.open = '';
      return toggle(state, name);
    };
    setChildren(state.place, problemBox(error, { retry: again }));
  }
}

/** What the forms need to know about the connection and its plugin. */
async function loadContext(ticket, signal) {
  const connection = await loadConnection(ticket.connection, signal);
  const [descriptor, plugin] = await Promise.all([
    get(`/v1/plugins/${segment(connection.build)}`, { signal }),
    loadPlugin(connection.build, signal),
  ]);
  return {
    fields: ticketFields(descriptor),
    settings: connection.updates ?? {},
    suggestions: plugin?.updates ?? {},
    choices: choicesOf(ticket.connection, signal),
  };
}

function panel(state, name) {
  const form = updateForm(name, state.context, state.ticket);
  const result = resultArea();
  const own = { state, form, result, name, key: newKey(name) };
  const send = el('button', { class: 'button primary' }, updates[name].send);
  const element = el(
    'form',
    { class: 'correction stack', novalidate: true, autocomplete: 'off', 'aria-label': updates[name].label },
    form.element,
    el(
      'div',
      { class: 'actions' },
      send,
      actionButton('Show what would be sent', () => preview(own), { busy: 'Asking…' }),
      actionButton('Close', async () => close(state, name), { kind: 'quiet' }),
    ),
    result.element,
  );
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    runOnce(send, 'Sending…', () => submit(own));
  });
  return { element, isDirty: form.isDirty };
}

/** Closes the form if it is open; what was entered is there when it is opened again. */
async function close(state, name) {
  if (state.open !== name) return;
  await toggle(state, name);
  focusOn(state.actions.querySelector(`[data-update="${name}"]`));
}

const request = ({ state, form, name }, options) =>
  change(updates[name].method, `/v1/tickets/${segment(state.ticket.id)}${updates[name].path}`, form.body(), options);

/** Shows what the PSA would get: reads are done, changing requests are withheld. */
async function preview(own) {
  if (!isFilled(own)) return;
  try {
    const answer = await request(own, { query: { dryRun: 'true' } });
    own.result.show(dryRunOutcome(answer, previewTexts(own.state.ticket)));
  } catch (error) {
    showProblem(own, error);
  }
}

const previewTexts = ({ state }) => ({
  sent: 'This would be sent; nothing was changed',
  refused: 'It would not be done',
  nothing:
    state === 'done'
      ? { title: 'Nothing would be sent', text: 'The ticket in the PSA has these values already.' }
      : {
          title: 'Nothing can be sent yet',
          text: 'The PSA does not have the ticket yet. It is done right after the ticket is created.',
        },
});

function isFilled({ form, result }) {
  result.clear();
  return form.check();
}

/** Sends the same key until psa-host has the request: however often the button is clicked, it is done once. */
async function submit(own) {
  if (!isFilled(own)) return;
  const { state, name, key } = own;
  let accepted;
  try {
    accepted = await request(own, { headers: { 'Idempotency-Key': key, Prefer: `wait=${patience}` } });
  } catch (error) {
    showProblem(own, error);
    return;
  }
  await close(state, name);
  state.panels.delete(name);
  state.result.show(accepted.operations.map(submitted));
  await state.refresh().catch(() => {}); // it is accepted; the next change in psa-host is shown
}

function submitted(operation) {
  const { label, tone, text } = operationState(operation);
  const { reason, result = {} } = operation;
  return notice(
    tone === 'quiet' ? 'info' : tone,
    `${operationName(operation)}: ${label}`,
    tone !== 'good' && el('p', {}, sentences(withLocalTimes(reason?.text), text)),
    (result.warnings ?? []).map((warning) => el('p', {}, warning)),
  );
}

function showProblem(own, error) {
  const { form, result, state, name } = own;
  if (error.kind === 'key-taken') own.key = newKey(name); // the earlier try has arrived, with other values
  if (!form.showAll(error)) result.show(problemBox(error, { next: advice(error) }));
  state.refresh().catch(() => {}); // the history shows whether an earlier try has arrived
}

function advice({ status, kind }) {
  if (kind === 'key-taken')
    return el('p', {}, 'An earlier try has arrived after all; see the history below. If you send again, this is done in addition.');
  if (status === 0 || status >= 500)
    return el('p', {}, 'You can send it again without risk: the same request is carried out only once.');
  return null;
}
