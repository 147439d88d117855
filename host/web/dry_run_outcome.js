// The result of a dry run: the withheld requests, and warnings.

import { el } from './dom.js';
import { prettyJson } from './format.js';
import { notice } from './notices.js';

/**
 * @param {{withheldRequests: {method: string, url: string, body: string}[], warnings?: string[], error?: string}} answer
 *   from the API
 */
export function dryRunOutcome({ withheldRequests, warnings = [], error }) {
  return el(
    'div',
    {},
    withheldRequests.length === 0
      ? notice('bad', 'The ticket would not be created', error && el('p', {}, error))
      : notice('info', 'This would be sent; nothing was created', withheldRequests.map(requestFigure)),
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
