// Filter by the reason of a ticket's state: a button for each reason among the listed tickets that need somebody.

import { el, setChildren } from './dom.js';
import { formatNumber } from './format.js';
import { reasonName } from './ticket_states.js';

/**
 * @param {{chosen: () => string|null, choose: (code: string) => any}} options  code: "" for all
 * @returns {{element: HTMLElement, listed: (tickets: Object[], hasMore: boolean) => void}}  listed: says which tickets are listed
 */
export function reasonChips({ chosen, choose }) {
  const element = el('div', { class: 'chips', role: 'group', 'aria-label': 'Filter by reason', hidden: true });
  return {
    element,
    listed: (tickets, hasMore) => {
      const focused = element.contains(document.activeElement) ? document.activeElement.dataset.code : null;
      const counts = countsOf(tickets, chosen());
      element.hidden = counts.length === 0;
      setChildren(
        element,
        counts.map(([code, count]) => chip(code, `${formatNumber(count)}${hasMore ? '+' : ''}`, code === chosen(), choose)),
      );
      if (focused) element.querySelector(`[data-code="${CSS.escape(focused)}"]`)?.focus();
    },
  };
}

/** [code, how many] of each, the most frequent first. */
function countsOf(tickets, chosen) {
  const counts = new Map(chosen ? [[chosen, 0]] : []);
  for (const { code, needsHuman } of tickets)
    if (code && (needsHuman || code === chosen)) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}

const chip = (code, count, isChosen, choose) =>
  el(
    'button',
    {
      type: 'button',
      class: 'chip',
      'aria-pressed': String(isChosen),
      'data-code': code,
      onclick: () => choose(isChosen ? '' : code),
    },
    reasonName(code),
    el('span', { class: 'count' }, count),
    isChosen && el('span', { 'aria-hidden': 'true' }, '×'),
  );
