// Applies what settles one ticket to all tickets like it: of the same connection, in the same state, for the same reason.

import { get, mayDo } from './api.js';
import { actOnAll, bulkLabel, linkAll } from './bulk_actions.js';
import { actionButton, el } from './dom.js';
import { formatNumber } from './format.js';
import { reasonName } from './ticket_states.js';

const mostAtOnce = 1000; // in one action

/**
 * The tickets like `ticket`, or null if there are none, or it does not need anybody. `exact`: those whose reason is the same,
 * word for word; `all`: those with its reason code.
 * @returns {Promise<{exact: Object[], all: Object[], hasMore: boolean}|null>}
 */
export async function loadAlike({ state, needsHuman, connection, code, reason }, signal) {
  if (!needsHuman || !code || !mayDo('operate')) return null;
  try {
    const { tickets, next } = await get('/v1/tickets', {
      signal,
      query: { state, connection, reason: code, limit: mostAtOnce },
    });
    return tickets.length > 1
      ? { exact: tickets.filter((each) => each.reason === reason), all: tickets, hasMore: Boolean(next) }
      : null;
  } catch (error) {
    if (signal.aborted) throw error;
    return null; // the ticket can be settled on its own
  }
}

/**
 * @param {{ticket: Object, alike: Object|null, result: Object, refresh: () => Promise<any>}} options  alike: from loadAlike();
 *   result: a resultArea(); refresh: called after an action
 * @returns {{count: string, act: (action: string, changes?: Object) => Promise<void>, element: HTMLElement}|null}
 */
export function alikeActions({ ticket, alike, result, refresh }) {
  if (!alike) return null;
  const { state, connection, code } = ticket;
  const likeThis = alike.exact.length > 1 ? alike.exact : alike.all;
  const count = `${formatNumber(likeThis.length)}${alike.hasMore ? '+' : ''}`;
  const done = async (isDone) => isDone && refresh();
  const act = async (action, changes) =>
    done(await actOnAll({ action, targets: targetsOf(ticket, alike), ...(hasAny(changes) && { changes }), result }));
  const address = `#/tickets?${new URLSearchParams({ state, connection, reason: code })}`;
  const element = el(
    'section',
    { class: 'alike stack', 'aria-label': 'Tickets like this one' },
    el('h3', {}, `${count} tickets like this one`),
    el(
      'p',
      { class: 'help' },
      `Of ${connection}, with ${likeThis === alike.exact ? 'the same reason' : `the reason “${reasonName(code)}”`}. `,
      el('a', { href: address }, `Show all with the reason “${reasonName(code)}”`),
    ),
    el(
      'div',
      { class: 'actions' },
      ['retry', 'verify', 'discard']
        .filter((action) => ticket.actions.includes(action))
        .map((action) =>
          actionButton(`${bulkLabel(action)} all ${count}`, () => act(action), {
            kind: action === 'discard' ? 'danger' : 'secondary',
            busy: 'Counting…',
          }),
        ),
      ticket.actions.includes('link') &&
        actionButton('Link them…', async () => done(await linkAll({ tickets: likeThis, result }))),
    ),
  );
  return { count, act, element };
}

const hasAny = (changes) => Object.keys(changes ?? {}).length > 0;

/** Those with the very same reason first. A filter also finds those that have come since. */
function targetsOf({ state, connection, code }, { exact, all, hasMore }) {
  const wide = {
    label: `of ${connection} with the reason “${reasonName(code)}”`,
    body: { filter: { state: [state], connection, reason: code } },
  };
  if (exact.length < 2 || (exact.length === all.length && !hasMore)) return [wide];
  return [{ label: 'with exactly the same reason', body: { ids: exact.map(({ id }) => id) } }, wide];
}
