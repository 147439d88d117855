// Modal dialogs.

import { el } from './dom.js';

/**
 * Asks for confirmation, for a text if `input` is given, and for one of `options`, the first of which is preselected.
 * `content`: shown below the text; isWide: it needs more room.
 * @param {{title: string, text: string, confirm: string, cancel?: string, danger?: boolean, content?: HTMLElement,
 *   isWide?: boolean, input?: {label: string, help?: string, required?: boolean, isSecret?: boolean},
 *   options?: {legend: string, choices: {value: string, label: string}[]}}} question
 * @returns {Promise<{value: string, option: string}|null>}  null: cancelled
 */
export function confirmDialog({ title, text, confirm, cancel = 'Cancel', danger = false, content, isWide, input, options }) {
  const field = input && inputField(input);
  const choice = options && optionField(options);
  const dialog = el(
    'dialog',
    { class: isWide ? 'dialog wide' : 'dialog', 'aria-labelledby': 'dialog-title' },
    el(
      'form',
      { method: 'dialog' },
      el('h2', { id: 'dialog-title' }, title),
      el('p', {}, text),
      content && el('div', { class: 'dialog-content', tabindex: 0, role: 'group', 'aria-label': 'Details' }, content),
      choice?.element,
      field?.element,
      el(
        'div',
        { class: 'actions' },
        el('button', { class: `button ${danger ? 'danger' : 'primary'}`, value: 'yes' }, confirm),
        el(
          'button',
          {
            class: 'button secondary',
            value: 'no',
            type: 'button',
            autofocus: danger && !input,
            onclick: () => dialog.close('no'),
          },
          cancel,
        ),
      ),
    ),
  );
  return openDialog(dialog).then((answer) =>
    answer === 'yes' ? { value: field ? field.control.value.trim() : '', option: choice ? choice.value() : '' } : null,
  );
}

/** Shows `dialog` until it is closed, then restores the focus; resolves with its return value. */
export function openDialog(dialog) {
  const before = document.activeElement;
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      if (before?.isConnected) before.focus();
      resolve(dialog.returnValue);
    });
  });
}

function inputField({ label, help, required, isSecret }) {
  const control = el('input', {
    id: 'dialog-input',
    type: isSecret ? 'password' : 'text',
    required,
    autocomplete: 'off',
    'aria-describedby': help ? 'dialog-help' : null,
  });
  return {
    control,
    element: el(
      'div',
      { class: 'field' },
      el('label', { for: 'dialog-input' }, label),
      help && el('p', { class: 'help', id: 'dialog-help' }, help),
      control,
    ),
  };
}

function optionField({ legend, choices }) {
  const radios = choices.map(({ value }, i) =>
    el('input', { type: 'radio', name: 'option', id: `dialog-option-${i}`, value, checked: i === 0 }),
  );
  return {
    value: () => radios.find(({ checked }) => checked).value,
    element: el(
      'fieldset',
      { class: 'field' },
      el('legend', {}, legend),
      choices.map(({ label }, i) => el('div', { class: 'check' }, radios[i], el('label', { for: radios[i].id }, label))),
    ),
  };
}
