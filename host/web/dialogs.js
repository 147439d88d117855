// Modal dialogs.

import { el } from './dom.js';

/**
 * Asks for confirmation, and for a text if `input` is given.
 * @param {{title: string, text: string, confirm: string, cancel?: string, danger?: boolean,
 *   input?: {label: string, help?: string, required?: boolean}}} question
 * @returns {Promise<{value: string}|null>}  null: cancelled
 */
export function confirmDialog({ title, text, confirm, cancel = 'Cancel', danger = false, input }) {
  const field = input && inputField(input);
  const dialog = el(
    'dialog',
    { class: 'dialog', 'aria-labelledby': 'dialog-title' },
    el(
      'form',
      { method: 'dialog' },
      el('h2', { id: 'dialog-title' }, title),
      el('p', {}, text),
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
  return openDialog(dialog).then((answer) => (answer === 'yes' ? { value: field?.control.value.trim() ?? '' } : null));
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

function inputField({ label, help, required }) {
  const control = el('input', {
    id: 'dialog-input',
    type: 'text',
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
