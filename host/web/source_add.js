// Adds a source: choose what sends, name it, and say how it authenticates.

import { actionButton, el, focusOn, freshId, runOnce } from './dom.js';
import { inputField } from './input_field.js';
import { notice, problemBox, resultArea } from './notices.js';
import { addSource, loadPresets, loadSources, removeAccess, renewAccess } from './requests.js';
import { goTo, guardLeaving } from './router.js';
import { sourceForm } from './source_form.js';
import { rememberAccess } from './source_access.js';

/** The cards of the presets. */
export async function choosePresetView({ signal }) {
  const presets = await loadPresets(signal);
  return el(
    'div',
    { class: 'view' },
    el('p', { class: 'crumb' }, el('a', { href: '#/sources' }, '← Sources')),
    el('div', { class: 'view-head' }, el('h1', {}, 'Add a source'), el('p', { class: 'lead' }, 'What sends the events?')),
    el(
      'ul',
      { class: 'preset-cards' },
      inOrder(presets).map(({ name, title, description, senders = [] }) =>
        el(
          'li',
          { class: 'card' },
          el('h2', {}, el('a', { class: 'card-link', href: `#/sources/add/${encodeURIComponent(name)}` }, title)),
          el('p', { class: 'help' }, description),
          senders.some((sender) => sender !== title) && el('p', { class: 'help' }, senders.join(', ')),
        ),
      ),
    ),
  );
}

/** By title; the one for everything else is the last. */
const inOrder = (presets) =>
  [...presets].sort((a, b) => (a.name === 'json') - (b.name === 'json') || a.title.localeCompare(b.title));

/** The form of a new source. */
export async function addSourceView({ parameters, signal }) {
  const [presets, sources] = await Promise.all([loadPresets(signal), loadSources(signal)]);
  const preset = presets.find(({ name }) => name === parameters.preset);
  if (!preset) return unknownPreset(parameters.preset);
  const form = sourceForm({ preset, source: {}, isNew: true });
  const name = nameField(freeName(preset.name, new Set(sources.map((source) => source.name))));
  const access = accessField(preset);
  const result = resultArea();
  const state = { preset, form, name, access, result };
  const valueOf = () => JSON.stringify([name.value(), form.value(), access.value()]);
  const before = valueOf();
  guardLeaving(() => !state.isLeaving && valueOf() !== before, signal);
  const save = el('button', { class: 'button primary' }, 'Save');
  const element = el(
    'form',
    { class: 'card', novalidate: true, autocomplete: 'off' },
    el('div', { class: 'fields' }, name.element, access.element, form.element),
    el(
      'div',
      { class: 'actions' },
      save,
      actionButton('Back', async () => goTo('/sources/add/preset'), { kind: 'quiet' }),
    ),
    result.element,
  );
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    runOnce(save, 'Saving…', () => store(state));
  });
  return el(
    'div',
    { class: 'view' },
    el('p', { class: 'crumb' }, el('a', { href: '#/sources/add/preset' }, '← Add a source')),
    el('div', { class: 'view-head' }, el('h1', {}, preset.title), el('p', { class: 'lead' }, preset.description)),
    element,
  );
}

const unknownPreset = (name) =>
  el(
    'div',
    { class: 'view' },
    el('h1', {}, 'Add a source'),
    notice(
      'bad',
      `There is no preset ${name}`,
      el('p', {}, el('a', { href: '#/sources/add/preset' }, 'Choose one of the presets.')),
    ),
  );

const nameField = (suggestion) =>
  inputField({
    label: 'Name',
    help: 'In the URL of the source, and in rules. Letters, digits, hyphens, underscores and dots.',
    value: suggestion,
    required: true,
    attributes: { spellcheck: 'false', 'data-focus': true },
  });

function freeName(base, taken) {
  for (let i = 1; ; ++i) {
    const name = i === 1 ? base : `${base}-${i}`;
    if (!taken.has(name)) return name;
  }
}

const ways = {
  token: ['With a token in a header', 'The best choice wherever the sender can set headers, or a user name and password.'],
  url: ['With a secret in the URL', 'For a sender that cannot set headers. Whoever knows the URL can send.'],
  signature: ['With a signature', 'The sender signs each delivery with a secret that it shows or asks for.'],
};

function accessField({ authentication = ['token'] }) {
  const id = freshId('access');
  const radios = authentication
    .filter((way) => ways[way])
    .map((value, i) => el('input', { type: 'radio', name: id, id: `${id}-${value}`, value, checked: i === 0 }));
  const secret = inputField({
    label: 'Signature secret',
    help: 'The secret with which the sender signs.',
    type: 'password',
    required: true,
    attributes: { spellcheck: 'false' },
  });
  const value = () => radios.find(({ checked }) => checked)?.value ?? 'token';
  const arrange = () => {
    secret.element.hidden = value() !== 'signature';
  };
  const element = el(
    'fieldset',
    { class: 'field' },
    el('legend', {}, 'How the sender authenticates'),
    radios.map((radio) =>
      el(
        'div',
        { class: 'check' },
        radio,
        el('label', { for: radio.id }, ways[radio.value][0], el('span', { class: 'help' }, ways[radio.value][1])),
      ),
    ),
    secret.element,
  );
  element.addEventListener('change', arrange);
  arrange();
  return { element, value, secret: secret.value, showError: (message) => secret.showError({ message }), target: secret.target };
}

async function store(state) {
  const { preset, form, name, access, result } = state;
  result.clear();
  const way = access.value();
  if (way === 'signature' && !access.secret()) {
    access.showError('Enter the secret with which the sender signs.');
    return focusOn(access.target);
  }
  const document = {
    name: name.value(),
    preset: preset.name,
    ...form.value(),
    ...(way === 'signature' && { signatureSecret: access.secret() }),
  };
  try {
    const { source, token } = await addSource(document);
    const secret = way === 'url' ? await renewAccess(source.name, 'secret-url') : null;
    if (way !== 'token') await removeAccess(source.name, 'token'); // only what the sender uses
    rememberAccess(source.name, { ...(way === 'token' && { token }), ...(secret && { secretUrl: secret.url }) });
    state.isLeaving = true;
    goTo(`/sources/${encodeURIComponent(source.name)}`);
  } catch (error) {
    showProblem(state, error);
  }
  return null;
}

function showProblem({ form, name, access, result }, error) {
  const elsewhere = form.showErrors(error.errors ?? []).filter(({ pointer, detail }) => {
    if (pointer === '/name') {
      name.showError({ message: detail });
      focusOn(name.target);
      return false;
    }
    if (pointer === '/signatureSecret') access.showError(detail);
    return pointer !== '/signatureSecret';
  });
  if (elsewhere.length > 0 || !error.errors?.length) result.show(problemBox(error));
  else
    result.show(
      notice('bad', 'The source was not saved', el('p', {}, 'Correct the fields that are marked above, and save again.')),
    );
}
