// The result of a dry run: the withheld requests, and warnings.

import { el } from './dom.js';
import { prettyJson } from './format.js';
import { notice } from './notices.js';

/**
 * @param {{withheldRequests: {method: string, url: string, body: string}[], warnings?: string[], error?: string}} answer
 *   from the API
 * @param {{sent?: string, refused?: string, nothing?: {title: string, text: string}}} texts  titles; `nothing`: if there is
 *   nothing to send, which is no error
 */
export function dryRunOutcome({ withheldRequests, warnings = [], error }, texts = {}) {
  const { sent = 'This would be sent; nothing was created', refused = 'The ticket would not be created', nothing } = texts;
  const isNothing = withheldRequests.length === 0 && !error && nothing;
  return el(
    'div',
    {},
    withheldRequests.length > 0 && notice('info', sent, withheldRequests.map(requestFigure)),
    isNothing && notice('info', nothing.title, el('p', {}, nothing.text)),
    (error || (withheldRequests.length === 0 && !nothing)) && notice('bad', refused, error && el('p', {}, error)),
    warnings.map((warning) => notice('warn', warning)),
  );
}

const requestFigure = ({ method, url, body }) =>
  el(
    'figure',
    {},
    el('figcaption', {}, el('code', {}, `${method} ${url}`)),
    el('pre', { tabindex: 0, role: 'group', 'aria-label': 'Body of the request' }, prettyJson(body)),
  );
