// A list that is loaded page by page, with a button for older entries, and refreshed when psa-host reports changes.

import { actionButton, el, focusOn, setChildren } from './dom.js';
import { problemBox } from './notices.js';
import { onChange } from './stream.js';

const mostAtOnce = 1000; // the maximum that psa-host returns

/**
 * @param {Object} options
 * @param {(cursor: string, limit?: number) => Promise<{items: Object[], next?: string}>} options.load
 * @param {(item: Object) => HTMLElement} options.toRow
 * @param {(item: Object) => string} options.keyOf  equal for items that look the same: their row is kept
 * @param {HTMLElement} options.rows  parent of the rows, inside `options.list`
 * @param {() => HTMLElement} options.empty  shown instead of an empty list
 * @param {string[]} options.kinds  kinds of changes after which it is refreshed, see onChange()
 * @param {AbortSignal} options.signal
 * @param {() => ((a: Object, b: Object) => number)|null} [options.order]  of the items; null: as they are loaded
 * @param {(items: Object[], hasMore: boolean) => void} [options.onShown]  called whenever other items may be shown
 * @returns {Promise<{element: HTMLElement, items: () => Object[], arrange: () => void, reload: () => Promise<void>}>}
 *   with its first page; `items`: those that are shown, in order; `arrange`: call it when the order has changed;
 *   `reload`: when `load` gives another list
 */
export async function pagedList(options) {
  const list = new PagedList(options);
  await list.add('');
  onChange(options.kinds, () => list.refresh(), options.signal);
  return {
    element: list.view,
    items: () => list.entries().map(({ item }) => item),
    arrange: () => list.show(),
    reload: () => list.reload(),
  };
}

class PagedList {
  constructor({ order = () => null, onShown = () => {}, ...options }) {
    Object.assign(this, { ...options, order, onShown, loaded: new Map(), next: '', turn: 0 });
    this.foot = el('div', { class: 'list-foot' });
    this.view = el('div');
  }

  /** {item, row} of each, in the order in which they are shown. */
  entries() {
    const order = this.order();
    const all = [...this.loaded.values()];
    return order ? all.sort((a, b) => order(a.item, b.item)) : all;
  }

  async add(cursor) {
    const { items, next } = await this.load(cursor);
    const made = this.made(items);
    this.keep(new Map([...this.loaded, ...made]), next);
    return made[0]?.[1].row;
  }

  /** Starts over. What an earlier request still returns is ignored. */
  async reload() {
    const turn = ++this.turn;
    try {
      const { items, next } = await this.load('');
      if (turn === this.turn) this.keep(new Map(this.made(items)), next);
    } catch (error) {
      if (this.signal.aborted || turn !== this.turn) return;
      setChildren(this.view, problemBox(error, { retry: () => this.reload() }));
    }
  }

  async refresh() {
    const [turn, count] = [this.turn, this.loaded.size];
    if (count > mostAtOnce) return; // users who look at entries this old do not need new ones
    const { items, next } = await this.load('', Math.max(count, 1));
    if (turn !== this.turn || this.loaded.size !== count) return; // another list, or older ones, were loaded meanwhile
    this.keep(new Map(this.made(items)), next);
  }

  made(items) {
    return items.map((item) => {
      const key = this.keyOf(item);
      return [key, this.loaded.get(key) ?? { item, row: this.toRow(item) }];
    });
  }

  keep(loaded, next) {
    Object.assign(this, { loaded, next });
    setChildren(this.foot, next && actionButton('Show older', () => this.showOlder(), { busy: 'Loading…' }));
    this.show();
  }

  show() {
    const entries = this.entries();
    placeRows(
      this.rows,
      entries.map(({ row }) => row),
    );
    if (entries.length === 0) setChildren(this.view, this.empty(), this.foot);
    else if (this.view.firstChild !== this.list) setChildren(this.view, this.list, this.foot);
    this.onShown(
      entries.map(({ item }) => item),
      Boolean(this.next),
    );
  }

  async showOlder() {
    try {
      focusOn((await this.add(this.next))?.querySelector('a, summary'));
    } catch (error) {
      setChildren(this.foot, problemBox(error, { retry: () => this.showOlder() }));
    }
  }
}

/** Replaces the content of `rows`. Touches nothing if the rows are there already, and keeps the focus. */
export function placeRows(rows, wanted) {
  if (wanted.length === rows.children.length && wanted.every((row, i) => row === rows.children[i])) return;
  const focused = rows.contains(document.activeElement) ? document.activeElement : null;
  setChildren(rows, wanted);
  if (focused) (focused.isConnected ? focused : sameControl(rows, focused))?.focus({ preventScroll: true });
}

/** The control in a new row that has the name of the one in the row that was replaced. */
const sameControl = (rows, control) =>
  [...rows.querySelectorAll(control.localName)].find((each) => accessibleName(each) === accessibleName(control));

const accessibleName = (control) => control.getAttribute('aria-label') ?? control.textContent;
