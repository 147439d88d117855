// Filters above a list; they are stored in the URL, so that back, reload and bookmarks keep them.

import { actionButton, el } from './dom.js';
import { rememberAddress } from './remembered.js';
import { goTo, reload, replaceAddress } from './router.js';
import { toLocal, toUtc } from './time_field.js';

const searchDelay = 300;
let lastChanged = ''; // its filter keeps the focus when the list is rebuilt

/**
 * A view of a list with filters above it.
 * @param {{title: string, path: string, query: URLSearchParams, fields: Object[], tools?: Node[],
 *   onSearch?: () => any}} view  fields: see filterBar(); tools: beside the title; onSearch: `query` has another text to search for
 */
export function filteredView({ title, path, query, fields, tools = [], onSearch }, ...content) {
  rememberAddress(path, addressOf(path, query));
  return el(
    'div',
    { class: 'view' },
    el(
      'div',
      { class: 'view-head' },
      el('h1', {}, title),
      el('div', { class: 'actions' }, tools, actionButton('Refresh', async () => reload(), { kind: 'quiet' })),
    ),
    filterBar(path, query, fields, onSearch),
    ...content,
  );
}

const addressOf = (path, query) => (query.size > 0 ? `${path}?${query}` : path);

/** Sets a filter of the current view, or removes it if `value` is ""; the view has to apply it. */
export function setFilter(path, query, name, value) {
  if (value) query.set(name, value);
  else query.delete(name);
  const address = addressOf(path, query);
  replaceAddress(address);
  rememberAddress(path, address);
}

/**
 * @param {string} path  path of the view
 * @param {URLSearchParams} query  the current filters
 * @param {{name: string, label: string, options?: [string, string][], isTime?: boolean, isNumber?: boolean, isSearch?: boolean,
 *   isHidden?: boolean}[]} fields  without options it is a text, a number, or a time: shown in the user's time zone, and in the
 *   URL as UTC. A search is applied while the user types. A hidden one has its control elsewhere.
 */
function filterBar(path, query, fields, onSearch) {
  const apply = (event) => {
    lastChanged = (event.submitter ?? event.target).name ?? '';
    const chosen = new URLSearchParams();
    for (const { name, isHidden } of fields) if (isHidden && query.has(name)) chosen.set(name, query.get(name));
    for (const { name, isTime } of fields.filter(({ isHidden }) => !isHidden)) {
      const text = form.elements[name].value.trim();
      const value = isTime ? toUtc(text) : text;
      if (value) chosen.set(name, value);
    }
    goTo(addressOf(path, chosen));
  };
  const search = (control) => {
    setFilter(path, query, control.name, control.value.trim());
    return onSearch();
  };
  const form = el(
    'form',
    { class: 'filters', role: 'search' },
    fields
      .filter(({ isHidden }) => !isHidden)
      .map((field) => (field.isSearch ? searchField(field, query, search) : filterField(field, query, apply))),
    fields.some(({ isTime }) => isTime) &&
      el('button', { class: 'button secondary', name: 'show', 'data-focus': lastChanged === 'show' }, 'Show'),
  );
  lastChanged = '';
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    apply(event);
  });
  return form;
}

function filterField({ name, label, options, isTime, isNumber }, query, apply) {
  const id = `filter-${name}`;
  if (isTime) return timeField({ id, name, label }, query);
  const control = options
    ? el(
        'select',
        { id, name, onchange: apply, 'data-focus': name === lastChanged },
        options.map(([value, text]) => el('option', { value }, text)),
      )
    : el('input', {
        id,
        name,
        type: 'text',
        inputmode: isNumber ? 'numeric' : null,
        autocomplete: 'off',
        class: 'short',
        onchange: apply,
        'data-focus': name === lastChanged,
      });
  control.value = query.get(name) ?? '';
  return el('div', { class: 'filter' }, el('label', { for: id }, label), control);
}

/** Applied while the user types, without building the view again: the text stays as it is. */
function searchField({ name, label }, query, search) {
  const id = `filter-${name}`;
  let timer;
  const control = el('input', { id, name, type: 'search', autocomplete: 'off', spellcheck: 'false', maxlength: 200 });
  const now = () => {
    clearTimeout(timer);
    if (control.value.trim() !== (query.get(name) ?? '')) search(control);
  };
  control.value = query.get(name) ?? '';
  control.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(now, searchDelay);
  });
  control.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    now();
  });
  return el('div', { class: 'filter search' }, el('label', { for: id }, label), control);
}

/** Applied when the user clicks Show or presses Enter, because every key typed into a time changes its value. */
function timeField({ id, name, label }, query) {
  const control = el('input', { id, name, type: 'datetime-local' });
  control.value = toLocal(query.get(name));
  return el('div', { class: 'filter' }, el('label', { for: id }, label), control);
}

/** Filter by the ticket in the PSA, for users who come from there. */
export const psaTicketFilter = { name: 'psaTicket', label: 'Number in the PSA' };

/** Filters by time. */
export const timeFilters = [
  { name: 'from', label: 'From', isTime: true },
  { name: 'until', label: 'Until', isTime: true },
];

/** Options of a filter by connection. */
export const connectionOptions = (names) => [['', 'All connections'], ...names.map((name) => [name, name])];
