// A form generated from a schema of a plugin's descriptor: the page knows no field by name.

import { createChoiceField } from './choice_field.js';
import { el, focusOn, freshId, setChildren } from './dom.js';
import { linesControl, pairsControl } from './lines_control.js';

/**
 * @param {Object} schema  from the descriptor: configuration, ticketDefaults
 * @param {{values?: Object, secretsStored?: string[], loadChoices?: Function, known?: Object}} options
 *   loadChoices(list, {query, cursor, dependsOn}) returns {items, nextCursor}; without it such fields are plain texts.
 *   known: values that lists depend on, of fields that are blank or not in this form.
 *   values() has null or "" for a field that was left blank, which removes a stored value; a secret that was left
 *   blank is not included, and stays
 * @returns {{element: HTMLElement, values: () => Object, isDirty: () => boolean, markSaved: () => void,
 *   isComplete: () => boolean, showErrors: (errors: {field: string, message: string, hint?: string}[]) => Object[],
 *   showAll: (error: Error) => boolean, clearErrors: () => void}}  showAll: false if something in an ApiError has no field here
 */
export function createForm(schema, { values = {}, secretsStored = [], loadChoices, known = {} } = {}) {
  const fields = new Map();
  const element = el('div', { class: 'fields' });
  const context = { schema, fields, loadChoices, known };
  for (const [name, field] of inOrder(schema.properties)) {
    const made = createField(context, name, field, values[name], secretsStored.includes(name));
    fields.set(name, made);
    element.append(made.element);
  }
  let saved = JSON.stringify(collect(fields));
  return {
    element,
    values: () => collect(fields),
    isDirty: () => JSON.stringify(collect(fields)) !== saved,
    markSaved: () => {
      saved = JSON.stringify(collect(fields));
    },
    isComplete: () =>
      (schema.required ?? []).every((name) => secretsStored.includes(name) || isGiven(fields.get(name)?.value())),
    clearErrors: () => fields.forEach((field) => field.showError(null)),
    showErrors: (errors) => showErrors(fields, errors),
    showAll: (error) => {
      const found = error.fieldErrors?.() ?? [];
      return showErrors(fields, found).length === 0 && found.length > 0 && found.length === error.errors.length;
    },
  };
}

/** One labelled control as in a form, on its own. */
export function createLabelled({ label, help, required = false, control, id = control.id }) {
  const error = el('p', { class: 'field-error', id: `${id}-error`, hidden: true });
  const helpId = `${id}-help`;
  const target = control.matches('input, select, textarea') ? control : control.querySelector('input');
  target.setAttribute('aria-describedby', `${helpId} ${id}-error`);
  if (required) target.setAttribute('aria-required', 'true');
  const element = el(
    'div',
    { class: 'field' },
    el('label', { for: target.id }, label, required ? el('span', { class: 'required' }, 'required') : null),
    help && el('p', { class: 'help', id: helpId }, help),
    control,
    error,
  );
  return { element, target, showError: (problem) => showError(target, error, problem) };
}

const isGiven = (value) => value !== undefined && value !== null && String(value).trim() !== '';

/** [name, field] of each, as they are shown. */
export const inOrder = (properties) => Object.entries(properties).sort(([, a], [, b]) => (a.order ?? 1000) - (b.order ?? 1000));

function collect(fields) {
  const values = {};
  for (const [name, field] of fields) {
    const value = field.value();
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** Shows errors beside their fields and moves the focus to the first; returns those without a field. */
function showErrors(fields, errors) {
  const elsewhere = errors.filter(({ field }) => !fields.has(field));
  const here = errors.filter(({ field }) => fields.has(field));
  for (const error of here) fields.get(error.field).showError(error);
  if (here.length > 0) focusOn(fields.get(here[0].field).target);
  return elsewhere;
}

function showError(target, place, problem) {
  setChildren(place, problem?.message ?? null, problem?.hint && el('span', { class: 'hint' }, problem.hint));
  place.hidden = !problem;
  if (problem) target.setAttribute('aria-invalid', 'true');
  else target.removeAttribute('aria-invalid');
}

function createField(context, name, field, value, isStored) {
  const id = freshId('field');
  const control = controlFor(context, id, name, field, value, isStored);
  const labelled = createLabelled({
    id,
    label: field.title,
    help: helpOf(field, isStored, Boolean(field.choices && context.loadChoices)),
    control: control.element,
    required: !isStored && (context.schema.required ?? []).includes(name),
  });
  labelled.element.dataset.field = name;
  for (const event of ['input', 'change']) labelled.target.addEventListener(event, () => labelled.showError(null));
  return { ...labelled, value: control.value, parentChanged: control.parentChanged };
}

/** A drop-down list itself shows the effect of leaving it blank. */
function helpOf(field, isStored, isList) {
  if (isStored) return `${field.description} Stored; leave blank to keep it.`;
  if (field.blankMeans && !isList) return `${field.description} Blank: ${field.blankMeans}.`;
  return field.default === undefined ? field.description : `${field.description} Blank: ${field.default}.`;
}

function controlFor(context, id, name, field, value, isStored) {
  if (field.choices && context.loadChoices) return choiceControl(context, id, name, field, value);
  if (field.secret) return secretControl(id, field, isStored);
  if (field.enum)
    return selectControl(
      id,
      field.enum.map((each) => [each, field.enumLabels?.[each] ?? String(each)]),
      value,
      field.blankLabel,
    );
  if (field.type === 'boolean')
    return selectControl(
      id,
      [
        [true, 'Yes'],
        [false, 'No'],
      ],
      value,
    );
  if (field.type === 'integer' || field.type === 'number') return numberControl(id, field, value);
  if (field.type === 'array')
    return linesControl(id, { lines: value ?? [], placeholder: field.placeholder ?? 'One per line' });
  if (field.type === 'object') return pairsControl(id, value ?? {}, field.placeholder);
  return textControl(id, field, value);
}

function choiceControl({ schema, fields, loadChoices, known }, id, name, field, value) {
  const parents = (field.dependsOn ?? []).filter((parent) => schema.properties[parent] || known[parent]);
  const valueOf = (parent) => fields.get(parent)?.value() || known[parent];
  const choice = createChoiceField({
    id,
    value: value ?? '',
    blankLabel: field.blankMeans ?? '',
    missing: () => parents.filter((parent) => !valueOf(parent)).map((parent) => schema.properties[parent].title),
    load: (request) =>
      loadChoices(field.choices, {
        ...request,
        dependsOn: Object.fromEntries(parents.map((parent) => [parent, valueOf(parent)])),
      }),
    onChange: () => tellChildren(schema, fields, name),
  });
  return { element: choice.element, value: choice.value, parentChanged: choice.parentChanged };
}

function tellChildren(schema, fields, parent) {
  for (const [name, field] of Object.entries(schema.properties))
    if (field.dependsOn?.includes(parent)) fields.get(name)?.parentChanged?.();
}

function secretControl(id, field, isStored) {
  const element = el('input', {
    id,
    type: 'password',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: isStored ? '••••••••  stored' : field.placeholder,
  });
  return { element, value: () => element.value || undefined };
}

function textControl(id, field, value) {
  const tag = field.multiline ? 'textarea' : 'input';
  const element = el(tag, {
    id,
    type: field.multiline ? null : 'text',
    rows: field.multiline ? 4 : null,
    placeholder: field.placeholder,
    autocomplete: 'off',
    spellcheck: 'false',
  });
  element.value = value ?? '';
  return { element, value: () => element.value };
}

function numberControl(id, field, value) {
  const element = el('input', {
    id,
    type: 'text',
    inputmode: 'decimal',
    autocomplete: 'off',
    class: 'short',
    placeholder: field.placeholder ?? field.default,
  });
  element.value = value ?? '';
  return { element, value: () => asNumber(element.value.trim()) };
}

/** An invalid number is left unchanged: psa-host reports it, with the name of the field. */
export const asNumber = (text) => (text === '' ? null : Number.isNaN(Number(text)) ? text : Number(text));

function selectControl(id, options, value, blankLabel = '—') {
  const element = el(
    'select',
    { id },
    el('option', { value: '' }, blankLabel),
    options.map(([, label], i) => el('option', { value: String(i) }, label)),
  );
  const present = options.findIndex(([each]) => each === value);
  element.value = present < 0 ? '' : String(present);
  return { element, value: () => (element.value === '' ? null : options[Number(element.value)][0]) };
}
