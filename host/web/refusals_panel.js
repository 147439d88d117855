// Requests that psa-host rejected: webhooks and tickets whose senders often do not report it, by path.

import { get } from './api.js';
import { el, setChildren } from './dom.js';
import { counted, formatTime } from './format.js';
import { problemBox } from './notices.js';

const interval = 10000; // minimum, in milliseconds
const columns = ['When', 'From', 'Answer', 'Why'];

/**
 * The panel. `refresh` loads it, or loads it again if its content is old.
 * @returns {{element: HTMLElement, refresh: () => Promise<void>}}
 */
export function refusalsPanel({ signal }) {
  const list = el('div', { class: 'stack', 'aria-busy': 'true' });
  let filled = 0;
  const fill = async () => {
    const { since, addresses } = await get('/v1/refusals', { signal });
    setChildren(list, addresses.length === 0 ? nothing(since) : addresses.map(address));
  };
  const refresh = async () => {
    if (Date.now() - filled < interval) return;
    filled = Date.now();
    await fill().catch((error) => signal?.aborted || setChildren(list, problemBox(error)));
    list.removeAttribute('aria-busy');
  };
  const element = el(
    'section',
    { class: 'stack', 'aria-label': 'Rejected webhooks and tickets' },
    el('h2', {}, 'Rejected webhooks and tickets'),
    el('p', { class: 'help' }, 'The latest ones by path. A restart clears them; the log has them too.'),
    list,
  );
  return { element, refresh };
}

const nothing = (since) => el('p', { class: 'muted' }, `None since ${formatTime(since)}.`);

const address = ({ address: path, count, last }) =>
  el(
    'article',
    { class: 'card', 'aria-label': `Rejected at ${path}` },
    el(
      'div',
      { class: 'card-head' },
      el('div', { class: 'card-title' }, el('h3', {}, path), el('p', { class: 'subtitle' }, `rejected ${counted(count, 'time')}`)),
    ),
    el(
      'table',
      { class: 'table' },
      el('caption', { class: 'visually-hidden' }, `Latest rejections at ${path}, newest first`),
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          columns.map((name) => el('th', { scope: 'col' }, name)),
        ),
      ),
      el('tbody', {}, last.map(row)),
    ),
  );

function row({ time, from, token, status, code, detail }) {
  const values = [formatTime(time), [from ?? 'unknown', token && ` · token ${token}`], `${status} ${code}`, detail];
  return el(
    'tr',
    {},
    values.map((value, i) => el('td', { 'data-label': columns[i], class: value === detail && 'detail' }, value)),
  );
}
