// The keyboard in a list: moves between its rows, opens and selects them. Never while somebody types.

import { actionButton, el, focusOn } from './dom.js';
import { openDialog } from './dialogs.js';

const offKey = 'psa-host.keys'; // "off" in this browser's storage: no single letters

const keys = [
  ['j or ↓', 'Next row'],
  ['k or ↑', 'Previous row'],
  ['Enter', 'Open the ticket of the row'],
  ['x', 'Select the row, or the opposite'],
  ['/', 'Search'],
  ['?', 'Show these keys'],
];

/**
 * @param {{rows: HTMLElement, search: () => HTMLInputElement, signal: AbortSignal}} list  each row has a link, and may
 *   have a checkbox
 */
export function listKeys({ rows, search, signal }) {
  const acts = {
    j: () => step(rows, 1),
    k: () => step(rows, -1),
    ArrowDown: () => isInside(rows) && step(rows, 1),
    ArrowUp: () => isInside(rows) && step(rows, -1),
    x: () => toggle(currentRow(rows)),
    '/': () => focusOn(search()),
    '?': () => void showKeys(),
  };
  const pressed = (event) => {
    const act = acts[event.key];
    const isLetter = event.key.length === 1;
    if (!act || event.ctrlKey || event.altKey || event.metaKey || isBusy(event.target) || (isLetter && areOff())) return;
    if (act() !== false) event.preventDefault();
  };
  document.addEventListener('keydown', pressed, { signal });
}

/** The button that shows the keys. */
export const keysButton = () => actionButton('Keys', showKeys, { kind: 'quiet' });

/** A letter typed into a field is only a letter, and a dialog has its own keys. */
const isBusy = (target) =>
  Boolean(document.querySelector('dialog[open]')) ||
  target.closest('select, textarea, [contenteditable], [role="combobox"], input:not([type="checkbox"]):not([type="radio"])') !== null;

const isInside = (rows) => rows.contains(document.activeElement);

const currentRow = (rows) => [...rows.children].find((row) => row.contains(document.activeElement));

/** False if there is no such row. */
function step(rows, by) {
  const all = [...rows.children];
  const current = all.indexOf(currentRow(rows));
  const next = all[current < 0 ? (by > 0 ? 0 : all.length - 1) : current + by];
  if (!next) return false;
  focusOn(next.querySelector('a'));
  return true;
}

/** False if there is nothing to select. */
function toggle(row) {
  const box = row?.querySelector('input[type="checkbox"]');
  box?.click();
  return Boolean(box);
}

const areOff = () => stored() === 'off';

function stored() {
  try {
    return localStorage.getItem(offKey);
  } catch {
    return null; // storage is blocked: the keys are on
  }
}

async function showKeys() {
  const box = el('input', { type: 'checkbox', id: 'keys-on', checked: !areOff() });
  const dialog = el(
    'dialog',
    { class: 'dialog', 'aria-labelledby': 'dialog-title' },
    el(
      'form',
      { method: 'dialog' },
      el('h2', { id: 'dialog-title' }, 'Keys'),
      el(
        'dl',
        { class: 'facts' },
        keys.map(([key, meaning]) => el('div', {}, el('dt', {}, el('kbd', {}, key)), el('dd', {}, meaning))),
      ),
      el('div', { class: 'check' }, box, el('label', { for: box.id }, 'Use single letters as keys in this browser')),
      el('div', { class: 'actions' }, el('button', { class: 'button primary', value: 'close', autofocus: true }, 'Close')),
    ),
  );
  await openDialog(dialog);
  try {
    localStorage.setItem(offKey, box.checked ? 'on' : 'off');
  } catch {
    // Storage is blocked: the choice lasts no longer than the dialog.
  }
}
