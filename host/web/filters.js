// Filters above a list; they stand in the address, so that back, reload and bookmarks keep them.

import { actionButton, el } from './dom.js';
import { goTo, reload } from './router.js';

let lastChanged = ''; // its filter keeps the focus when the list comes anew

/**
 * A view of a list with filters above it.
 * @param {{title: string, path: string, query: URLSearchParams, fields: Object[]}} view  fields: as filterBar() takes them
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
 * @param {string} path  of the view
 * @param {URLSearchParams} query  the filters now
 * @param {{name: string, label: string, options?: [string, string][]}[]} fields  without options it is a text
 */
function filterBar(path, query, fields) {
  const apply = (event) => {
    lastChanged = event.target.name ?? '';
    const chosen = new URLSearchParams();
    for (const { name } of fields) {
      const value = form.elements[name].value.trim();
      if (value) chosen.set(name, value);
    }
    goTo(chosen.size > 0 ? `${path}?${chosen}` : path);
  };
  const form = el(
    'form',
    { class: 'filters', role: 'search' },
    fields.map((field) => filterField(field, query, apply)),
  );
  lastChanged = '';
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    apply(event);
  });
  return form;
}

function filterField({ name, label, options }, query, apply) {
  const id = `filter-${name}`;
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
        inputmode: 'numeric',
        autocomplete: 'off',
        class: 'short',
        onchange: apply,
        'data-focus': name === lastChanged,
      });
  control.value = query.get(name) ?? '';
  return el('div', { class: 'filter' }, el('label', { for: id }, label), control);
}

/** Options of a filter by connection. */
export const connectionOptions = (names) => [['', 'All connections'], ...names.map((name) => [name, name])];
