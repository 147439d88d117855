// What psa-host decided about an event, in words.

import { el, facts } from './dom.js';
import { badge } from './notices.js';

const decisions = {
  ticket: ['Ticket', 'good', 'It made a ticket.'],
  storm: ['Storm', 'warn', 'Too many tickets in a short time: it became a note of the ticket for all of them.'],
  held: ['Held', 'info', 'The rule waits before it makes a ticket.'],
  repeat: ['Repeat', 'quiet', 'It was counted: the problem is known.'],
  note: ['Note', 'info', 'It became a note of the ticket.'],
  recovered: ['Over', 'good', 'The problem is over.'],
  resolved: ['Resolved', 'good', 'The problem is over, and its ticket is resolved.'],
  reopened: ['Reopened', 'warn', 'The problem came back: its ticket is open again.'],
  suppressed: ['Suppressed', 'quiet', 'A rule counts such events and makes no ticket.'],
  window: ['Window', 'quiet', 'A maintenance window suppresses it.'],
  no_rule: ['No rule', 'warn', 'No rule took it. Add one, or a last rule without conditions.'],
  dry_run: ['Dry run', 'info', 'Only rules in dry run took it, so nothing was done.'],
  unknown_customer: [
    'Unknown customer',
    'warn',
    'Its customer is in no table: the ticket waits for somebody who chooses the company.',
  ],
  late: ['Late', 'quiet', 'It belongs to a problem that was over already.'],
  nothing: ['Nothing to do', 'quiet', 'It needs no ticket: a test, a recovery without a problem, or another kind of event.'],
  own: ['psa-host', 'quiet', 'It is about psa-host itself, which has a ticket for that already.'],
  closed_by_human: ['Closed', 'warn', 'Somebody closed the ticket while the problem lasts.'],
  silence: ['Silence', 'quiet', 'Nothing was heard of the problem, which counts as its end.'],
  stale: ['Stale', 'quiet', 'Nothing was heard of the problem for a long time.'],
  duplicate: ['Duplicate', 'quiet', 'The same delivery was there before.'],
};

/** Options of a filter by decision. */
export const decisionOptions = [['', 'All decisions'], ...Object.entries(decisions).map(([code, [label]]) => [code, label])];

const known = (code) => decisions[code] ?? [code, 'quiet', ''];

export function decisionBadge(code) {
  const [label, tone] = known(code);
  return badge(tone, label);
}

const decisionMeaning = (code) => known(code)[2];

const kindTones = { problem: 'bad', update: 'info', recovery: 'good', test: 'quiet', other: 'quiet' };

export const kindBadge = (kind) => badge(kindTones[kind] ?? 'quiet', kind);

const severityTones = { critical: 'bad', high: 'bad', medium: 'warn', low: 'info', info: 'quiet' };

export const severityBadge = (severity) => severity && badge(severityTones[severity] ?? 'quiet', severity);

/** The name of a customer or device, with its id if there is no name. */
export const partyName = (party) => party?.name || party?.id || '';

export const partyText = (party) =>
  [party?.name, party?.id && party.id !== party.name && `(${party.id})`, party?.address].filter(Boolean).join(' ');

/** The decision with why: links to what it names. `isTrial`: it is what would be decided. */
export function decisionDetail(decision, { isTrial = false } = {}) {
  const { code, text, window, rule, ruleVersion, why, skipped = [] } = decision;
  const link = (path, name) => name && el('a', { href: `#/${path}/${encodeURIComponent(name)}` }, name);
  return el(
    'div',
    { class: 'stack' },
    el('div', { class: 'ticket-head' }, decisionBadge(code), el('p', {}, text || (isTrial ? '' : decisionMeaning(code)))),
    facts([
      ['Window', link('windows', window)],
      ['Rule', rule && [link('rules', rule), ruleVersion && `, version ${ruleVersion}`].filter(Boolean)],
      ['Why', why],
    ]),
    skipped.length > 0 &&
      el(
        'div',
        {},
        el('h3', {}, 'Rules that could not be evaluated'),
        el(
          'ul',
          { class: 'values' },
          skipped.map((each) => el('li', {}, link('rules', each.rule), `: ${each.why}`)),
        ),
      ),
  );
}

/** What rules in dry run would have done. */
export const dryRunResults = (results = []) =>
  results.length > 0 &&
  el(
    'div',
    { class: 'stack' },
    el('h3', {}, 'Rules in dry run'),
    results.map(({ rule, why, ticket, unset = [] }) =>
      el(
        'div',
        { class: 'inset' },
        el(
          'p',
          {},
          el('a', { href: `#/rules/${encodeURIComponent(rule)}` }, rule),
          ticket ? ' would have made this ticket:' : ' would have taken it.',
        ),
        why && el('p', { class: 'help' }, why),
        ticketPreview(ticket),
        unsetNote(unset),
      ),
    ),
  );

/** @param {Object|null} request  of a ticket that would be made */
export function ticketPreview(request) {
  if (!request) return null;
  const { title, description, key, fields: own = {}, ...rest } = request;
  return el(
    'div',
    { class: 'preview-ticket' },
    title && el('p', {}, el('strong', {}, title)),
    description && el('p', { class: 'note-text clamp-long' }, description),
    facts(
      [...Object.entries(rest), ...Object.entries(own)].map(([name, value]) => [
        name,
        typeof value === 'object' ? JSON.stringify(value) : String(value),
      ]),
    ),
  );
}

export const unsetNote = (unset = []) =>
  unset.length > 0 && el('p', { class: 'help warn-text' }, `Not set in this event: ${unset.join(', ')}.`);
