// A group of checkboxes under one label.

import { el, freshId, setChildren } from './dom.js';

/**
 * @param {{label: string, help?: string, options: {value: string, label: string, help?: string}[], chosen?: string[]}} group
 * @returns {{element: HTMLElement, target: HTMLElement, values: () => string[], showError: (problem: Object|null) => void}}
 */
export function createCheckGroup({ label, help, options, chosen = [] }) {
  const id = freshId('group');
  const error = el('p', { class: 'field-error', id: `${id}-error`, hidden: true });
  const boxes = options.map(({ value }, i) => el('input', { type: 'checkbox', id: `${id}-${i}`, value }));
  boxes.forEach((box) => {
    box.checked = chosen.includes(box.value);
  });
  const element = el(
    'fieldset',
    { class: 'field', 'aria-describedby': `${id}-error` },
    el('legend', {}, label),
    help && el('p', { class: 'help' }, help),
    options.map((option, i) =>
      el(
        'div',
        { class: 'check' },
        boxes[i],
        el('label', { for: boxes[i].id }, option.label, option.help && el('span', { class: 'help' }, option.help)),
      ),
    ),
    error,
  );
  const showError = (problem) => {
    setChildren(error, problem?.message ?? null);
    error.hidden = !problem;
    for (const box of boxes)
      if (problem) box.setAttribute('aria-invalid', 'true');
      else box.removeAttribute('aria-invalid');
  };
  element.addEventListener('change', () => showError(null));
  return {
    element,
    target: boxes[0],
    values: () => boxes.filter(({ checked }) => checked).map(({ value }) => value),
    showError,
  };
}
