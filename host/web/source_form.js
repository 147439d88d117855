// The settings of a source: those of its preset, and those that all sources have.

import { actionButton, el, focusOn, freshId } from './dom.js';
import { createForm, createLabelled } from './form.js';
import { loadPreset } from './requests.js';
import { ownZone, zoneField } from './zone_field.js';

const types = { texts: 'array', text: 'string', boolean: 'boolean', choice: 'string', pairs: 'object' };

const common = {
  staleAfterHours: {
    type: 'number',
    title: 'A problem is stale after … hours',
    description: 'If nothing was heard of it for so long: the next problem makes a new ticket, a recovery still ends it.',
  },
  recoveredAfterSilenceMinutes: {
    type: 'number',
    title: 'Treat silence as recovery after … minutes',
    description: 'Only for a sender that repeats problems and sends no recoveries. Blank: silence is no recovery.',
  },
  silentAfterHours: {
    type: 'number',
    title: 'Warn if nothing arrives for … hours',
    description: 'For a sender that always sends something, such as a heartbeat. Blank: no warning.',
  },
  quotaPerMinute: {
    type: 'integer',
    title: 'Deliveries a minute, at most',
    description: 'What exceeds it is rejected with status 503.',
  },
};

/** How a sender signs; blank: as the preset says. */
const signing = {
  header: {
    type: 'string',
    title: 'Header of the signature',
    description: 'It has the HMAC-SHA-256 of the body in hex.',
    order: 1,
  },
  timestampHeader: {
    type: 'string',
    title: 'Header of the time',
    description: 'If the sender signs the time too, as time:body. Blank: it does not.',
    order: 2,
  },
  maxAgeSeconds: {
    type: 'integer',
    title: 'Age of a signature in seconds, at most',
    description: 'If the sender signs the time.',
    default: 300,
    order: 3,
  },
};

/**
 * @param {{preset: Object, source: Object, isNew?: boolean}} options
 * @returns {{element: HTMLElement, value: () => Object, showErrors: (errors: Object[]) => Object[]}}  value: the members of the
 *   document; showErrors: returns the errors without a field here
 */
export function sourceForm({ preset, source, isNew = false }) {
  const settings = createForm(settingsSchema(preset), { values: { ...defaultsOf(preset), ...source.settings } });
  const zone = zoneField({
    help: preset.localTime
      ? 'Of the times that the sender writes without a zone.'
      : 'For times without a zone, if the sender writes any.',
    value: source.timeZone ?? ownZone(),
  });
  const limits = createForm({ properties: numbered(common, preset) }, { values: source });
  const signature = createForm({ properties: signing }, { values: source.signature ?? {} });
  const isSigned = preset.authentication?.includes('signature');
  const reader = readerField(preset, source);
  const enabled = isNew ? null : enabledField(source.enabled ?? true);
  return {
    element: el(
      'div',
      { class: 'fields' },
      enabled?.element,
      settings.element,
      preset.name === 'json' && reader.element,
      zone.element,
      el(
        'details',
        { class: 'more' },
        el('summary', {}, isSigned ? 'Silence, limits, reader, signature' : 'Silence, limits, reader'),
        el('div', { class: 'fields' }, limits.element, preset.name !== 'json' && reader.element, isSigned && signature.element),
      ),
    ),
    value: () => ({
      settings: given(settings.values()),
      timeZone: zone.value(),
      ...given(limits.values()),
      ...(reader.value() && { reader: reader.value() }),
      ...(signature.values().header && { signature: given(signature.values()) }),
      ...(enabled && { enabled: enabled.value() }),
    }),
    showErrors: (errors) =>
      errors.filter(({ pointer, detail }) => {
        const [first, second] = pointer.split('/').slice(1);
        const form = first in common ? limits : { settings, signature }[first];
        if (form) {
          if (form !== settings) form.element.closest('details').open = true;
          return form.showErrors([{ field: second ?? first, message: detail }]).length > 0;
        }
        const place = { timeZone: zone, reader }[first];
        if (place) {
          place.target.closest('details')?.setAttribute('open', '');
          place.showError({ message: detail });
          focusOn(place.target);
        }
        return !place;
      }),
  };
}

const given = (values) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '' && value !== null && value !== undefined));

const defaultsOf = ({ settings = [] }) =>
  Object.fromEntries(settings.map(({ name, default: value }) => [name, value ?? undefined]));

const settingsSchema = ({ settings = [] }) => ({
  properties: Object.fromEntries(
    settings.map(({ name, label, type, help, options }, order) => [
      name,
      { title: label, description: help, type: types[type] ?? 'string', ...(options && { enum: options }), order },
    ]),
  ),
});

/** With what the preset has for a field that is left blank. */
const numbered = (fields, preset) =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field], order) => [name, { ...field, order, default: preset[name] ?? undefined }]),
  );

function readerField(preset, source) {
  const control = el('textarea', { id: freshId('reader'), class: 'code', rows: 10, spellcheck: 'false' });
  control.value = source.reader ?? '';
  const start = async () => {
    control.value = (await loadPreset(preset.name)).reader;
    control.dispatchEvent(new Event('input', { bubbles: true }));
    control.focus();
  };
  const field = createLabelled({
    label: 'Reader',
    help:
      preset.name === 'json'
        ? 'A jq program that turns the body into events. Blank: the one of the preset, for the names that are listed when it is saved.'
        : 'A jq program in the place of the one of the preset. Blank: the one of the preset.',
    control,
  });
  control.addEventListener('input', () => field.showError(null));
  field.element.append(
    el(
      'div',
      { class: 'field-tools' },
      actionButton('Start from the reader of the preset', start, { kind: 'quiet', busy: 'Loading…' }),
    ),
  );
  return { ...field, value: () => control.value.trim() };
}

function enabledField(value) {
  const box = el('input', { type: 'checkbox', id: freshId('enabled') });
  box.checked = value;
  return {
    element: el(
      'div',
      { class: 'check' },
      box,
      el('label', { for: box.id }, 'Enabled', el('span', { class: 'help' }, 'Otherwise its deliveries are rejected.')),
    ),
    value: () => box.checked,
  };
}
