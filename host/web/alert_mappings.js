// Which label or annotation of an alert becomes which field of the ticket.

import { actionButton, announce, el, focusOn, freshId, setChildren } from './dom.js';
import { createForm } from './form.js';
import { canComeFromAlerts, ticketFields } from './ticket_fields.js';

/**
 * @param {Object} context  of the connection's card
 * @param {Object} fields  as in the API: {priority: {from, values, default}}
 * @returns {{element: HTMLElement, values: () => Object, clearErrors: () => void,
 *   showErrors: (errors: {pointer: string, detail: string}[]) => Object[]}}  showErrors returns the errors without a field here
 */
export function alertMappings(context, fields) {
  const known = knownFields(context.descriptor);
  const rows = new Map();
  const list = el('div', { class: 'mappings' });
  const adder = createAdder((name) => {
    const row = add(name, {});
    focusOn(row.element.querySelector('textarea'));
  });
  const add = (name, mapping) => {
    const row = createRow(context, name, known[name] ?? { title: name, description: '' }, mapping, () => remove(name));
    rows.set(name, row);
    list.append(row.element);
    adder.offer(known, rows);
    return row;
  };
  const remove = (name) => {
    rows.get(name).element.remove();
    rows.delete(name);
    adder.offer(known, rows);
    adder.focus();
    announce(`${known[name]?.title ?? name} was removed.`);
  };
  adder.offer(known, rows);
  for (const [name, mapping] of Object.entries(fields)) add(name, mapping);
  return {
    element: el('div', { class: 'stack' }, list, adder.element),
    values: () => Object.fromEntries([...rows].map(([name, row]) => [name, row.value()])),
    clearErrors: () => rows.forEach(({ form }) => form.clearErrors()),
    showErrors: (errors) => errors.filter((error) => !showError(rows, error)),
  };
}

const knownFields = (descriptor) =>
  Object.fromEntries(Object.entries(ticketFields(descriptor)).filter(([name, field]) => canComeFromAlerts(name, field)));

function createRow({ connection, choices }, name, field, mapping, remove) {
  const schema = {
    properties: {
      from: { type: 'array', title: 'From', description: '', placeholder: 'label:severity', order: 1 },
      values: { type: 'object', title: 'Values', description: '', placeholder: 'critical = Critical', order: 2 },
      default: {
        ...field,
        title: 'Default',
        description: '',
        default: undefined,
        dependsOn: [],
        blankMeans: 'none',
        order: 3,
      },
    },
  };
  const form = createForm(schema, {
    values: mapping,
    loadChoices: choicesFor(field, connection, choices),
  });
  const title = el('h5', {}, field.title);
  const element = el(
    'section',
    { class: 'mapping', 'aria-label': field.title },
    el(
      'div',
      { class: 'mapping-head' },
      title,
      actionButton('Remove', async () => remove(), { kind: 'quiet', 'aria-label': `Remove: ${field.title}` }),
    ),
    form.element,
  );
  return { element, form, title: field.title, value: () => valueOf(form.values()) };
}

/** A list that depends on another field uses the value in the ticket defaults; without one, names are entered as text. */
function choicesFor({ dependsOn = [] }, { ticketDefaults }, choices) {
  const parents = dependsOn.map((parent) => [parent, ticketDefaults[parent]]);
  if (parents.some(([, value]) => !value)) return undefined;
  return (list, request) => choices(list, { ...request, dependsOn: Object.fromEntries(parents) });
}

function valueOf({ from, values, default: fallback }) {
  return {
    ...(from && { from: from.map(asSource) }),
    ...(values && { values }),
    ...(fallback && { default: fallback }),
  };
}

/** Most users mean a label, and enter only its name. */
const asSource = (text) => (text.includes(':') ? text : `label:${text}`);

function showError(rows, { pointer, detail }) {
  const name = [...rows.keys()].find((each) => `${pointer}/`.startsWith(`/fields/${each}/`));
  if (name === undefined) return false;
  const { form, title } = rows.get(name);
  const [part = '', index = ''] = pointer.slice(`/fields/${name}/`.length).split('/');
  const field = ['from', 'values', 'default'].includes(part) ? part : 'from';
  const place = part === 'from' && index ? `line ${Number(index) + 1} ` : part === 'values' && index ? `“${index}” ` : '';
  form.showErrors([{ field, message: `${title}: ${place}${detail}.` }]);
  return true;
}

function createAdder(onAdd) {
  const id = freshId('add-field');
  const select = el('select', { id });
  const button = actionButton('Add', async () => select.value && onAdd(select.value));
  const element = el(
    'div',
    { class: 'adder' },
    el('div', { class: 'filter' }, el('label', { for: id }, 'Field of the ticket'), select),
    button,
  );
  return {
    element,
    focus: () => focusOn(select),
    offer: (known, rows) => {
      const left = Object.entries(known).filter(([name]) => !rows.has(name));
      setChildren(
        select,
        left.map(([value, { title }]) => el('option', { value }, title)),
      );
      element.hidden = left.length === 0;
    },
  };
}
