// What a test of a connection came to, with the next step.

import { el, facts } from './dom.js';
import { badge, notice } from './notices.js';

/**
 * @param {{ok: boolean, result?: Object, error?: Object}} outcome
 * @param {Object} descriptor  of the plugin: explains its common errors
 * @param {string} [next]  what to do after a good test
 */
export function testOutcome(outcome, descriptor, next) {
  return outcome.ok ? passed(outcome.result, next) : failed(outcome.error, descriptor);
}

function passed({ summary, details = [], warnings = [] }, next) {
  return el('div', {},
    notice('good', summary, next && el('p', {}, next)),
    warnings.map(({ message, hint }) => notice('warn', message, hint && el('p', {}, hint))),
    details.length > 0 && facts(details.map(({ label, value }) => [label, value])));
}

function failed(error, descriptor) {
  return notice('bad', error.message,
    error.hint && el('p', {}, el('strong', {}, 'Next: '), error.hint),
    explanations(error, descriptor.commonErrors ?? []).map(({ title, explanation, hint }) =>
      el('div', { class: 'explanation' }, badge('quiet', title), el('p', {}, explanation), hint && el('p', {}, hint))));
}

/** The common errors of that kind; where the message tells the status of HTTP, only those that have it. */
function explanations({ status, message }, commonErrors) {
  const ofKind = commonErrors.filter((each) => each.status === status);
  const exact = ofKind.filter(({ httpStatus }) => httpStatus && new RegExp(`\\b${httpStatus}\\b`).test(message));
  return exact.length > 0 ? exact : ofKind;
}
