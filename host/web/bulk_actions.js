// Actions on many tickets at once: counted first, confirmed, then done, with an answer for each ticket.

import { change } from './api.js';
import { confirmDialog, openDialog } from './dialogs.js';
import { el } from './dom.js';
import { counted } from './format.js';
import { createLabelled } from './form.js';
import { notice, problemBox } from './notices.js';

const mostListed = 20;
const mostLinks = 100;

/** @type {Object<string, {label: string, question: (count: string) => string, text: string, done: string, danger?: boolean,
 *   body: Object, input?: Object}>} */
const actions = {
  retry: {
    label: 'Retry',
    question: (count) => `Retry ${count}?`,
    text: 'They are sent again with the current ticket defaults. Those that the PSA may have are looked up first.',
    done: 'will be sent again',
    body: { action: 'retry' },
  },
  verify: {
    label: 'Look up, then retry',
    question: (count) => `Look up ${count}?`,
    text: 'The PSA is searched for each of them. Those that are found are done; the others are sent again after the quiet period.',
    done: 'will be looked up',
    body: { action: 'retry', verifyFirst: true },
  },
  discard: {
    label: 'Discard',
    question: (count) => `Discard ${count}?`,
    text: 'They will not be sent. They stay in the list with your reason.',
    done: 'discarded',
    danger: true,
    input: { label: 'Reason', help: 'For example: were created by hand.', required: true },
    body: { action: 'discard' },
  },
};

export const bulkLabel = (name) => actions[name].label;

const send = (body) => change('POST', '/v1/tickets/actions', body);

/**
 * Counts what the action would do, asks, does it, and shows the result.
 * @param {Object} options
 * @param {'retry'|'verify'|'discard'} options.action
 * @param {{label: string, body: {ids: number[]}|{filter: Object}}[]} options.targets  if there are several, the user chooses
 * @param {Object} [options.changes]  corrections, for all of them
 * @param {{show: Function, clear: Function}} options.result
 * @returns {Promise<boolean>}  whether it was done, at least for some
 */
export async function actOnAll({ action, targets, changes, result }) {
  const { question, text, done, danger, input, body: fixed } = actions[action];
  const bodyFor = (target) => ({ ...fixed, ...target.body, ...(changes && { changes }) });
  result.clear();
  try {
    const counts = await Promise.all(targets.map(async (target) => countOf(await send({ ...bodyFor(target), dryRun: true }))));
    if (counts.every(({ able }) => able === 0)) {
      result.show(outcome(counts[0].answer, done));
      return false;
    }
    const sure = await confirmDialog({
      title: question(counts.length > 1 ? 'these tickets' : wordsFor(counts[0])),
      text: [changes ? 'Each of them is corrected in the same way.' : '', text, remark(counts)].filter(Boolean).join(' '),
      confirm: actions[action].label,
      danger,
      input,
      options: counts.length > 1 && {
        legend: 'Which ones?',
        choices: targets.map(({ label }, i) => ({ value: String(i), label: `${wordsFor(counts[i])} ${label}` })),
      },
    });
    if (!sure) return false;
    const answer = await send({ ...bodyFor(targets[Number(sure.option)]), ...(sure.value && { reason: sure.value }) });
    result.show(outcome(answer, done));
    return answer.results.some(({ ok }) => ok);
  } catch (error) {
    result.show(problemBox(error));
    return false;
  }
}

function countOf(answer) {
  const able = answer.results.filter(({ ok }) => ok).length;
  return { able, unable: answer.results.length - able, more: Boolean(answer.more), answer };
}

const wordsFor = ({ able, more }) => `${more ? 'the first ' : ''}${counted(able, 'ticket')}`;

function remark(counts) {
  if (counts.length > 1) return '';
  const [{ unable, more }] = counts;
  return [
    unable > 0 && `${counted(unable, 'other ticket')} cannot be included and will be named afterwards.`,
    more && 'There are more than fit into one request: repeat it for the rest.',
  ]
    .filter(Boolean)
    .join(' ');
}

/** What was done, and for which tickets it was not: equal reasons are shown once. */
function outcome({ results, more }, done) {
  const failed = results.filter(({ ok }) => !ok);
  const succeeded = results.length - failed.length;
  return el(
    'div',
    {},
    succeeded > 0 && notice('good', `${counted(succeeded, 'ticket')} ${done}`),
    more && notice('info', 'There are more', el('p', {}, 'One request includes at most 1,000 tickets. Do it again for the rest.')),
    [...grouped(failed)].map(([reason, tickets]) =>
      notice('bad', `Not done for ${counted(tickets.length, 'ticket')}`, el('p', {}, reason), ticketLinks(tickets)),
    ),
    results.length === 0 && notice('info', 'No matching tickets', el('p', {}, 'They may have been settled meanwhile. Reload the list.')),
  );
}

const reasonOf = ({ id, error }) => (error.detail ?? error.title).replace(new RegExp(`\\bticket ${id}\\b`, 'gi'), 'the ticket');

function grouped(failed) {
  const groups = new Map();
  for (const each of failed) groups.set(reasonOf(each), [...(groups.get(reasonOf(each)) ?? []), each]);
  return groups;
}

function ticketLinks(tickets) {
  const rest = tickets.length - mostListed;
  return el(
    'p',
    { class: 'links' },
    tickets.slice(0, mostListed).map(({ id }) => [el('a', { href: `#/tickets/${id}` }, `Ticket ${id}`), ' ']),
    rest > 0 && `and ${counted(rest, 'more ticket')}`,
  );
}

/**
 * Asks for the ticket in the PSA of each of `tickets`, and links those that were given.
 * @returns {Promise<boolean>}  whether some were linked
 */
export async function linkAll({ tickets, result }) {
  result.clear();
  const links = await askLinks(tickets.slice(0, mostLinks));
  if (links.length === 0) return false;
  try {
    const answer = await send({ action: 'link', links });
    result.show(outcome(answer, 'linked'));
    return answer.results.some(({ ok }) => ok);
  } catch (error) {
    result.show(problemBox(error));
    return false;
  }
}

async function askLinks(tickets) {
  const fields = tickets.map(({ id, title }) => {
    const control = el('input', { id: `link-${id}`, type: 'text', autocomplete: 'off', class: 'short' });
    return { id, control, ...createLabelled({ label: [`Ticket ${id}`, title].filter(Boolean).join(': '), control }) };
  });
  const dialog = el(
    'dialog',
    { class: 'dialog', 'aria-labelledby': 'dialog-title' },
    el(
      'form',
      { method: 'dialog' },
      el('h2', { id: 'dialog-title' }, 'Link tickets'),
      el(
        'p',
        {},
        'Enter the number or id that each of them has in the PSA; those left blank stay as they are. Nothing is sent, ' +
          'and linked tickets count as done.',
      ),
      tickets.length === mostLinks && el('p', {}, `These are the first ${mostLinks}; repeat it for the rest.`),
      fields.map(({ element }) => element),
      el(
        'div',
        { class: 'actions' },
        el('button', { class: 'button primary', value: 'yes' }, 'Link'),
        el('button', { class: 'button secondary', value: 'no', type: 'button', onclick: () => dialog.close('no') }, 'Cancel'),
      ),
    ),
  );
  if ((await openDialog(dialog)) !== 'yes') return [];
  return fields
    .map(({ id, control }) => ({ id, psaTicketId: control.value.trim() }))
    .filter(({ psaTicketId }) => psaTicketId);
}
