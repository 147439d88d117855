// Updates: which status means resolved and which reopened, and who sees notes.

import { saveConnection } from './connections.js';
import { actionButton, el, runOnce } from './dom.js';
import { createForm } from './form.js';
import { notice, problemBox, resultArea } from './notices.js';
import { guardLeaving } from './router.js';
import { ticketFields } from './ticket_fields.js';
import { visibility } from './update_forms.js';

const statuses = {
  resolvedStatus: { suggested: 'resolvedStatuses', title: 'Status of resolved tickets', help: 'What Resolve sets.', order: 1 },
  reopenedStatus: { suggested: 'reopenedStatuses', title: 'Status of reopened tickets', help: 'What Reopen sets.', order: 2 },
};

/** The panel, for a plugin that can update tickets. */
export function updatesPanel({ plugin, descriptor, connection, choices, signal, goTo }) {
  const suggestions = suggestionsOf(plugin);
  const suggested = Object.fromEntries(Object.entries(suggestions).map(([name, [best]]) => [name, best]));
  const form = createForm(schemaOf(ticketFields(descriptor).status, suggestions), {
    values: { ...suggested, notes: 'internal', ...connection.updates },
    loadChoices: choices,
  });
  const result = resultArea();
  guardLeaving(() => form.isDirty(), signal);
  const save = el('button', { class: 'button primary' }, 'Save');
  const state = { connection, form, result, suggested, done: '' };
  const element = el(
    'form',
    { novalidate: true, autocomplete: 'off' },
    el('h3', { 'data-focus': true }, 'Updates'),
    el('p', { class: 'lead' }, 'How tickets of this connection are resolved, reopened and annotated after they were created.'),
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

/** The statuses that the plugin suggests for each setting, the best one first; without those for which it suggests none. */
function suggestionsOf({ updates = {} }) {
  const found = Object.entries(statuses).map(([name, { suggested }]) => [name, updates[suggested] ?? []]);
  return Object.fromEntries(found.filter(([, all]) => all.length > 0));
}

function schemaOf(status, suggestions) {
  const properties = Object.entries(statuses).map(([name, setting]) => [name, statusField(status, setting, suggestions[name])]);
  return {
    properties: {
      ...Object.fromEntries(properties),
      notes: {
        ...visibility,
        title: 'Who can see notes',
        description: 'Unless a note itself says otherwise.',
        order: 3,
      },
    },
  };
}

/** A drop-down of the PSA's list; where the list depends on something else, such as a board, a name that all of them have. */
function statusField({ choices, dependsOn = [] }, { title, help, order }, [best, ...others] = []) {
  const isList = Boolean(choices) && dependsOn.length === 0;
  const description = [
    help,
    best ? `Suggested by the plugin: ${best}.` : 'The plugin suggests none.',
    others.length > 0 && `Also usual: ${others.join(', ')}.`,
    !isList && 'Its name or id; tickets with different lists of statuses need a name that all of them have.',
  ];
  return {
    type: 'string',
    ...(isList && { choices }),
    title,
    description: description.filter(Boolean).join(' '),
    blankMeans: best && `${best}, as the plugin suggests`,
    order,
  };
}

async function store(state) {
  const { connection, form, result, suggested } = state;
  form.clearErrors();
  result.clear();
  try {
    await saveConnection(connection.name, { plugin: connection.plugin, updates: chosen(form.values(), suggested) });
    form.markSaved();
    state.done = 'Update settings saved';
    result.show(notice('good', state.done, el('p', {}, 'They apply to whatever is submitted from now on.')));
  } catch (error) {
    const elsewhere = form.showErrors(error.fieldErrors?.('updates') ?? []);
    result.show(problemBox(error, { fields: elsewhere.length > 0 || !error.fieldErrors?.('updates').length }));
  }
}

/** What differs from the suggestions: those follow the plugin when it is updated. */
const chosen = (values, suggested) =>
  Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== '' && value !== null && value !== suggested[name]));
