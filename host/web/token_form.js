// Creates a token, which is shown only once.

import { change } from './api.js';
import { createCheckGroup } from './check_group.js';
import { copyable } from './copy.js';
import { actionButton, el, focusOn, runOnce, setChildren } from './dom.js';
import { createLabelled } from './form.js';
import { problemBox, resultArea } from './notices.js';
import { toUtc } from './time_field.js';
import { scopes } from './token_scopes.js';

/**
 * @param {{name: string, connections: string[], made: () => Promise<void>, close: () => void}} options
 *   name: a suggestion; connections: their names; made: called after a token was created
 * @returns {{element: HTMLElement, first: HTMLElement}}
 */
export function tokenForm({ name, connections, made, close }) {
  const fields = {
    name: nameField(name),
    scopes: createCheckGroup({ label: 'Scopes', options: scopes, chosen: ['submit'] }),
    connections: createCheckGroup({
      label: 'Connections',
      help:
        connections.length > 0
          ? 'Which ones it can see and use. None chosen: all of them, and those that are added later.'
          : 'It can see and use all of them. To limit it to some, add the connections first.',
      options: connections.map((each) => ({ value: each, label: each })),
    }),
    expires: expiryField(),
  };
  const result = resultArea();
  const make = el('button', { class: 'button primary' }, 'Create token');
  const form = el(
    'form',
    { novalidate: true, autocomplete: 'off' },
    el('h2', {}, 'Create a token'),
    el(
      'div',
      { class: 'fields' },
      Object.values(fields).map(({ element }) => element),
    ),
    el(
      'div',
      { class: 'actions' },
      make,
      actionButton('Cancel', async () => close(), { kind: 'quiet' }),
    ),
    result.element,
  );
  const card = el('section', { class: 'card', 'aria-label': 'Create a token' }, form);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    runOnce(make, 'Creating…', () => store({ fields, result, card, made, close }));
  });
  return { element: card, first: fields.name.target };
}

function nameField(suggestion) {
  const control = el('input', {
    id: 'token-name',
    'data-focus': true,
    type: 'text',
    value: suggestion,
    autocomplete: 'off',
    spellcheck: 'false',
  });
  const field = createLabelled({
    label: 'Name',
    help: 'Who or what uses it; shown in the audit log. For example: deployment script.',
    control,
    required: true,
  });
  control.addEventListener('input', () => field.showError(null));
  return field;
}

function expiryField() {
  const control = el('input', { id: 'token-expires', type: 'datetime-local' });
  const field = createLabelled({ label: 'Expires', help: 'In your time zone. Blank: never.', control });
  control.addEventListener('input', () => field.showError(null));
  return field;
}

async function store({ fields, result, card, made, close }) {
  for (const field of Object.values(fields)) field.showError(null);
  result.clear();
  const body = { name: fields.name.target.value.trim(), scopes: fields.scopes.values() };
  const expires = toUtc(fields.expires.target.value);
  if (expires) body.expires = expires;
  const connections = fields.connections.values();
  if (connections.length > 0) body.connections = connections;
  try {
    const token = await change('POST', '/v1/tokens', body);
    showOnce(card, token, close);
    await made();
  } catch (error) {
    showProblem(fields, result, error);
  }
}

function showProblem(fields, result, error) {
  const wrong = Object.keys(fields).filter((name) => error.errors?.some(({ pointer }) => pointer.split('/')[1] === name));
  for (const name of wrong) fields[name].showError({ message: error.message });
  if (wrong.length > 0) focusOn(fields[wrong[0]].target);
  else result.show(problemBox(error));
}

function showOnce(card, { name, token }, close) {
  const heading = el('p', { class: 'notice-title' }, `Token ${name} created: copy it now`);
  setChildren(
    card,
    el(
      'div',
      { class: 'notice good' },
      heading,
      el('p', {}, 'It is shown only once. If you lose it, remove it and create another one.'),
      copyable(`Token ${name}`, token),
      el(
        'div',
        { class: 'actions' },
        actionButton('Done', async () => close()),
      ),
    ),
  );
  focusOn(heading);
}
