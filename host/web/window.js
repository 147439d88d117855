// One maintenance window: once or every week, in a time zone, for all events or some.

import { mayDo } from './api.js';
import { conditionsEditor } from './conditions_editor.js';
import { removeDefinition } from './definition_removal.js';
import { actionButton, el, focusOn, freshId, runOnce } from './dom.js';
import { loadSeen } from './event_fields.js';
import { dayChips, timeOfDay } from './hours_field.js';
import { inputField } from './input_field.js';
import { notice, problemBox, resultArea } from './notices.js';
import { addWindow, loadSources, loadWindow, removeWindow, saveWindow } from './requests.js';
import { goTo, guardLeaving } from './router.js';
import { ownZone, zoneField } from './zone_field.js';

/** The window of the address. */
export const windowView = async ({ parameters, signal }) => show(await loadWindow(parameters.name, signal), signal);

/** A new window: tonight, if nothing else is entered. */
export const newWindowView = ({ signal }) => show(null, signal);

async function show(window, signal) {
  const sources = (await loadSources(signal)).map(({ name }) => name);
  const form = windowForm(window ?? tonight(), await loadSeen(sources, signal));
  const state = { window, form, result: resultArea() };
  const saved = JSON.stringify(form.value());
  guardLeaving(() => !state.isLeaving && JSON.stringify(form.value()) !== saved, signal);
  const save = el('button', { class: 'button primary' }, 'Save');
  const element = el(
    'form',
    { class: 'stack', novalidate: true, autocomplete: 'off' },
    el('fieldset', { disabled: !mayDo('admin') }, form.element),
    mayDo('admin') &&
      el(
        'div',
        { class: 'actions' },
        save,
        actionButton(window ? 'Close' : 'Cancel', async () => goTo('/windows'), { kind: 'quiet' }),
        window && actionButton('Remove', () => remove(state), { kind: 'danger' }),
      ),
    state.result.element,
  );
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    runOnce(save, 'Saving…', () => store(state));
  });
  return el(
    'div',
    { class: 'view' },
    el('p', { class: 'crumb' }, el('a', { href: '#/windows' }, '← Windows')),
    el('h1', {}, window?.name ?? 'New window'),
    element,
  );
}

function tonight() {
  const from = new Date();
  const two = (number) => String(number).padStart(2, '0');
  const date = (offset) => {
    const then = new Date(from.getFullYear(), from.getMonth(), from.getDate() + offset);
    return `${then.getFullYear()}-${two(then.getMonth() + 1)}-${two(then.getDate())}`;
  };
  return { name: '', from: `${date(0)}T22:00`, to: `${date(1)}T02:00`, timeZone: ownZone() };
}

function windowForm(window, seen) {
  const isWeekly = Boolean(window.weekly);
  const fields = {
    '/name': text('Name', window.name, { required: true }),
    '/description': text('What it is for', window.description ?? ''),
    '/from': moment('From', window.from),
    '/to': moment('To', window.to),
    '/weekly/days': dayChips({ chosen: window.weekly?.days ?? ['sun'] }),
    '/weekly/start': timeOfDay({ label: 'Start', value: window.weekly?.start ?? '02:00' }),
    '/weekly/minutes': text('Length in minutes', window.weekly?.minutes ?? 120, { isNumber: true }),
    '/validFrom': date('First day, if not from now on', window.validFrom),
    '/validTo': date('Last day, if it ends some day', window.validTo),
    '/timeZone': zoneField({ value: window.timeZone ?? ownZone() }),
  };
  const conditions = conditionsEditor({
    value: window.conditions,
    seen,
    none: 'There are no conditions: the window is for all events.',
  });
  const repeat = repeatField(isWeekly);
  const of = (name) => fields[name].value?.() ?? fields[name].values();
  const part = (...names) => names.map((name) => fields[name].element);
  const once = el('div', { class: 'pair' }, part('/from', '/to'));
  const weekly = el(
    'div',
    { class: 'fields' },
    part('/weekly/days'),
    el('div', { class: 'pair' }, part('/weekly/start', '/weekly/minutes')),
    el('div', { class: 'pair' }, part('/validFrom', '/validTo')),
  );
  const arrange = () => {
    once.hidden = repeat.value() !== 'once';
    weekly.hidden = repeat.value() === 'once';
  };
  repeat.element.addEventListener('change', arrange);
  arrange();
  return {
    element: el(
      'div',
      { class: 'stack' },
      el(
        'section',
        { class: 'card', 'aria-label': 'Window' },
        el('h2', {}, 'Window'),
        el('div', { class: 'fields' }, part('/name', '/description')),
      ),
      el(
        'section',
        { class: 'card', 'aria-label': 'When' },
        el('h2', {}, 'When'),
        el('div', { class: 'fields' }, repeat.element, once, weekly, part('/timeZone')),
      ),
      el('section', { class: 'card', 'aria-label': 'Which events' }, el('h2', {}, 'Which events'), conditions.element),
    ),
    value: () => valueOf(of, repeat.value(), conditions),
    check: () => conditions.check(),
    showErrors: (errors) =>
      conditions.showErrors(errors).filter(({ pointer, detail }) => {
        const name = Object.keys(fields).find((each) => pointer === each || pointer.startsWith(`${each}/`));
        if (!name) return true;
        fields[name].showError({ message: detail });
        focusOn(fields[name].target);
        return false;
      }),
  };
}

function valueOf(of, repeat, conditions) {
  const scope = conditions.value();
  return {
    name: of('/name'),
    ...(of('/description') && { description: of('/description') }),
    ...(repeat === 'once'
      ? { from: of('/from'), to: of('/to') }
      : {
          weekly: {
            days: of('/weekly/days'),
            start: of('/weekly/start'),
            minutes: of('/weekly/minutes'),
          },
          ...(of('/validFrom') && { validFrom: of('/validFrom') }),
          ...(of('/validTo') && { validTo: of('/validTo') }),
        }),
    timeZone: of('/timeZone'),
    ...(Object.keys(scope).length > 0 && { conditions: scope }),
  };
}

function repeatField(isWeekly) {
  const id = freshId('repeat');
  const radio = (value, label, checked) => {
    const box = el('input', { type: 'radio', name: id, id: `${id}-${value}`, value, checked });
    return { box, element: el('div', { class: 'check' }, box, el('label', { for: box.id }, label)) };
  };
  const radios = [radio('once', 'Once', !isWeekly), radio('weekly', 'Every week', isWeekly)];
  return {
    element: el(
      'fieldset',
      { class: 'field', 'aria-label': 'How often' },
      radios.map(({ element }) => element),
    ),
    value: () => radios.find(({ box }) => box.checked).box.value,
  };
}

const text = (label, value, options) => inputField({ label, value, ...options });

/** A time in the zone of the window, as it is written there. */
const moment = (label, value) => inputField({ label, value: value?.slice(0, 16), type: 'datetime-local' });

const date = (label, value) => inputField({ label, value, type: 'date' });

async function store(state) {
  const { window, form, result } = state;
  result.clear();
  if (!form.check()) return;
  try {
    const document = form.value();
    await (window ? saveWindow(window.name, { ...document, version: window.version }) : addWindow(document));
    state.isLeaving = true;
    goTo('/windows');
  } catch (error) {
    const elsewhere = form.showErrors(error.errors ?? []);
    if (elsewhere.length > 0 || !error.errors?.length)
      result.show(problemBox({ title: error.title, message: error.message, errors: elsewhere }));
    else
      result.show(
        notice('bad', 'The window was not saved', el('p', {}, 'Correct the fields that are marked above, and save again.')),
      );
  }
}

const remove = (state) =>
  removeDefinition(state, {
    kind: 'window',
    name: state.window.name,
    text: 'If it is active, what still lasts goes through the rules now.',
    remove: removeWindow,
  });
