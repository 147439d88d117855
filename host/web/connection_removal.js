// Removing a connection, for all kinds of cards.

import { currentSession } from './api.js';
import { removeConnection } from './connections.js';
import { confirmDialog } from './dialogs.js';
import { actionButton, announce, el } from './dom.js';
import { problemBox } from './notices.js';
import { goTo } from './router.js';

/**
 * @param {string} name  name of the connection
 * @param {string} what  its kind, for the question
 * @param {{show: (node: HTMLElement) => void}} result  shows why it failed
 */
export const removeButton = (name, what, result, kind = 'quiet') =>
  actionButton('Remove', () => remove(name, what, result), { kind, 'aria-label': `Remove: ${name}` });

/** Link to the list of its unfinished tickets. */
export const openTicketsLink = (name) =>
  el('a', { href: `#/tickets?state=open&connection=${encodeURIComponent(name)}` }, 'Show its unfinished tickets');

async function remove(name, what, result) {
  const sure = await confirmDialog({
    title: `Remove ${name}?`,
    danger: true,
    confirm: 'Remove',
    text:
      `psa-host deletes this ${what} connection and its secrets. Tickets that were delivered stay in the PSA. ` +
      `The audit log will show that ${currentSession().name} did this.`,
  });
  if (!sure) return;
  try {
    await removeConnection(name);
    goTo('/integrations');
    announce(`${name} was removed.`);
  } catch (error) {
    result.show(problemBox(error, { next: error.status === 409 && el('p', {}, openTicketsLink(name)) }));
  }
}
