// Inserts a name of the event, such as {{customer.name}}, into a text field.

import { announce, el } from './dom.js';
import { templateFields } from './event_fields.js';

/**
 * @param {HTMLInputElement|HTMLTextAreaElement} target
 * @param {{label: string, labels: string[]}} options  label: of the field; labels: names of labels that events have
 */
export function insertMenu(target, { label, labels }) {
  const options = (names) => names.map(([name, text]) => el('option', { value: name }, text));
  const menu = el(
    'select',
    { class: 'insert', 'aria-label': `Insert a value of the event into ${label}` },
    el('option', { value: '' }, 'Insert…'),
    el('optgroup', { label: 'Event' }, options(templateFields)),
    labels.length > 0 &&
      el('optgroup', { label: 'Labels of the last events' }, options(labels.map((name) => [`labels.${name}`, name]))),
  );
  menu.addEventListener('change', (event) => {
    event.stopPropagation();
    if (menu.value) insert(target, `{{${menu.value}}}`);
    menu.value = '';
  });
  return menu;
}

/** At the cursor; at the end if the field never had the focus. */
function insert(target, text) {
  const [start, end] = [target.selectionStart ?? target.value.length, target.selectionEnd ?? target.value.length];
  target.setRangeText(text, start, end, 'end');
  target.dispatchEvent(new Event('input', { bubbles: true }));
  target.focus();
  announce(`${text} was inserted.`);
}
