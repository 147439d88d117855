// One event: what the source told, what was decided and why, and the problem that it belongs to.

import { decisionDetail, dryRunResults, kindBadge, partyText, severityBadge } from './decisions.js';
import { episodeCard } from './episode.js';
import { el, facts, outsideLink, setChildren } from './dom.js';
import { onChange } from './stream.js';
import { formatTime } from './format.js';
import { rememberedAddress } from './remembered.js';
import { loadEpisode, loadEvent } from './requests.js';

/** Shows an event, and follows what happens to its problem. */
export async function eventView({ parameters, signal }) {
  const content = el('div', { class: 'stack' });
  let shown = '';
  const show = async () => {
    const event = await loadEvent(parameters.id, signal);
    const episode = event.episode ? await loadEpisode(event.episode, signal) : null;
    const now = JSON.stringify([event, episode]);
    if (now === shown) return;
    shown = now;
    setChildren(content, summary(event), decisionCard(event), episode && episodeCard(episode), document(event));
  };
  await show();
  onChange(['events', 'tickets'], show, signal);
  return el(
    'div',
    { class: 'view' },
    el('p', { class: 'crumb' }, el('a', { href: `#${rememberedAddress('/events')}` }, '← Events')),
    el('h1', {}, `Event ${parameters.id}`),
    content,
  );
}

function summary(event) {
  const { source, received, delivery } = event;
  return el(
    'section',
    { class: 'card', 'aria-label': 'Event' },
    el('div', { class: 'ticket-head' }, event.kind && kindBadge(event.kind), severityBadge(event.severity)),
    event.erased ? el('p', {}, 'What the event said was erased.') : el('h2', {}, event.title || event.key),
    event.text && el('p', { class: 'note-text' }, event.text),
    facts(
      [
        ['Source', el('a', { href: `#/sources/${encodeURIComponent(source)}` }, source)],
        ['Customer', partyText(event.customer)],
        ['Device', partyText(event.device)],
        [
          'Severity',
          event.severityText && event.severityText !== event.severity
            ? `${event.severity ?? 'not known'} (“${event.severityText}”)`
            : event.severity,
        ],
        ['Started', formatTime(event.startedAt)],
        ['Time of the event', formatTime(event.at)],
        ['Received', formatTime(received)],
        ['Key', event.key && el('code', {}, event.key)],
        ['Occurrence', event.occurrence && el('code', {}, event.occurrence)],
        ['Not shown', event.left ? `${event.left} more parts of the group` : null],
        [
          'Links',
          event.links?.length > 0 &&
            el(
              'span',
              { class: 'links' },
              event.links.map(({ label, url }, i) => [i > 0 && ' · ', outsideLink(url, label || url)]),
            ),
        ],
        ['Ticket', event.ticket && el('a', { href: `#/tickets/${event.ticket}` }, `Ticket ${event.ticket}`)],
        ['Delivery', delivery && el('a', { href: `#/events?delivery=${delivery}` }, `Events of delivery ${delivery}`)],
      ].map(([name, value]) => [name, value === false ? null : value]),
    ),
    labelsOf(event.labels),
  );
}

const labelsOf = (labels) =>
  Object.keys(labels ?? {}).length > 0 &&
  el('details', { class: 'more' }, el('summary', {}, 'Labels'), facts(Object.entries(labels)));

function decisionCard({ decision }) {
  if (!decision) return null;
  return el(
    'section',
    { class: 'card', 'aria-label': 'Decision' },
    el('h2', {}, 'What was decided'),
    decisionDetail(decision),
    dryRunResults(decision.dryRun),
  );
}

const document = ({ decision, history, episodeSummary, ...event }) =>
  el(
    'details',
    { class: 'card document' },
    el('summary', {}, 'As a document'),
    el('pre', { tabindex: 0, 'aria-label': 'The event as a document' }, JSON.stringify(event, null, 2)),
  );
