// What a rule would do: with the last events, or with a body that was pasted. Nothing is stored.

import { actionButton, el, freshId, setChildren } from './dom.js';
import { kindBadge, severityBadge, ticketPreview, unsetNote } from './decisions.js';
import { counted, formatNumber, formatTime } from './format.js';
import { badge, notice, problemBox } from './notices.js';
import { previewRule, testRules, tryBody } from './requests.js';

const typingPause = 700; // before the preview follows the form

/** What was found, and the first examples. */
export function previewResult({ events, matched, takenEarlier, tickets, examples, problems, all }, days) {
  const time = days === 1 ? 'in the last day' : `in the last ${days} days`;
  const earlier = takenEarlier > 0 ? ` (${formatNumber(takenEarlier)} of them go to rules above it)` : '';
  const summary =
    events === 0
      ? `There were no events ${time}.`
      : `Of ${counted(events, 'event')} ${time} it matches ${counted(matched, 'problem')}${earlier}, and would have made ${counted(tickets, 'ticket')}.`;
  return el(
    'div',
    { class: 'stack' },
    notice(
      matched === 0 && events > 0 ? 'warn' : 'info',
      summary,
      matched === 0 && events > 0 && el('p', {}, 'Change the conditions if it should have matched some of them.'),
    ),
    problems.length > 0 &&
      notice(
        'warn',
        'Not all of it would have worked',
        el(
          'ul',
          {},
          problems.map((problem) => el('li', {}, problem)),
        ),
      ),
    examples.map(example),
    !all && el('p', { class: 'help' }, 'There were more events than the preview looks at.'),
  );
}

function example({ event, ticket, unset, needsReview }) {
  return el(
    'details',
    { class: 'example' },
    el(
      'summary',
      {},
      severityBadge(event.severity),
      el('span', { class: 'example-title' }, event.title || event.key || 'Erased'),
      el('span', { class: 'muted' }, formatTime(event.received)),
    ),
    ticketPreview(ticket) ?? el('p', { class: 'muted' }, 'It makes no ticket.'),
    needsReview && reviewNote(),
    unsetNote(unset),
  );
}

/**
 * @param {{rule: () => Object, sources: string[], signal: AbortSignal}} options  rule: its document as it is in the form
 * @returns {{element: HTMLElement, follow: () => void}}  follow: call it when the form has changed
 */
export function rulePreview({ rule, sources, signal }) {
  const preview = new Preview(rule, sources, signal);
  preview.show();
  return { element: preview.element, follow: () => preview.follow() };
}

class Preview {
  constructor(rule, sources, signal) {
    Object.assign(this, { rule, signal, asked: 0 });
    this.days = el(
      'select',
      { id: freshId('days') },
      [1, 7, 30].map((days) => el('option', { value: days }, days === 1 ? 'Last day' : `Last ${days} days`)),
    );
    this.days.value = '7';
    this.days.addEventListener('change', () => this.show());
    this.result = el('div', { class: 'result', 'aria-live': 'polite' });
    this.element = el(
      'section',
      { class: 'card', 'aria-label': 'Preview' },
      el(
        'div',
        { class: 'card-head' },
        el('h2', { class: 'card-title' }, 'Preview'),
        el('div', { class: 'filter inline' }, el('label', { for: this.days.id }, 'Events of the'), this.days),
      ),
      this.result,
      pastedBody({ rule, sources }),
    );
    this.element.addEventListener('input', (event) => event.stopPropagation());
    signal.addEventListener('abort', () => clearTimeout(this.timer));
  }

  follow() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.show(), typingPause);
  }

  async show() {
    const turn = ++this.asked;
    this.element.setAttribute('aria-busy', 'true');
    const shown = await this.load();
    if (turn !== this.asked || this.signal.aborted) return;
    this.element.removeAttribute('aria-busy');
    setChildren(this.result, shown);
  }

  async load() {
    const days = Number(this.days.value);
    try {
      return previewResult(await previewRule(this.rule(), days), days);
    } catch (error) {
      if (error.status !== 422) return problemBox(error, { retry: () => this.show() });
      return notice(
        'info',
        'The rule is not complete yet',
        el(
          'ul',
          {},
          (error.errors.length > 0 ? error.errors : [{ detail: error.message }]).map(({ detail }) => el('li', {}, detail)),
        ),
      );
    }
  }
}

/** Tries the rule with a body as a sender would send it. */
function pastedBody({ rule, sources }) {
  const source = el(
    'select',
    { id: freshId('source') },
    sources.map((name) => el('option', { value: name }, name)),
  );
  const body = el('textarea', { id: freshId('body'), class: 'code', rows: 6, spellcheck: 'false' });
  const result = el('div', { class: 'result', 'aria-live': 'polite' });
  const tryIt = async () => {
    try {
      const { events, refused, failed } = await tryBody({ source: source.value, body: body.value });
      if (refused || failed)
        return setChildren(
          result,
          notice(
            'warn',
            refused ? 'The source refuses this body' : 'The source does not understand this body',
            el('p', {}, refused ?? failed),
          ),
        );
      const answers = await Promise.all(events.map((event) => testRules({ ...event, source: source.value }, rule())));
      return setChildren(
        result,
        events.length === 0
          ? notice('info', 'The body has no events')
          : events.map((event, i) => ruleAnswer(event, answers[i].rules)),
      );
    } catch (error) {
      return setChildren(result, problemBox(error));
    }
  };
  if (sources.length === 0) return null;
  return el(
    'details',
    { class: 'more' },
    el('summary', {}, 'Try it with a body'),
    el(
      'div',
      { class: 'stack' },
      el('div', { class: 'field' }, el('label', { for: source.id }, 'Source that reads it'), source),
      el('div', { class: 'field wide' }, el('label', { for: body.id }, 'Body'), body),
      el('div', { class: 'actions' }, actionButton('Try it', tryIt, { busy: 'Trying…' })),
      result,
    ),
  );
}

function ruleAnswer(event, results) {
  return el(
    'div',
    { class: 'inset' },
    el(
      'p',
      { class: 'ticket-head' },
      kindBadge(event.kind),
      severityBadge(event.severity),
      el('strong', {}, event.title || event.key),
    ),
    results.map(ruleResult),
  );
}

function ruleResult({ matches, why, ticket, unset, needsReview }) {
  return el(
    'div',
    { class: 'stack' },
    el('p', {}, badge(matches ? 'good' : 'quiet', matches ? 'Matches' : 'Does not match'), ` ${why}`),
    ticketPreview(ticket),
    needsReview && reviewNote(),
    unsetNote(unset),
  );
}

const reviewNote = () =>
  el('p', { class: 'help warn-text' }, 'Its customer is unknown: the ticket would wait until somebody chooses the company.');
