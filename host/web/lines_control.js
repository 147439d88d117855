// Lists and pairs, entered one per line.

import { el } from './dom.js';

/** @param {{lines: string[], placeholder: string, toValue?: (lines: string[]) => any}} options */
export function linesControl(id, { lines, placeholder, toValue = (filled) => filled }) {
  const element = el('textarea', { id, rows: 3, placeholder, spellcheck: 'false' });
  element.value = lines.join('\n');
  const filled = () =>
    element.value
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
  return { element, value: () => (filled().length > 0 ? toValue(filled()) : null) };
}

/** `pairs`: an object of strings. */
export const pairsControl = (id, pairs, placeholder = 'name = value, one per line') =>
  linesControl(id, {
    lines: Object.entries(pairs).map(([name, value]) => `${name} = ${value}`),
    placeholder,
    toValue: (lines) => Object.fromEntries(lines.map(asPair)),
  });

function asPair(line) {
  const [name, ...rest] = line.split('=');
  return [name.trim(), rest.join('=').trim()];
}
