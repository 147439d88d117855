// Customers: which company of each connection is meant by what sources call a customer. Unknown ones come first.

import { mayDo } from './api.js';
import { actionButton, announce, el, focusOn, setChildren } from './dom.js';
import { onChange } from './stream.js';
import { counted, formatAge, formatTime } from './format.js';
import { notice, problemBox, resultArea } from './notices.js';
import { addAlias, addCustomer, ignoreCustomer, loadCustomers, loadUnknownCustomers } from './requests.js';
import { goTo } from './router.js';

/** Shows unknown customers, then the table. */
export async function customersView({ signal }) {
  const page = new CustomersPage(signal);
  await page.load();
  onChange(['definitions', 'events'], () => page.refresh(), signal);
  return page.element;
}

class CustomersPage {
  constructor(signal) {
    this.signal = signal;
    this.result = resultArea();
    this.unknownPlace = el('div', { class: 'stack' });
    this.tablePlace = el('div', { class: 'stack' });
    this.element = el(
      'div',
      { class: 'view' },
      el(
        'div',
        { class: 'view-head' },
        el('h1', {}, 'Customers'),
        el('p', { class: 'lead' }, 'Which company of each PSA is meant by what the sources call a customer.'),
      ),
      mayDo('admin') &&
        el(
          'div',
          { class: 'actions' },
          actionButton('Add a customer', async () => goTo('/customers/add/new')),
        ),
      this.result.element,
      this.unknownPlace,
      this.tablePlace,
    );
  }

  async load() {
    [this.customers, this.unknown] = await Promise.all([loadCustomers(this.signal), loadUnknownCustomers(this.signal)]);
    setChildren(this.unknownPlace, this.unknown.length > 0 && this.unknownCard());
    setChildren(this.tablePlace, this.customers.length > 0 ? table(this.customers) : this.unknown.length === 0 && noCustomers());
  }

  async refresh() {
    if (!this.element.contains(document.activeElement) || document.activeElement.matches('h1')) await this.load();
  }

  unknownCard() {
    return el(
      'section',
      { class: 'card', 'aria-label': 'Unknown customers' },
      el(
        'div',
        {},
        el('h2', {}, counted(this.unknown.length, 'unknown customer')),
        el(
          'p',
          { class: 'help' },
          'Tickets for them wait for a company, unless a rule says otherwise. Accept a suggestion, or choose the company.',
        ),
      ),
      el(
        'ul',
        { class: 'unknown' },
        this.unknown.map((each) => this.unknownRow(each)),
      ),
    );
  }

  unknownRow(unknown) {
    const { source, count, first, last, suggestions = [] } = unknown;
    const title = nameOf(unknown);
    const accept = (suggestion) =>
      actionButton(`Accept ${suggestionText(suggestion)}`, () => this.accept(unknown, suggestion), {
        kind: suggestion === suggestions[0] ? 'primary' : 'secondary',
        busy: 'Saving…',
        'aria-label': `Accept ${suggestionText(suggestion)} for ${title}`,
      });
    return el(
      'li',
      {},
      el(
        'div',
        {},
        el('strong', {}, title),
        unknown.id && unknown.id !== title && el('span', { class: 'muted' }, ` id ${unknown.id}`),
        el(
          'p',
          { class: 'help', title: `First ${formatTime(first)}, last ${formatTime(last)}` },
          `${source}, ${counted(count ?? 1, 'event')}${last ? `, last ${formatAge(last)} ago` : ''}`,
        ),
      ),
      mayDo('admin') &&
        el(
          'div',
          { class: 'actions' },
          suggestions.slice(0, 3).map(accept),
          actionButton(
            'Choose…',
            async () => goTo(`/customers/add/new?${new URLSearchParams({ source, id: unknown.id, name: unknown.name })}`),
            { 'aria-label': `Choose the company of ${title}` },
          ),
          actionButton('Ignore', () => this.ignore(unknown), { kind: 'quiet', 'aria-label': `Ignore ${title}` }),
        ),
    );
  }

  async accept(unknown, suggestion) {
    this.result.clear();
    try {
      const alias = aliasOf(unknown);
      if (suggestion.customer) await addAlias(suggestion.customer, alias);
      else
        await addCustomer({
          name: nameOf(unknown),
          aliases: [alias],
          companies: { [suggestion.connection]: suggestion.company },
        });
      await this.load();
      this.result.show(notice('good', `${nameOf(unknown)} is ${suggestionText(suggestion)} from now on`));
    } catch (error) {
      this.result.show(problemBox(error));
    }
    this.focusList();
  }

  async ignore(unknown) {
    this.result.clear();
    try {
      await ignoreCustomer(unknown);
      await this.load();
      announce(`${nameOf(unknown)} is not listed any more.`);
    } catch (error) {
      this.result.show(problemBox(error));
    }
    this.focusList();
  }

  focusList() {
    focusOn(this.unknownPlace.querySelector('.unknown button') ?? this.element.querySelector('h1'));
  }
}

const nameOf = ({ id, name }) => name || id;

/** How the source calls it; the id, if it has one, which does not change when it is renamed. */
export const aliasOf = ({ source, id, name }) => (id ? { source, id } : { source, name });

const suggestionText = ({ customer, connection, label }) => customer ?? `${label} (${connection})`;

function table(customers) {
  const connections = [...new Set(customers.flatMap(({ companies }) => Object.keys(companies ?? {})))].sort();
  const cell = (name, ...content) => el('td', { 'data-label': name }, ...content);
  return el(
    'table',
    { class: 'table' },
    el('caption', { class: 'visually-hidden' }, 'Customers'),
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        ['Customer', 'Called', ...connections].map((name) => el('th', { scope: 'col' }, name)),
      ),
    ),
    el(
      'tbody',
      {},
      customers.map(({ name, aliases = [], companies = {} }) =>
        el(
          'tr',
          {},
          el('th', { scope: 'row' }, el('a', { href: `#/customers/${encodeURIComponent(name)}` }, name)),
          cell('Called', el('span', { class: 'row-title' }, aliases.map(aliasText).join(', ') || '—')),
          connections.map((connection) => cell(connection, companies[connection] ?? el('span', { class: 'muted' }, 'not set'))),
        ),
      ),
    ),
  );
}

const aliasText = ({ source, id, name }) =>
  `${id ? `id ${id}` : `“${name}”`} ${source === '*' ? 'in any source' : `in ${source}`}`;

const noCustomers = () =>
  notice(
    'info',
    'No customers yet',
    el(
      'p',
      {},
      'Customers that events name appear here, with suggestions from the PSA. You can add some before the first event.',
    ),
  );
