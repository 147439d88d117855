// One labelled control on its own: a text, a number, a time, or a choice among a few.

import { el, freshId } from './dom.js';
import { asNumber, createLabelled } from './form.js';

/**
 * @param {{label: string, help?: string, value?: any, required?: boolean, type?: string, isNumber?: boolean, attributes?: Object}}
 *   options  type: of the input element; attributes: more of its attributes
 * @returns {{element: HTMLElement, target: HTMLElement, value: () => any, showError: (problem: Object|null) => void}}  value: a
 *   text without outer blanks; of a number null if it is blank, and what is not a number as it was entered: psa-host reports it
 */
export function inputField({ label, help, value, required, type = 'text', isNumber = false, attributes = {} }) {
  const control = el('input', {
    id: freshId('input'),
    type,
    inputmode: isNumber ? 'numeric' : null,
    class: isNumber ? 'short' : null,
    autocomplete: 'off',
    ...attributes,
  });
  control.value = value ?? '';
  const entered = () => control.value.trim();
  return { ...labelled({ label, help, control, required }), value: () => (isNumber ? asNumber(entered()) : entered()) };
}

/** @param {{label: string, help?: string, options: [string, string][], value?: string, required?: boolean}} field  options: values and names */
export function selectField({ label, help, options, value, required }) {
  const control = el(
    'select',
    { id: freshId('select') },
    options.map(([each, text]) => el('option', { value: each }, text)),
  );
  control.value = value ?? options[0]?.[0] ?? '';
  return { ...labelled({ label, help, control, required }), value: () => control.value };
}

/** Its error goes when something else is entered. */
function labelled(options) {
  const field = createLabelled(options);
  for (const event of ['input', 'change']) options.control.addEventListener(event, () => field.showError(null));
  return field;
}
