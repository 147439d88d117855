// Configure: credentials of a connection, Test and Save.

import { saveConnection, testConnection } from './connections.js';
import { confirmDialog } from './dialogs.js';
import { actionButton, el, focusOn, runOnce } from './dom.js';
import { createForm, createLabelled } from './form.js';
import { problemBox, resultArea } from './notices.js';
import { guardLeaving } from './router.js';
import { testOutcome } from './test_outcome.js';

/** The panel for `connection`, or for a new one if it is null. */
export function connectionPanel({ plugin, name: pluginName, descriptor, connection, taken, signal, goTo }) {
  const form = createForm(descriptor.configuration, {
    values: connection?.configuration,
    secretsStored: connection?.secretsStored,
  });
  const name = connection ? null : nameField(freeName(plugin.id, taken));
  const result = resultArea();
  const state = { descriptor, connection, form, name, taken, result, goTo, plugin: connection?.plugin ?? pluginName };
  guardLeaving(() => form.isDirty(), signal);
  const save = el('button', { class: 'button primary' }, 'Save');
  const element = el(
    'form',
    { novalidate: true, autocomplete: 'off' },
    el('h3', { 'data-focus': true }, 'Configure'),
    el('p', { class: 'lead' }, descriptor.configuration.description),
    form.element,
    name?.element,
    el(
      'div',
      { class: 'actions' },
      actionButton('Test', () => test(state), { busy: 'Testing…' }),
      save,
      el('button', { type: 'button', class: 'button quiet', onclick: () => goTo() }, 'Cancel'),
    ),
    result.element,
  );
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    runOnce(save, 'Saving…', () => store(state));
  });
  return element;
}

function nameField(suggestion) {
  const control = el('input', {
    id: 'connection-name',
    type: 'text',
    value: suggestion,
    autocomplete: 'off',
    spellcheck: 'false',
  });
  return createLabelled({
    label: 'Connection name',
    control,
    help: 'Used in tickets and rules to refer to this connection. Letters, digits, hyphens, underscores and dots.',
  });
}

function freeName(base, taken) {
  for (let i = 1; ; ++i) {
    const name = i === 1 ? base : `${base}-${i}`;
    if (!taken.has(name)) return name;
  }
}

const nameOf = ({ connection, name }) => connection?.name ?? name.target.value.trim();

const inputOf = ({ plugin, form }) => ({ plugin, configuration: form.values() });

async function test(state) {
  clear(state);
  try {
    const input = inputOf(state);
    const outcome = await testConnection(requiredName(state), input);
    state.tested = { input: JSON.stringify(input), passed: outcome.ok };
    state.result.show(testOutcome(outcome, state.form.isDirty() ? 'Click Save to store these values.' : null));
    if (!outcome.ok && outcome.error.field) state.form.showErrors([outcome.error]);
    for (const { field, message, hint } of outcome.result?.warnings ?? [])
      if (field) state.form.showErrors([{ field, message, hint }]);
  } catch (error) {
    showProblem(state, error);
  }
}

async function store(state) {
  clear(state);
  try {
    const name = requiredName(state);
    if (!(await mayStore(state))) return;
    await saveConnection(name, inputOf(state));
    state.form.markSaved();
    const hasDefaults = Object.keys(state.descriptor.ticketDefaults?.properties ?? {}).length > 0;
    state.goTo(hasDefaults && !state.connection ? 'defaults' : null, { name, done: `${name} saved` });
  } catch (error) {
    showProblem(state, error);
  }
}

/** Credentials that have not passed a test are saved only after confirmation. */
async function mayStore({ form, connection, tested, ...state }) {
  const isTested = tested?.input === JSON.stringify(inputOf({ form, ...state }));
  const isSame = Boolean(connection) && !form.isDirty();
  if (isTested ? tested.passed : isSame && connection.lastTest?.passed) return true;
  if (!form.isComplete()) return true; // psa-host says what is missing
  const answer = await confirmDialog({
    title: 'Save without a passed test?',
    text: isTested
      ? 'The test of these values failed. Tickets of this connection wait until a test passes.'
      : 'These values were never tested. If the PSA does not accept them, tickets of this connection will wait.',
    confirm: 'Save anyway',
    cancel: 'Back',
  });
  return Boolean(answer);
}

/** An empty name would change the URL of the API request, and so another connection. */
function requiredName(state) {
  const name = nameOf(state);
  if (!name) throw wrongName('Enter a name for the connection.');
  if (state.name && state.taken.has(name))
    throw wrongName(`There is a connection ${name} already; change it, or choose another name.`);
  return name;
}

const wrongName = (message) =>
  Object.assign(new Error(message), {
    title: 'Invalid connection name',
    fieldErrors: () => [],
    errors: [{ pointer: '/name', detail: message }],
  });

function clear({ form, name, result }) {
  form.clearErrors();
  name?.showError(null);
  result.clear();
}

/** Errors are shown beside their fields; those without a field here are shown below. */
function showProblem({ form, name, result }, error) {
  const inForm = error.fieldErrors?.('configuration') ?? [];
  const aboutName = error.errors?.find(({ pointer }) => pointer === '/name');
  const elsewhere = form.showErrors(inForm);
  if (aboutName && name) {
    name.showError({ message: error.message });
    focusOn(name.target);
  }
  const allPlaced = inForm.length > 0 && elsewhere.length === 0 && inForm.length === error.errors.length;
  if (allPlaced)
    result.show(
      problemBox({ title: error.title, message: 'Correct the fields marked above and try again.' }),
    );
  else if (!(aboutName && name)) result.show(problemBox(error));
}
