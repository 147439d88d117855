// A list that is loaded page by page, with a button for older entries.

import { actionButton, el, focusOn, setChildren } from './dom.js';
import { problemBox } from './notices.js';

/**
 * @param {Object} options
 * @param {(cursor: string) => Promise<{items: Object[], next?: string}>} options.load
 * @param {(items: Object[]) => HTMLElement[]} options.toRows
 * @param {HTMLElement} options.rows  where they go, in `options.list`
 * @param {HTMLElement} options.empty  shown in place of an empty list
 * @returns {Promise<HTMLElement>}  the list, with its first page
 */
export async function pagedList({ load, toRows, rows, list, empty }) {
  const foot = el('div', { class: 'list-foot' });
  const addPage = async (cursor) => {
    const { items, next } = await load(cursor);
    const made = toRows(items);
    rows.append(...made);
    setChildren(
      foot,
      next &&
        actionButton(
          'Show older',
          () =>
            addPage(next)
              .then((first) => focusOn(first?.querySelector('a, summary')))
              .catch((error) => setChildren(foot, problemBox(error, { retry: () => addPage(next) }))),
          { busy: 'Loading…' },
        ),
    );
    return made[0];
  };
  const first = await addPage('');
  return first ? el('div', {}, list, foot) : empty;
}
