// Messages about success and failure, with the next step.

import { actionButton, el, setChildren } from './dom.js';

/**
 * A coloured box with a title and content.
 * @param {'good'|'bad'|'warn'|'info'} tone
 */
export function notice(tone, title, ...children) {
  return el(
    'div',
    { class: `notice ${tone}`, role: tone === 'bad' ? 'alert' : null },
    el('p', { class: 'notice-title' }, title),
    ...children,
  );
}

/**
 * The error of a failed request. `retry` adds a button that tries again; `fields: false` omits the list of fields if
 * they are shown beside the fields themselves; `next` is a link to where it can be fixed.
 */
export function problemBox(error, { retry, fields = true, next } = {}) {
  const errors = fields ? (error.errors ?? []) : [];
  const saysAll = errors.length > 0 && errors.every(({ detail }) => error.message.includes(detail));
  return notice(
    'bad',
    error.title ?? 'Something went wrong on this page',
    !saysAll && el('p', {}, error.message),
    errors.length > 0 &&
      el(
        'ul',
        {},
        errors.map(({ pointer, detail }) => el('li', {}, !saysAll && el('code', {}, `${pointer} `), detail)),
      ),
    error.retryAfter > 0 && el('p', {}, `Try again in ${error.retryAfter} seconds.`),
    error.title === undefined && el('p', {}, 'Reload the page; if the problem persists, report what you did.'),
    next,
    retry && actionButton('Try again', async () => retry()),
  );
}

/** A place for results, announced by screen readers when it changes. */
export function resultArea() {
  const area = el('div', { class: 'result', 'aria-live': 'polite' });
  return {
    element: area,
    show: (...nodes) => setChildren(area, ...nodes).scrollIntoView({ block: 'nearest' }),
    clear: () => setChildren(area),
  };
}

/** A short word in a coloured pill. */
export const badge = (tone, text) => el('span', { class: `badge ${tone}` }, text);
