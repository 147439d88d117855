// The last deliveries of a source: what came of each, and running it again.

import { mayDo } from './api.js';
import { actionButton, el, focusOn } from './dom.js';
import { counted, formatMoment, formatNumber, formatTime } from './format.js';
import { badge, notice, problemBox, resultArea } from './notices.js';
import { pagedList } from './paged_list.js';
import { loadDeliveries, loadDelivery, runDelivery } from './requests.js';

const pageSize = 20;
const columns = ['Delivery', 'State', 'Received', 'Size', ''];

const states = {
  done: ['Read', 'good'],
  notUnderstood: ['Not understood', 'warn'],
  kept: ['Kept, not read yet', 'info'],
};

/** @param {{source: string, state: string, signal: AbortSignal, tryBody: (body: string) => void}} options  state: only those; "" for all */
export async function sourceDeliveries({ source, state, signal, tryBody }) {
  const result = resultArea();
  const rows = el('tbody');
  const context = { result, tryBody, refresh: () => list.reload() };
  const list = await pagedList({
    load: async (before, limit) => {
      const { deliveries, next } = await loadDeliveries(source, { state, before, limit: Math.max(limit ?? 0, pageSize) }, signal);
      return { items: deliveries, next };
    },
    toRow: (delivery) => row(delivery, context),
    keyOf: JSON.stringify,
    rows,
    list: table(rows),
    empty: () => el('p', { class: 'muted' }, state ? 'There are none.' : 'There are none yet.'),
    kinds: ['events'],
    signal,
  });
  return el(
    'div',
    { class: 'stack' },
    state &&
      el(
        'p',
        {},
        `Only: ${states[state]?.[0] ?? state}. `,
        el('a', { href: `#/sources/${encodeURIComponent(source)}` }, 'Show all'),
      ),
    result.element,
    list.element,
  );
}

const table = (rows) =>
  el(
    'table',
    { class: 'table' },
    el('caption', { class: 'visually-hidden' }, 'Deliveries, newest first'),
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        columns.map((name) => el('th', { scope: 'col' }, name || el('span', { class: 'visually-hidden' }, 'Actions'))),
      ),
    ),
    rows,
  );

function row(delivery, context) {
  const { id, state, reason, received, bytes } = delivery;
  const [label, tone] = states[state] ?? [state, 'quiet'];
  const cell = (name, ...content) => el('td', { 'data-label': name }, ...content);
  return el(
    'tr',
    {},
    el('th', { scope: 'row' }, `Delivery ${id}`, reason && el('span', { class: 'row-note' }, reason)),
    cell('State', badge(tone, label)),
    cell('Received', el('time', { datetime: received, title: formatTime(received) }, formatMoment(received))),
    cell('Size', `${formatNumber(bytes)} B`),
    el(
      'td',
      { class: 'row-action' },
      state === 'done' &&
        el('a', { class: 'button quiet', href: `#/events?delivery=${id}`, 'aria-label': `Events of delivery ${id}` }, 'Events'),
      mayDo('admin') &&
        actionButton('Body', () => showBody(delivery, context), { kind: 'quiet', 'aria-label': `Body of delivery ${id}` }),
      mayDo('operate') &&
        state !== 'done' &&
        actionButton('Run again', () => run(delivery, context), { kind: 'quiet', 'aria-label': `Run delivery ${id} again` }),
    ),
  );
}

async function run({ id }, { result, refresh }) {
  result.clear();
  try {
    const { state, reason, events } = await runDelivery(id);
    await refresh();
    const isRead = state === 'done' || state === 'duplicate';
    const title = isRead
      ? `Delivery ${id} was read: ${counted(events.length, 'event')}`
      : `Delivery ${id}: ${states[state][0].toLowerCase()}`;
    result.show(notice(isRead ? 'good' : 'warn', title, reason && el('p', {}, reason)));
  } catch (error) {
    result.show(problemBox(error));
  }
}

async function showBody({ id }, { result, tryBody }) {
  result.clear();
  try {
    const { body = '', bodyBase64 = '', request } = await loadDelivery(id, undefined, true);
    const text = body || decoded(bodyBase64);
    const pre = el('pre', { tabindex: 0, 'aria-label': `Body of delivery ${id}` }, text || 'The body is empty.');
    result.show(
      el(
        'div',
        { class: 'stack' },
        el('h3', {}, `Body of delivery ${id}`),
        request?.headers &&
          el(
            'p',
            { class: 'help' },
            Object.entries(request.headers)
              .map(([name, value]) => `${name}: ${value}`)
              .join(' · '),
          ),
        pre,
        el(
          'div',
          { class: 'actions' },
          text && actionButton('Try it with this body', async () => tryBody(text)),
          actionButton('Close', async () => result.clear(), { kind: 'quiet' }),
        ),
      ),
    );
    focusOn(pre);
  } catch (error) {
    result.show(problemBox(error));
  }
}

const decoded = (base64) => new TextDecoder().decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
