// Removing a connection, for cards of every kind.

import { currentSession } from './api.js';
import { removeConnection } from './connections.js';
import { confirmDialog } from './dialogs.js';
import { actionButton, announce, el } from './dom.js';
import { problemBox } from './notices.js';
import { goTo } from './router.js';

/**
 * @param {string} name  of the connection
 * @param {string} what  of which kind it is, for the question
 * @param {{show: (node: HTMLElement) => void}} result  where it is said why it was not done
 */
export const removeButton = (name, what, result, kind = 'quiet') =>
  actionButton('Remove', () => remove(name, what, result), { kind, 'aria-label': `Remove: ${name}` });

/** The list of those of its tickets that have not ended. */
export const openTicketsLink = (name) =>
  el('a', { href: `#/tickets?state=open&connection=${encodeURIComponent(name)}` }, 'Show its tickets that have not ended');

async function remove(name, what, result) {
  const sure = await confirmDialog({
    title: `Remove ${name}?`,
    danger: true,
    confirm: 'Remove',
    text:
      `psa-host forgets this ${what} connection with its secrets. Tickets that it has delivered stay in the PSA. ` +
      `${currentSession().name} stands in the audit as who did it.`,
  });
  if (!sure) return;
  try {
    await removeConnection(name);
    goTo('/integrations');
    announce(`${name} is removed.`);
  } catch (error) {
    result.show(problemBox(error, { next: error.status === 409 && el('p', {}, openTicketsLink(name)) }));
  }
}
