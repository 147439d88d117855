// The ticket that a rule makes: its connection, and its fields as fixed values or as templates filled from the event.

import { choicesOf, loadIntegrations } from './connections.js';
import { createChoiceField } from './choice_field.js';
import { actionButton, announce, el, focusOn, freshId, setChildren } from './dom.js';
import { createForm, createLabelled } from './form.js';
import { selectField } from './input_field.js';
import { insertMenu } from './insert_menu.js';
import { notice } from './notices.js';
import { canBeTemplate, isCommon, ticketFields } from './ticket_fields.js';

const always = ['title', 'description'];
const blankTexts = {
  title: 'Blank: the title of the event.',
  description: 'Blank: the text of the event, its severity, customer, device, start, source and links.',
};

/** The connections that a rule can use: [{name, descriptor, ticketDefaults}]. */
export async function loadTargets(signal) {
  const { groups } = await loadIntegrations(signal);
  return groups.flatMap(({ descriptor, connections }) =>
    connections.map(({ name, ticketDefaults }) => ({ name, descriptor, ticketDefaults })),
  );
}

/**
 * @param {{ticket: Object|null, targets: Object[], labels: string[], signal: AbortSignal, onChange: () => void}} options
 *   ticket: of a rule's document; targets: from loadTargets()
 * @returns {{element: HTMLElement, value: () => Object, showErrors: (errors: Object[]) => Object[]}}  showErrors: those of
 *   "/ticket..." beside their fields; returns the others
 */
export function ruleTicket({ ticket, targets, labels, signal, onChange }) {
  const editor = new TicketEditor(ticket ?? {}, { targets, labels, signal, onChange });
  return {
    element: editor.element,
    value: () => editor.value(),
    showErrors: (errors) => errors.filter((error) => !editor.showError(error)),
  };
}

class TicketEditor {
  constructor(ticket, context) {
    Object.assign(this, context);
    this.connection = this.connectionField(ticket.connection);
    this.fieldsPlace = el('div', { class: 'stack' });
    this.element = el('div', { class: 'stack' }, this.connection.element, this.fieldsPlace);
    for (const kind of ['input', 'change']) this.element.addEventListener(kind, () => this.onChange());
    this.open(flat(ticket.fields ?? {}), ticket.unknownCustomer);
  }

  connectionField(chosen) {
    const name = chosen ?? this.targets[0]?.name ?? '';
    const names = [...new Set([...this.targets.map((target) => target.name), ...(name ? [name] : [])])];
    const options = names.map((each) => [each, each]);
    const field = selectField({ label: 'Connection', help: 'Where the tickets go.', options, value: name, required: true });
    field.target.addEventListener('change', () => {
      const { title, description } = this.form?.values() ?? {};
      this.open({ title, description }, undefined); // the ids of one PSA mean nothing in another
    });
    return field;
  }

  open(values, unknownCustomer) {
    const name = this.connection.target.value;
    this.target = this.targets.find((target) => target.name === name) ?? null;
    if (!this.target) {
      this.form = null;
      this.unknown = null;
      setChildren(this.fieldsPlace, this.targets.length === 0 ? noTarget() : null);
      return;
    }
    this.known = Object.fromEntries(
      Object.entries(ticketFields(this.target.descriptor)).filter(([each, field]) => canBeTemplate(each, field)),
    );
    this.choices = choicesOf(name, this.signal);
    this.names = [...new Set([...always, ...Object.keys(values).filter((each) => values[each] !== undefined)])];
    this.templates = new Set(this.names.filter((each) => isTemplate(values[each])));
    this.formPlace = el('div');
    this.adder = this.adderElement();
    this.unknown = unknownCustomerField(unknownCustomer, this.known.company, this.choices);
    setChildren(this.fieldsPlace, this.formPlace, this.adder, this.unknown.element);
    this.showForm(values);
  }

  showForm(values) {
    const properties = Object.fromEntries(this.names.map((name, order) => [name, this.schemaOf(name, order)]));
    this.form = createForm({ properties }, { values, loadChoices: this.choices, known: this.target.ticketDefaults });
    for (const name of this.names) this.addTools(name, properties[name]);
    setChildren(this.formPlace, this.form.element);
    this.offerFields();
  }

  /** A field that is filled from the event is a text. */
  schemaOf(name, order) {
    const field = this.known[name] ?? { title: name, description: '' };
    const asText = this.templates.has(name) || always.includes(name) || !(field.choices || field.enum);
    const base = { title: field.title, description: helpOf(name, field), order };
    if (asText) return { ...base, type: 'string', multiline: name === 'description' || field.multiline };
    return { ...field, ...base, default: undefined, blankMeans: 'the ticket default' };
  }

  addTools(name, schema) {
    const field = this.form.element.querySelector(`[data-field="${CSS.escape(name)}"]`);
    const control = field.querySelector('input, textarea');
    const isText = schema.type === 'string' && !schema.choices && !schema.enum && control;
    const original = this.known[name];
    const canChoose = !always.includes(name) && (original?.choices || original?.enum);
    const tools = el(
      'div',
      { class: 'field-tools' },
      isText && insertMenu(control, { label: schema.title, labels: this.labels }),
      canChoose && this.toggle(name, schema.title),
      !always.includes(name) &&
        actionButton('Remove', async () => this.removeField(name), { kind: 'quiet', 'aria-label': `Remove: ${schema.title}` }),
    );
    field.insertBefore(tools, field.querySelector('.field-error'));
  }

  toggle(name, title) {
    const isFilled = this.templates.has(name);
    const label = isFilled ? 'Choose from the list' : 'Fill from the event';
    return actionButton(label, async () => this.switchField(name, !isFilled), {
      kind: 'quiet',
      'aria-label': `${label}: ${title}`,
    });
  }

  switchField(name, isFilled) {
    const values = { ...this.form.values(), [name]: '' };
    if (isFilled) this.templates.add(name);
    else this.templates.delete(name);
    this.showForm(values);
    focusOn(this.form.element.querySelector(`[data-field="${CSS.escape(name)}"] input`));
    this.onChange();
  }

  removeField(name) {
    const values = this.form.values();
    this.names = this.names.filter((each) => each !== name);
    delete values[name];
    this.showForm(values);
    focusOn(this.adder.querySelector('select'));
    announce(`${this.known[name]?.title ?? name} was removed.`);
    this.onChange();
  }

  adderElement() {
    const id = freshId('add-field');
    const select = el('select', { id });
    const add = () => {
      const name = select.value;
      if (!name) return;
      const values = this.form.values();
      this.names.push(name);
      const { choices, enum: listed } = this.known[name];
      if (!choices && !listed) this.templates.add(name);
      this.showForm(values);
      focusOn(this.form.element.querySelector(`[data-field="${CSS.escape(name)}"]`).querySelector('input, select, textarea'));
    };
    select.addEventListener('change', (event) => event.stopPropagation());
    return el(
      'div',
      { class: 'adder' },
      el('div', { class: 'filter' }, el('label', { for: id }, 'Another field of the ticket'), select),
      actionButton('Add', async () => add()),
    );
  }

  offerFields() {
    const left = Object.entries(this.known).filter(([name]) => !this.names.includes(name));
    setChildren(
      this.adder.querySelector('select'),
      left.map(([value, { title }]) => el('option', { value }, title)),
    );
    this.adder.hidden = left.length === 0;
  }

  value() {
    const filled = Object.entries(this.form?.values() ?? {}).filter(([, value]) => value !== '' && value !== null);
    const [common, own] = [filled.filter(([name]) => isCommon(name)), filled.filter(([name]) => !isCommon(name))];
    return {
      connection: this.connection.target.value,
      fields: {
        ...Object.fromEntries(common),
        ...(own.length > 0 && { fields: Object.fromEntries(own) }),
      },
      ...(this.unknown && { unknownCustomer: this.unknown.value() }),
    };
  }

  /** True if the error has its place here. */
  showError({ pointer, detail }) {
    if (pointer === '/ticket/connection') {
      this.connection.showError({ message: detail });
      focusOn(this.connection.target);
      return true;
    }
    if (pointer.startsWith('/ticket/unknownCustomer')) return Boolean(this.unknown?.showError(detail));
    const name = /^\/ticket\/fields\/(?:fields\/)?([^/]+)$/.exec(pointer)?.[1];
    if (!name || !this.names?.includes(name)) return false;
    return this.form.showErrors([{ field: name, message: detail }]).length === 0;
  }
}

const flat = ({ fields, ...common }) => ({ ...common, ...fields });

const isTemplate = (value) => typeof value === 'string' && value.includes('{{');

function helpOf(name, { description }) {
  if (name === 'company')
    return 'Only if all tickets of this rule are for one company: it takes the place of the customers table.';
  return blankTexts[name] ?? description;
}

/** Says that there is nothing that a rule could make tickets in. */
export const noTarget = () =>
  notice(
    'info',
    'There is no connection yet',
    el('p', {}, el('a', { href: '#/integrations' }, 'Connect a PSA'), ' first: a rule needs one for its tickets.'),
  );

/** What to do if the customer of an event is in no table. */
function unknownCustomerField(value, company, choices) {
  const isDefault = typeof value === 'object' && value !== null;
  const field = selectField({
    label: 'If the customer is unknown',
    help: 'An event names a customer that is not in the customers table, or none at all.',
    options: [
      ['review', 'Keep the ticket for review until somebody chooses a company'],
      ['company', 'Use one company, with a warning in the ticket'],
    ],
    value: isDefault ? 'company' : 'review',
  });
  const choice = createChoiceField({
    id: freshId('unknown-company'),
    value: isDefault ? value.company : '',
    load: company?.choices
      ? (request) => choices(company.choices, request)
      : () => Promise.reject(new Error('This plugin lists no companies.')),
  });
  const which = createLabelled({
    label: 'Company for unknown customers',
    control: choice.element,
    id: choice.input.id,
    required: true,
  });
  const arrange = () => {
    which.element.hidden = field.value() !== 'company';
  };
  field.target.addEventListener('change', arrange);
  choice.input.addEventListener('change', () => which.showError(null));
  arrange();
  return {
    element: el('div', { class: 'stack' }, field.element, which.element),
    value: () => (field.value() === 'company' ? { company: choice.value() } : 'review'),
    showError: (detail) => {
      const at = field.value() === 'company' ? which : field;
      at.showError({ message: detail });
      focusOn(at.target);
      return true;
    },
  };
}
