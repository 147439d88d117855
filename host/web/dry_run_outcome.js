// What a dry run came to: the requests that were held back.

import { el } from './dom.js';
import { prettyJson } from './format.js';
import { notice } from './notices.js';

/** @param {{heldBack: {method: string, url: string, body: string}[], error?: string}} answer  of the API */
export function dryRunOutcome({ heldBack, error }) {
  if (heldBack.length === 0)
    return notice('bad', 'It would not get as far as creating the ticket', error && el('p', {}, error));
  return notice(
    'info',
    'This would be sent; nothing was created',
    heldBack.map(({ method, url, body }) =>
      el(
        'figure',
        {},
        el('figcaption', {}, el('code', {}, `${method} ${url}`)),
        el('pre', { tabindex: 0, role: 'group', 'aria-label': 'Body of the request' }, prettyJson(body)),
      ),
    ),
  );
}
