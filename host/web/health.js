// Health: for each connection what waits, how fast tickets are sent, and how much of the PSA's quota is used.

import { isBound } from './api.js';
import { meter, sparkline, stackedBar } from './charts.js';
import { stateBadge } from './connection_states.js';
import { el, setChildren } from './dom.js';
import { formatAge, formatNumber, formatSeconds } from './format.js';
import { hostsPanel } from './hosts_panel.js';
import { notice } from './notices.js';
import { notifyPanel } from './notify_panel.js';
import { refusalsPanel } from './refusals_panel.js';
import { deliveries, statusNow, watchStatus } from './status.js';
import { stateOf } from './ticket_states.js';

const rateWindow = 60; // window of the rate beside the chart, in seconds

/** Shows the state of everything, updated whenever it changes. */
export async function healthView({ signal }) {
  const version = el('p', { class: 'lead' });
  const cards = el('div', { class: 'health' });
  // About the whole host: not for a token that is bound to connections.
  const panels = isBound() ? [] : [hostsPanel({ signal }), refusalsPanel({ signal })];
  const [hosts, refusals] = panels;
  const show = (status) => {
    version.textContent = `psa-host ${status.version} · ${status.store.writable ? 'the store accepts tickets' : 'the store is not writable'}`;
    const cardOf = (connection) => connectionHealth(connection, status.ticketStates);
    setChildren(cards, status.connections.length > 0 ? status.connections.map(cardOf) : nothing());
    for (const panel of panels) panel.refresh();
  };
  show(await statusNow(signal));
  watchStatus(show, { signal, ages: true });
  return el(
    'div',
    { class: 'view' },
    el('div', { class: 'view-head' }, el('h1', {}, 'Health'), version),
    cards,
    hosts?.element,
    !isBound() && notifyPanel({ signal }),
    refusals?.element,
  );
}

const nothing = () =>
  notice(
    'info',
    'No connection yet',
    el('p', {}, el('a', { href: '#/integrations' }, 'Configure one'), ' to see its tickets here.'),
  );

function connectionHealth(connection, ticketStates) {
  const { name, plugin, tickets } = connection;
  return el(
    'article',
    { class: 'card', 'aria-label': `Health of ${name}` },
    el(
      'div',
      { class: 'card-head' },
      el('div', { class: 'card-title' }, el('h2', {}, name), el('p', { class: 'subtitle' }, plugin)),
      stateBadge(connection),
    ),
    connection.leasedBy !== undefined &&
      el('p', { class: 'subtitle' }, connection.leasedBy ? `Leased by ${connection.leasedBy}` : 'Leased by no host'),
    connection.pauseReason && el('p', { class: 'reason' }, connection.pauseReason),
    el('div', { class: 'health-grid' }, queue(connection, ticketStates), rate(name), quota(connection)),
    el(
      'p',
      { class: 'ended' },
      ticketStates
        .filter(({ ended }) => ended)
        .map(({ state }) => el('span', {}, `${stateOf(state).label} `, el('strong', {}, formatNumber(tickets[state])))),
    ),
  );
}

function queue({ name, tickets, oldestOpen, underWay }, ticketStates) {
  const open = ticketStates.filter(({ ended }) => !ended);
  const parts = open.map(({ state }, i) => ({
    label: stateOf(state).label,
    value: tickets[state],
    tone: `series-${i + 1}`,
  }));
  const depth = parts.reduce((sum, { value }) => sum + value, 0);
  const told =
    parts
      .filter(({ value }) => value > 0)
      .map(({ label, value }) => `${label} ${value}`)
      .join(', ') || 'nothing';
  return el(
    'section',
    { class: 'health-queue' },
    el('h3', {}, 'Waiting'),
    el(
      'p',
      { class: 'figure' },
      formatNumber(depth),
      el(
        'span',
        {},
        depth === 0
          ? 'nothing waiting'
          : `oldest ${oldestOpen ? formatAge(oldestOpen) : 'just now'}, ${underWay ?? 0} in progress`,
      ),
    ),
    stackedBar(parts, `Waiting for ${name}: ${told}`),
  );
}

function rate(name) {
  const all = deliveries(name);
  const perMinute = all.map(({ seconds, delivered }) => (delivered / Math.max(seconds, 0.1)) * 60);
  let seconds = 0;
  let delivered = 0;
  for (const sample of [...all].reverse()) {
    if (seconds >= rateWindow) break;
    seconds += sample.seconds;
    delivered += sample.delivered;
  }
  const now = seconds > 0 ? (delivered / seconds) * 60 : 0;
  const text = now >= 10 || now === 0 ? formatNumber(Math.round(now)) : now.toFixed(1);
  return el(
    'section',
    {},
    el('h3', {}, 'Delivered since this page was opened'),
    el('p', { class: 'figure' }, text, el('span', {}, 'a minute')),
    sparkline(perMinute, `Tickets delivered for ${name}: ${text} a minute now`),
  );
}

function quota({ name, quota: limits = [], slots = [] }) {
  const windows = limits.map(({ limitKey, seconds, used, max }) => ({
    label: `${limitKey || 'All requests'} in ${formatSeconds(seconds)}`,
    used,
    max,
    isScarce: true,
  }));
  const all = slots.length > 0 ? [...windows, atOnce(slots)] : windows;
  return el(
    'section',
    {},
    el('h3', {}, 'PSA quota used'),
    all.length === 0
      ? el('p', { class: 'muted' }, 'The plugin declares no limit.')
      : all.map(({ label, used, max, isScarce }) =>
          el(
            'div',
            { class: 'quota' },
            el('p', {}, label, el('strong', {}, `${formatNumber(used)} of ${formatNumber(max)}`)),
            meter(used, max, `${name}: ${label}`, isScarce),
          ),
        ),
  );
}

const atOnce = (slots) => ({
  label: 'Concurrent requests',
  used: slots.reduce((sum, { inFlight }) => sum + inFlight, 0),
  max: slots.reduce((sum, { max }) => sum + max, 0),
});
