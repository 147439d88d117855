// Filters above a list; they are stored in the URL, so that back, reload and bookmarks keep them.

import { actionButton, el } from './dom.js';
import { goTo, reload } from './router.js';
import { toLocal, toUtc } from './time_field.js';

let lastChanged = ''; // its filter keeps the focus when the list is rebuilt

/**
 * A view of a list with filters above it.
 * @param {{title: string, path: string, query: URLSearchParams, fields: Object[]}} view  fields: see filterBar()
 */
export const filteredView = ({ title, path, query, fields }, content) =>
  el(
    'div',
    { class: 'view' },
    el(
      'div',
      { class: 'view-head' },
      el('h1', {}, title),
      actionButton('Refresh', async () => reload(), { kind: 'quiet' }),
    ),
    filterBar(path, query, fields),
    content,
  );

/**
 * @param {string} path  path of the view
 * @param {URLSearchParams} query  the current filters
 * @param {{name: string, label: string, options?: [string, string][], isTime?: boolean, isNumber?: boolean}[]} fields  without
 *   options it is a text, a number, or a time: shown in the user's time zone, and in the URL as UTC
 */
function filterBar(path, query, fields) {
  const apply = (event) => {
    lastChanged = (event.submitter ?? event.target).name ?? '';
    const chosen = new URLSearchParams();
    for (const { name, isTime } of fields) {
      const text = form.elements[name].value.trim();
      const value = isTime ? toUtc(text) : text;
      if (value) chosen.set(name, value);
    }
    goTo(chosen.size > 0 ? `${path}?${chosen}` : path);
  };
  const form = el(
    'form',
    { class: 'filters', role: 'search' },
    fields.map((field) => filterField(field, query, apply)),
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
