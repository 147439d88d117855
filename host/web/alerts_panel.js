// Alerts: how alerts from Alertmanager become tickets of a connection, and how to configure Alertmanager to send them.

import { alertMappings } from './alert_mappings.js';
import { alertmanagerHelp } from './alertmanager_help.js';
import { loadAlerts, saveAlerts } from './connections.js';
import { actionButton, el, focusOn, runOnce, setChildren } from './dom.js';
import { createLabelled } from './form.js';
import { notice, problemBox, resultArea } from './notices.js';
import { guardLeaving } from './router.js';

/** The panel, which loads its own content. */
export function alertsPanel(context) {
  const place = el('div', { class: 'result', 'aria-busy': 'true' });
  const load = () =>
    loadAlerts(context.connection.name, context.signal)
      .then((settings) => setChildren(place, panel(context, settings)))
      .catch((error) => setChildren(place, problemBox(error, { retry: load })))
      .finally(() => place.removeAttribute('aria-busy'));
  load();
  return el(
    'div',
    { class: 'stack' },
    el('h3', { 'data-focus': true }, 'Alerts'),
    el(
      'p',
      { class: 'lead' },
      'Each alert group gets one ticket, from its first notification until it is resolved, however often Alertmanager repeats it.',
    ),
    place,
  );
}

function panel(context, settings) {
  const mappings = alertMappings(context, settings.fields ?? {});
  const silence = silenceField(settings.resolvedAfterMinutes);
  const state = { context, mappings, silence, result: resultArea() };
  state.values = () => valuesOf(state);
  let saved = JSON.stringify(state.values());
  state.markSaved = () => {
    saved = JSON.stringify(state.values());
  };
  guardLeaving(() => JSON.stringify(state.values()) !== saved, context.signal);
  const help = el('div');
  const showHelp = () => setChildren(help, alertmanagerHelp(context.connection.name, !silence.target.value.trim()));
  silence.target.addEventListener('input', showHelp);
  showHelp();
  const save = el('button', { class: 'button primary' }, 'Save');
  const form = el(
    'form',
    { class: 'stack', novalidate: true, autocomplete: 'off' },
    el('h4', {}, 'How labels and annotations become ticket fields'),
    el(
      'p',
      { class: 'help' },
      'A field gets the first value listed under From that the alerts have (label:NAME or annotation:NAME, one per line), translated with ' +
        'Values if given, or else the default. Without a mapping the title is the annotation summary or the name of the alert, the description lists every alert ' +
        'with its labels and annotations, and everything else comes from the ticket defaults.',
    ),
    mappings.element,
    silence.element,
    el(
      'div',
      { class: 'actions' },
      save,
      actionButton('Close', async () => context.goTo(null, { done: state.done }), { kind: 'quiet' }),
    ),
    state.result.element,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    runOnce(save, 'Saving…', () => store(state));
  });
  return el('div', { class: 'stack' }, help, form);
}

function silenceField(minutes) {
  const control = el('input', {
    id: 'alerts-silence',
    type: 'text',
    inputmode: 'numeric',
    class: 'short',
    autocomplete: 'off',
  });
  control.value = minutes || '';
  const field = createLabelled({
    label: 'Treat as resolved after (minutes)',
    help:
      'Only if Alertmanager does not send resolved notifications: an alert group that was not notified for this long ' +
      'is treated as resolved. Blank: Alertmanager sends them.',
    control,
  });
  control.addEventListener('input', () => field.showError(null));
  return field;
}

function valuesOf({ mappings, silence }) {
  const text = silence.target.value.trim();
  const minutes = text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
  return { fields: mappings.values(), ...(text && { resolvedAfterMinutes: minutes }) };
}

async function store(state) {
  const { context, mappings, silence, result } = state;
  mappings.clearErrors();
  silence.showError(null);
  result.clear();
  try {
    await saveAlerts(context.connection.name, state.values());
    state.markSaved();
    state.done = 'Alert mapping saved';
    result.show(notice('good', state.done, el('p', {}, 'It applies to all tickets created from now on.')));
  } catch (error) {
    showProblem(state, error);
  }
}

function showProblem({ mappings, silence, result }, error) {
  const elsewhere = mappings.showErrors(error.errors ?? []).filter(({ pointer, detail }) => {
    if (pointer !== '/resolvedAfterMinutes') return true;
    silence.showError({ message: `Treat as resolved after: ${detail}.` });
    focusOn(silence.target);
    return false;
  });
  if (elsewhere.length > 0 || !error.errors?.length) result.show(problemBox(error));
}
