// A list that is loaded page by page, with a button for older entries, and refreshed when psa-host reports changes.

import { actionButton, el, focusOn, setChildren } from './dom.js';
import { onChange } from './events.js';
import { problemBox } from './notices.js';

const mostAtOnce = 1000; // the maximum that psa-host returns

/**
 * @param {Object} options
 * @param {(cursor: string, limit?: number) => Promise<{items: Object[], next?: string}>} options.load
 * @param {(item: Object) => HTMLElement} options.toRow
 * @param {(item: Object) => string} options.keyOf  equal for items that look the same: their row is kept
 * @param {HTMLElement} options.rows  parent of the rows, inside `options.list`
 * @param {HTMLElement} options.empty  shown instead of an empty list
 * @param {string[]} options.kinds  kinds of changes after which it is refreshed, see onChange()
 * @param {AbortSignal} options.signal
 * @returns {Promise<HTMLElement>}  the list, with its first page
 */
export async function pagedList({ load, toRow, keyOf, rows, list, empty, kinds, signal }) {
  const foot = el('div', { class: 'list-foot' });
  const view = el('div');
  let shown = new Map(); // key → row, in order
  const fill = () => {
    placeRows(rows, [...shown.values()]);
    const content = shown.size > 0 ? list : empty;
    if (view.firstChild !== content) setChildren(view, content, content === list && foot);
  };
  const offer = (next) =>
    setChildren(foot, next && actionButton('Show older', () => showOlder(next), { busy: 'Loading…' }));
  const rowOf = (item) => shown.get(keyOf(item)) ?? toRow(item);
  const add = async (cursor) => {
    const { items, next } = await load(cursor);
    const made = items.map((item) => [keyOf(item), rowOf(item)]);
    shown = new Map([...shown, ...made]);
    rows.append(...made.map(([, row]) => row));
    offer(next);
    return made[0]?.[1];
  };
  const showOlder = (cursor) =>
    add(cursor)
      .then((first) => focusOn(first?.querySelector('a, summary')))
      .catch((error) => setChildren(foot, problemBox(error, { retry: () => add(cursor) })));
  const refresh = async () => {
    const count = shown.size;
    if (count > mostAtOnce) return; // users who look at entries this old do not need new ones
    const { items, next } = await load('', Math.max(count, 1));
    if (shown.size !== count) return; // older ones were added meanwhile
    shown = new Map(items.map((item) => [keyOf(item), rowOf(item)]));
    fill();
    offer(next);
  };
  await add('');
  fill();
  onChange(kinds, refresh, signal);
  return view;
}

/** Touches nothing if the rows are there already, and keeps the focus. */
function placeRows(rows, wanted) {
  if (wanted.length === rows.children.length && wanted.every((row, i) => row === rows.children[i])) return;
  const focused = rows.contains(document.activeElement) ? document.activeElement : null;
  setChildren(rows, wanted);
  focused?.focus({ preventScroll: true });
}
