// Texts to copy: shown with a button that copies them.

import { actionButton, announce, el } from './dom.js';

/**
 * @param {string} label  what it is, such as "Address"
 * @param {string} text
 * @param {{multiline?: boolean}} options
 */
export function copyable(label, text, { multiline = false } = {}) {
  const shown = multiline
    ? el('pre', { tabindex: 0, role: 'group', 'aria-label': label }, text)
    : el('code', { class: 'copy-text' }, text);
  const button = actionButton('Copy', () => copy(shown, text, button), { 'aria-label': `Copy: ${label}` });
  return el('div', { class: multiline ? 'copy tall' : 'copy' }, shown, button);
}

/** If the browser denies access to the clipboard, the text is selected, so that one key copies it. */
async function copy(shown, text, button) {
  try {
    await navigator.clipboard.writeText(text);
    announce('Copied.');
    setTimeout(() => sayCopied(button));
  } catch {
    getSelection().selectAllChildren(shown);
    announce('It is selected: copy it with the keyboard.');
  }
}

function sayCopied(button) {
  button.textContent = 'Copied';
  setTimeout(() => {
    button.textContent = 'Copy';
  }, 2000);
}
