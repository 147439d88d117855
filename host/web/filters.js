// Filters above a list; they stand in the address, so that back, reload and bookmarks keep them.

import { el } from './dom.js';
import { goTo } from './router.js';

/**
 * @param {string} path  of the view
 * @param {URLSearchParams} query  the filters now
 * @param {{name: string, label: string, options?: [string, string][]}[]} fields  without options it is a text
 */
export function filterBar(path, query, fields) {
  const apply = () => {
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
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    apply();
  });
  return form;
}

function filterField({ name, label, options }, query, apply) {
  const id = `filter-${name}`;
  const control = options
    ? el(
        'select',
        { id, name, onchange: apply },
        options.map(([value, text]) => el('option', { value }, text)),
      )
    : el('input', { id, name, type: 'text', inputmode: 'numeric', autocomplete: 'off', onchange: apply, class: 'short' });
  control.value = query.get(name) ?? '';
  return el('div', { class: 'filter' }, el('label', { for: id }, label), control);
}

/** Options of a filter by connection. */
export const connectionOptions = (names) => [['', 'All connections'], ...names.map((name) => [name, name])];
