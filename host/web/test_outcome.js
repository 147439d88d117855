// The result of a connection test, with the next step.

import { el, facts } from './dom.js';
import { notice } from './notices.js';

/**
 * @param {{ok: boolean, result?: Object, error?: Object}} outcome
 * @param {string} [next]  what to do after a passed test
 */
export const testOutcome = (outcome, next) => (outcome.ok ? passed(outcome.result, next) : failed(outcome.error));

function passed({ summary, details = [], warnings = [] }, next) {
  return el(
    'div',
    {},
    notice('good', summary, next && el('p', {}, next)),
    warnings.map(({ message, hint }) => notice('warn', message, hint && el('p', {}, hint))),
    details.length > 0 && facts(details.map(({ label, value }) => [label, value])),
  );
}

function failed({ message, explanation, hint, detail }) {
  return notice(
    'bad',
    message,
    explanation && el('p', {}, explanation),
    hint && el('p', {}, el('strong', {}, 'Next: '), hint),
    detail && el('details', {}, el('summary', {}, 'For support'), el('p', {}, detail)),
  );
}
