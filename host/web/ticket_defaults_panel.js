// Ticket defaults: values for new tickets of a connection that do not set them.

import { saveConnection } from './connections.js';
import { actionButton, el, runOnce } from './dom.js';
import { createForm } from './form.js';
import { notice, problemBox, resultArea } from './notices.js';
import { guardLeaving } from './router.js';

/** The panel, with drop-down lists that the PSA fills. */
export function defaultsPanel({ descriptor, connection, choices, signal, goTo }) {
  const form = createForm(descriptor.ticketDefaults, { values: connection.ticketDefaults, loadChoices: choices });
  const result = resultArea();
  guardLeaving(() => form.isDirty(), signal);
  const save = el('button', { class: 'button primary' }, 'Save');
  const state = { connection, form, result, goTo, done: '' };
  const element = el(
    'form',
    { novalidate: true, autocomplete: 'off' },
    el('h3', { 'data-focus': true }, 'Ticket defaults'),
    el('p', { class: 'lead' }, descriptor.ticketDefaults.description),
    form.element,
    el(
      'div',
      { class: 'actions' },
      save,
      actionButton('Close', async () => goTo(null, { done: state.done }), { kind: 'quiet' }),
    ),
    result.element,
  );
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    runOnce(save, 'Saving…', () => store(state));
  });
  return element;
}

async function store(state) {
  const { connection, form, result, goTo } = state;
  form.clearErrors();
  result.clear();
  try {
    await saveConnection(connection.name, { plugin: connection.plugin, ticketDefaults: filled(form.values()) });
    form.markSaved();
    state.done = 'Ticket defaults saved';
    result.show(
      notice(
        'good',
        state.done,
        el('p', {}, 'Send a test ticket to see whether the PSA accepts them.'),
        actionButton('Send test ticket', async () => goTo('test-ticket')),
      ),
    );
  } catch (error) {
    const elsewhere = form.showErrors(error.fieldErrors?.('ticketDefaults') ?? []);
    result.show(problemBox(error, { fields: elsewhere.length > 0 || !error.fieldErrors?.('ticketDefaults').length }));
  }
}

const filled = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '' && value !== null));
