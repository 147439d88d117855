// One customer: how sources call it, and its company in each connection.

import { mayDo } from './api.js';
import { createChoiceField } from './choice_field.js';
import { choicesOf } from './connections.js';
import { aliasOf } from './customers.js';
import { removeDefinition } from './definition_removal.js';
import { actionButton, announce, el, focusOn, freshId, runOnce } from './dom.js';
import { createLabelled } from './form.js';
import { inputField } from './input_field.js';
import { notice, problemBox, resultArea } from './notices.js';
import { addCustomer, loadCustomers, loadSources, removeCustomer, saveCustomer } from './requests.js';
import { goTo, guardLeaving } from './router.js';
import { loadTargets } from './rule_ticket.js';

const anySource = '*';

/** The customer of the address. */
export async function customerView({ parameters, signal }) {
  const customers = await loadCustomers(signal);
  const customer = customers.find(({ name }) => name === parameters.name);
  if (!customer)
    return el(
      'div',
      { class: 'view' },
      el('h1', {}, 'Customer'),
      notice(
        'bad',
        `There is no customer ${parameters.name}`,
        el('p', {}, el('a', { href: '#/customers' }, 'Show all customers')),
      ),
    );
  return show(customer, false, signal);
}

/** A new customer; the address may have what a source calls it. */
export async function newCustomerView({ query, signal }) {
  const [source, id, name] = ['source', 'id', 'name'].map((each) => query.get(each) ?? '');
  return show({ name: name || id, aliases: source ? [aliasOf({ source, id, name })] : [], companies: {} }, true, signal);
}

async function show(customer, isNew, signal) {
  const [sources, targets] = await Promise.all([loadSources(signal), loadTargets(signal)]);
  const form = customerForm(customer, { sources: sources.map(({ name }) => name), targets, signal });
  const state = { customer, isNew, form, result: resultArea() };
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
        actionButton('Cancel', async () => goTo('/customers'), { kind: 'quiet' }),
        !isNew && actionButton('Remove', () => remove(state), { kind: 'danger' }),
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
    el('p', { class: 'crumb' }, el('a', { href: '#/customers' }, '← Customers')),
    el('h1', {}, isNew ? 'New customer' : customer.name),
    element,
  );
}

function customerForm(customer, { sources, targets, signal }) {
  const name = inputField({ label: 'Name', value: customer.name, required: true });
  const aliases = aliasRows(customer.aliases ?? [], sources);
  const companies = new Map(companyFields(customer.companies ?? {}, targets, signal));
  const kept = Object.entries(customer.companies ?? {}).filter(([connection]) => !companies.has(connection)); // removed since
  return {
    element: el(
      'div',
      { class: 'stack' },
      el('section', { class: 'card', 'aria-label': 'Customer' }, name.element),
      el(
        'section',
        { class: 'card', 'aria-label': 'How sources call it' },
        el(
          'div',
          {},
          el('h2', {}, 'How sources call it'),
          el('p', { class: 'help' }, 'An id is compared exactly; a name without upper and lower case.'),
        ),
        aliases.element,
      ),
      el(
        'section',
        { class: 'card', 'aria-label': 'Companies' },
        el('h2', {}, 'Companies'),
        companies.size > 0
          ? el(
              'div',
              { class: 'fields' },
              [...companies.values()].map(({ element }) => element),
            )
          : el('p', { class: 'muted' }, 'There is no connection yet.'),
      ),
    ),
    value: () => ({
      name: name.value(),
      aliases: aliases.value(),
      companies: Object.fromEntries(
        [...kept, ...[...companies].map(([connection, field]) => [connection, field.value()])].filter(([, value]) => value),
      ),
    }),
    showErrors: (errors) =>
      errors.filter(({ pointer, detail }) => {
        const [first, second] = pointer.split('/').slice(1);
        const place =
          first === 'name'
            ? name
            : first === 'companies'
              ? companies.get(second)
              : first === 'aliases'
                ? aliases.at(Number(second))
                : null;
        place?.showError({ message: detail });
        if (place) focusOn(place.target);
        return !place;
      }),
  };
}

const companyFields = (companies, targets, signal) =>
  targets.map(({ name, descriptor }) => {
    const list = descriptor.ticketDefaults?.properties?.company?.choices ?? descriptor.ticketFields?.properties?.company?.choices;
    const choices = choicesOf(name, signal);
    const choice = createChoiceField({
      id: freshId('company'),
      value: companies[name] ?? '',
      blankLabel: 'none',
      load: list ? (request) => choices(list, request) : () => Promise.reject(new Error('This plugin lists no companies.')),
    });
    const field = createLabelled({
      label: name,
      help: `Its company in ${descriptor.name}.`,
      control: choice.element,
      id: choice.input.id,
    });
    choice.input.addEventListener('change', () => field.showError(null));
    return [name, { ...field, value: choice.value }];
  });

/** Rows of {source, id or name}. */
function aliasRows(aliases, sources) {
  const rows = [];
  const list = el('div', { class: 'condition-list' });
  const add = (alias) => {
    const row = aliasRow(alias, sources, () => {
      rows.splice(rows.indexOf(row), 1);
      row.element.remove();
      focusOn(adder);
      announce('The name was removed.');
    });
    rows.push(row);
    list.append(row.element);
    return row;
  };
  const adder = actionButton('Add a name or id', async () => focusOn(add({ source: anySource, name: '' }).target));
  aliases.forEach(add);
  return {
    element: el('div', { class: 'stack' }, list, el('div', { class: 'actions' }, adder)),
    value: () => rows.map((row) => row.value()),
    at: (index) => rows[index] ?? rows[0],
  };
}

function aliasRow({ source, id, name }, sources, remove) {
  const names = [...new Set([anySource, ...sources, source])];
  const where = el(
    'select',
    { 'aria-label': 'Source' },
    names.map((each) => el('option', { value: each }, each === anySource ? 'Any source' : each)),
  );
  where.value = source;
  const kind = el(
    'select',
    { 'aria-label': 'Kind' },
    el('option', { value: 'name' }, 'has the name'),
    el('option', { value: 'id' }, 'has the id'),
  );
  kind.value = id ? 'id' : 'name';
  const text = el('input', { type: 'text', 'aria-label': 'Name or id', autocomplete: 'off', spellcheck: 'false' });
  text.value = id || name || '';
  const error = el('p', { class: 'field-error', hidden: true });
  const showError = (problem) => {
    error.textContent = problem?.message ?? '';
    error.hidden = !problem;
    if (problem) text.setAttribute('aria-invalid', 'true');
    else text.removeAttribute('aria-invalid');
  };
  text.addEventListener('input', () => showError(null));
  return {
    element: el(
      'div',
      { class: 'condition', role: 'group', 'aria-label': 'Name or id' },
      where,
      kind,
      el('div', { class: 'condition-value' }, text),
      actionButton('Remove', async () => remove(), { kind: 'quiet', 'aria-label': 'Remove the name or id' }),
      error,
    ),
    target: text,
    showError,
    value: () => ({ source: where.value, [kind.value]: text.value.trim() }),
  };
}

async function store(state) {
  const { customer, isNew, form, result } = state;
  result.clear();
  try {
    const document = form.value();
    await (isNew ? addCustomer(document) : saveCustomer(customer.name, { ...document, version: customer.version }));
    state.isLeaving = true;
    goTo('/customers');
  } catch (error) {
    const elsewhere = form.showErrors(error.errors ?? []);
    if (elsewhere.length > 0 || !error.errors?.length)
      result.show(problemBox({ title: error.title, message: error.message, errors: elsewhere }));
  }
}

const remove = (state) =>
  removeDefinition(state, {
    kind: 'customer',
    name: state.customer.name,
    text: 'Events that name it have an unknown customer from then on.',
    remove: removeCustomer,
  });
