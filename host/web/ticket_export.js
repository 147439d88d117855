// Exports the tickets that match the filters, all pages of them.

import { el } from './dom.js';
import { download, toCsv } from './csv.js';
import { counted } from './format.js';
import { notice, problemBox } from './notices.js';

const mostExported = 20000;
const atOnce = 1000;

const columns = {
  Ticket: ({ id }) => id,
  Title: ({ title }) => title,
  State: ({ state }) => state,
  Code: ({ code }) => code,
  Reason: ({ reason }) => reason,
  Connection: ({ connection }) => connection,
  Company: ({ company }) => company,
  'Number in the PSA': ({ psaTicket }) => psaTicket?.number ?? psaTicket?.id,
  'URL in the PSA': ({ psaTicket }) => psaTicket?.url,
  Submitted: ({ created }) => created,
  Changed: ({ changed }) => changed,
  Attempts: ({ attempts }) => attempts,
  Reference: ({ reference }) => reference,
  Key: ({ key }) => key,
};

/**
 * Downloads them as CSV, in the order of the list.
 * @param {{load: (cursor: string, limit: number) => Promise<{items: Object[], next?: string}>,
 *   order: ((a: Object, b: Object) => number)|null, result: {show: Function, clear: Function}, signal: AbortSignal}} options
 */
export async function exportTickets({ load, order, result, signal }) {
  result.clear();
  try {
    const { tickets, isWhole } = await loadAll(load);
    if (order) tickets.sort(order);
    const rows = tickets.map((ticket) => Object.values(columns).map((of) => of(ticket)));
    download(`tickets-${new Date().toISOString().slice(0, 10)}.csv`, toCsv([Object.keys(columns), ...rows]));
    result.show(
      notice(
        isWhole ? 'good' : 'warn',
        `${counted(tickets.length, 'ticket')} exported`,
        !isWhole && el('p', {}, 'There are more: one file has at most 20,000. Narrow the filters, such as From and Until, for the rest.'),
      ),
    );
  } catch (error) {
    if (!signal.aborted) result.show(problemBox(error));
  }
}

async function loadAll(load) {
  const tickets = [];
  let cursor = '';
  do {
    const { items, next } = await load(cursor, atOnce);
    tickets.push(...items);
    cursor = next;
  } while (cursor && tickets.length < mostExported);
  return { tickets, isWhole: !cursor };
}
