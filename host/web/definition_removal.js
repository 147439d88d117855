// Removing a source, rule, window or customer on the page of one of them.

import { confirmDialog } from './dialogs.js';
import { problemBox } from './notices.js';
import { goTo } from './router.js';

/**
 * Asks, removes it and shows the list of its kind; if that fails, shows why.
 * @param {{isLeaving: boolean, result: {show: (node: HTMLElement) => void}}} view  isLeaving: nothing is left to save
 * @param {{kind: string, name: string, text: string, remove: (name: string) => Promise}} what  kind: "source", "rule",
 *   "window" or "customer"; text: the consequences
 */
export async function removeDefinition(view, { kind, name, text, remove }) {
  if (!(await confirmDialog({ title: `Remove the ${kind} ${name}?`, text, confirm: 'Remove', danger: true }))) return;
  try {
    await remove(name);
    view.isLeaving = true;
    goTo(`/${kind}s`);
  } catch (error) {
    view.result.show(problemBox(error));
  }
}
