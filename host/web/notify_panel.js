// Notify: how humans are told of what needs them, such as an event that no rule took.

import { mayDo } from './api.js';
import { actionButton, el, facts, focusOn, runOnce, setChildren } from './dom.js';
import { inputField } from './input_field.js';
import { notice, problemBox, resultArea } from './notices.js';
import { loadNotify, saveNotify, testNotify } from './requests.js';

/** The section, which loads its own content. */
export function notifyPanel({ signal }) {
  const place = el('div', { class: 'stack', 'aria-busy': 'true' });
  const load = () =>
    loadNotify(signal)
      .then((settings) => setChildren(place, content(settings)))
      .catch((error) => signal.aborted || setChildren(place, problemBox(error, { retry: load })))
      .finally(() => place.removeAttribute('aria-busy'));
  load();
  return el(
    'section',
    { class: 'card', 'aria-label': 'Notify' },
    el(
      'div',
      {},
      el('h2', {}, 'Notify'),
      el(
        'p',
        { class: 'help' },
        'Tells you once, not for each event: tickets that need attention, a paused connection, events that no rule took, a silent or parked source, unknown customers.',
      ),
    ),
    place,
  );
}

function content(settings) {
  const { webhook, command, fromFile, trouble } = settings;
  const isFixed = fromFile.includes('webhook');
  const result = resultArea();
  const field = inputField({
    label: 'Webhook',
    help: isFixed
      ? 'It is set in the configuration file, under [notify], and can only be changed there.'
      : 'psa-host posts a short JSON text to this https URL. Blank: none. Its path is not shown, since it is often a password.',
    value: webhook,
    type: 'url',
    attributes: { spellcheck: 'false', placeholder: 'https://', disabled: isFixed || !mayDo('admin') },
  });
  const save = el('button', { class: 'button primary' }, 'Save');
  const store = async () => {
    result.clear();
    try {
      const saved = await saveNotify({ webhook: field.value() || null });
      field.target.value = saved?.webhook ?? '';
      result.show(notice('good', field.value() ? 'The webhook is saved' : 'The setting is saved: no webhook'));
    } catch (error) {
      const ours = (error.errors ?? []).find(({ pointer }) => pointer === '/webhook');
      if (!ours) return result.show(problemBox(error));
      field.showError({ message: ours.detail });
      focusOn(field.target);
    }
    return null;
  };
  const tryIt = async () => {
    result.clear();
    try {
      const { ok, problem } = await testNotify();
      result.show(
        ok
          ? notice('good', 'A test message was sent', el('p', {}, 'Look whether it has arrived.'))
          : notice('bad', 'The test message could not be sent', el('p', {}, problem)),
      );
    } catch (error) {
      result.show(problemBox(error));
    }
  };
  const form = el(
    'form',
    { class: 'stack', novalidate: true, autocomplete: 'off' },
    trouble && notice('warn', 'Notifications do not work', el('p', {}, trouble)),
    field.element,
    facts([['Command, from the configuration file', command ? el('code', {}, command) : 'none']]),
    mayDo('admin') &&
      el('div', { class: 'actions' }, !isFixed && save, actionButton('Send a test message', tryIt, { busy: 'Sending…' })),
    result.element,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    runOnce(save, 'Saving…', store);
  });
  return form;
}
