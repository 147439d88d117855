// The state of a source: what is wrong with it, and the next step.

import { el } from './dom.js';
import { counted, formatAge, formatNumber, formatTime } from './format.js';
import { badge, notice } from './notices.js';

/** The most important badge of a source. */
export function sourceBadge({ enabled = true, trouble, state = {} }) {
  if (!enabled) return badge('quiet', 'Disabled');
  if (trouble) return badge('bad', 'Not working');
  if (state.parked) return badge('bad', 'Parked');
  if (state.notUnderstood > 0) return badge('warn', 'Not understood');
  if (state.silentSince) return badge('warn', 'Silent');
  if (!state.lastDelivery) return badge('info', 'Waiting for the first delivery');
  return badge('good', 'Receiving');
}

/** Notices for everything that is wrong; `resume`: a button that ends parking, or null. */
export function sourceTrouble({ name, enabled = true, trouble, state = {} }, { resume } = {}) {
  const deliveries = (kind) => el('a', { href: `#/sources/${encodeURIComponent(name)}?state=${kind}` }, 'Show them');
  return [
    !enabled && notice('info', 'This source is disabled', el('p', {}, 'Its deliveries are rejected. Enable it under Settings.')),
    trouble && notice('bad', 'This source cannot work', el('p', {}, trouble)),
    state.parked &&
      notice(
        'bad',
        'This source is parked',
        el('p', {}, state.reason || 'Its reader was stopped several times.'),
        el('p', {}, 'Deliveries are kept and not read. Correct the reader or its settings, then resume: they are read then.'),
        resume,
      ),
    state.notUnderstood > 0 &&
      notice(
        'warn',
        `${deliveriesText(state.notUnderstood)} not understood`,
        el('p', {}, 'They are kept. Correct the reader or the settings: then they are read again. ', deliveries('notUnderstood')),
      ),
    state.silentSince &&
      notice(
        'warn',
        `Nothing was received since ${formatTime(state.silentSince)}`,
        el('p', {}, 'Check that the sender runs and can reach psa-host.'),
      ),
    state.refused > 0 &&
      notice(
        'warn',
        `${counted(state.refused, 'request')} rejected`,
        el(
          'p',
          {},
          'Their reasons are under ',
          el('a', { href: '#/health' }, 'Health'),
          '. Most often the token or the secret in the URL is not the current one.',
        ),
      ),
  ].filter(Boolean);
}

/** "120 deliveries, 118 events, last 3 min ago". */
export function sourceCounts({ state = {} }) {
  const { deliveries = 0, events = 0, lastDelivery } = state;
  return [deliveriesText(deliveries), counted(events, 'event'), lastDelivery && `last ${formatAge(lastDelivery)} ago`]
    .filter(Boolean)
    .join(', ');
}

const deliveriesText = (count) => `${formatNumber(count)} ${count === 1 ? 'delivery' : 'deliveries'}`;
