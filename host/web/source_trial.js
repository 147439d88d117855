// Tries a source with a body that is pasted: what it is read as, its events, and what the rules would do. Nothing is stored.

import { actionButton, el, facts, freshId, setChildren } from './dom.js';
import { decisionDetail, dryRunResults, kindBadge, partyText, severityBadge, ticketPreview, unsetNote } from './decisions.js';
import { counted, formatTime } from './format.js';
import { notice, problemBox } from './notices.js';
import { tryBody } from './requests.js';

/**
 * @param {{input: () => Object}} options  input: what reads the body, {source} or {preset, settings, ...}
 * @returns {{element: HTMLElement, fill: (body: string) => void}}
 */
export function sourceTrial({ input }) {
  const body = el('textarea', { id: freshId('body'), class: 'code', rows: 8, spellcheck: 'false' });
  const headers = el('textarea', {
    id: freshId('headers'),
    class: 'code',
    rows: 3,
    spellcheck: 'false',
    placeholder: 'Content-Type: application/json',
  });
  const query = el('input', {
    id: freshId('query'),
    type: 'text',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'name=value&other=value',
  });
  const result = el('div', { class: 'result', 'aria-live': 'polite' });
  const tryIt = async () => {
    try {
      setChildren(result, outcome(await tryBody({ ...input(), ...requestOf(body.value, headers.value, query.value) })));
    } catch (error) {
      setChildren(result, problemBox(error));
    }
  };
  const field = (label, control) => el('div', { class: 'field wide' }, el('label', { for: control.id }, label), control);
  const element = el(
    'div',
    { class: 'stack' },
    el('p', { class: 'help' }, 'Paste a body as the sender would send it. Nothing is stored, and nothing is done.'),
    field('Body', body),
    el(
      'details',
      { class: 'more' },
      el('summary', {}, 'Headers and query'),
      el('div', { class: 'fields' }, field('Headers, one per line', headers), field('Query', query)),
    ),
    el('div', { class: 'actions' }, actionButton('Try it', tryIt, { kind: 'primary', busy: 'Reading…' })),
    result,
  );
  return {
    element,
    fill: (text) => {
      body.value = text;
    },
  };
}

function requestOf(body, headerText, queryText) {
  const headers = Object.fromEntries(
    headerText
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
      .map((line) => [line.split(':')[0].trim(), line.split(':').slice(1).join(':').trim()]),
  );
  const contentType = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const query = Object.fromEntries(new URLSearchParams(queryText.replace(/^\?/, '')));
  return {
    body,
    ...(contentType && { contentType }),
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(Object.keys(query).length > 0 && { query }),
  };
}

function outcome({ events, refused, failed, tree, unset, notes = [], decisions }) {
  return [
    refused &&
      notice(
        'warn',
        'The source refuses this body',
        el('p', {}, refused),
        el('p', {}, 'A sender would get status 400 with this text.'),
      ),
    failed &&
      notice(
        'bad',
        'The source does not understand this body',
        el('p', {}, failed),
        el('p', {}, 'Such a delivery is kept. Correct the settings or the reader, then try again.'),
      ),
    !refused &&
      !failed &&
      notice(
        events.length > 0 ? 'good' : 'info',
        events.length > 0 ? counted(events.length, 'event') : 'This body has no events',
      ),
    notes.map((note) => notice('info', note)),
    events.map((event, i) => eventCard(event, decisions[i])),
    unset.length > 0 &&
      el(
        'details',
        { class: 'more' },
        el('summary', {}, `${counted(unset.length, 'value')} counted as not set`),
        el(
          'ul',
          { class: 'values' },
          unset.map((pointer) => el('li', {}, el('code', {}, pointer))),
        ),
      ),
    tree &&
      el(
        'details',
        { class: 'more' },
        el('summary', {}, 'What the reader gets'),
        el('pre', { tabindex: 0, 'aria-label': 'What the reader gets' }, JSON.stringify(tree, null, 2)),
      ),
  ].filter(Boolean);
}

function eventCard(event, decision) {
  return el(
    'section',
    { class: 'inset', 'aria-label': event.title || event.key || event.kind },
    el(
      'div',
      { class: 'ticket-head' },
      kindBadge(event.kind),
      severityBadge(event.severity),
      el('strong', {}, event.title || event.key),
    ),
    facts([
      ['Customer', partyText(event.customer)],
      ['Device', partyText(event.device)],
      ['Started', formatTime(event.startedAt)],
      ['Key', event.key && el('code', {}, event.key)],
    ]),
    el(
      'details',
      { class: 'more' },
      el('summary', {}, 'All of the event'),
      el('pre', { tabindex: 0, 'aria-label': 'The event' }, JSON.stringify(event, null, 2)),
    ),
    decision &&
      el(
        'div',
        { class: 'stack' },
        el('h3', {}, 'What the rules would do'),
        decisionDetail(decision, { isTrial: true }),
        ticketPreview(decision.ticket),
        unsetNote(decision.unset),
        dryRunResults(decision.dryRun),
      ),
  );
}
