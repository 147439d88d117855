// The selected tickets of a list, and the bar with what can be done to all of them.

import { actOnAll, bulkLabel, linkAll } from './bulk_actions.js';
import { actionButton, announce, el, setChildren } from './dom.js';
import { counted } from './format.js';

/** The selection of one list. */
export class TicketSelection {
  #listed = [];
  #chosen = new Set();
  #shown = '';
  #result;
  #done;
  #filter;
  #hasMore = false;

  /**
   * @param {{result: Object, done: () => Promise<any>, filter: () => Object|null}} options  result: a resultArea(); done:
   *   called after an action; filter: that of the list, for actions; null if they have no such filter
   */
  constructor({ result, done, filter }) {
    this.#result = result;
    this.#done = done;
    this.#filter = filter;
    this.bar = el('div', { class: 'selection', role: 'region', 'aria-label': 'Selected tickets', hidden: true });
    /** The checkbox for all of them. */
    this.all = el('input', { type: 'checkbox', 'aria-label': 'Select all listed tickets' });
    this.all.addEventListener('change', () => this.#choose(this.#listed, this.all.checked));
  }

  /** The checkbox of a ticket. */
  boxFor({ id }) {
    const box = el('input', { type: 'checkbox', value: id, 'aria-label': `Select ticket ${id}` });
    box.checked = this.#chosen.has(id);
    box.addEventListener('change', () => this.#choose([{ id }], box.checked));
    return box;
  }

  /** Says which tickets are listed, and whether older ones are not yet: only those stay selected. */
  listed(tickets, hasMore) {
    this.#listed = tickets;
    this.#hasMore = hasMore;
    const ids = new Set(tickets.map(({ id }) => id));
    for (const id of this.#chosen) if (!ids.has(id)) this.#chosen.delete(id);
    this.#show();
  }

  #choose(tickets, isChosen) {
    for (const { id } of tickets) {
      if (isChosen) this.#chosen.add(id);
      else this.#chosen.delete(id);
    }
    for (const box of document.querySelectorAll('.row-select input[value]'))
      box.checked = this.#chosen.has(Number(box.value));
    this.#show();
    announce(this.#chosen.size > 0 ? `${counted(this.#chosen.size, 'ticket')} selected` : 'Nothing is selected.');
  }

  /** Touches nothing that has not changed, so that a button in use stays. */
  #show() {
    const tickets = this.#listed.filter(({ id }) => this.#chosen.has(id));
    this.bar.hidden = tickets.length === 0;
    this.all.checked = tickets.length > 0 && tickets.length === this.#listed.length;
    this.all.indeterminate = tickets.length > 0 && !this.all.checked;
    const shown = JSON.stringify(tickets.map(({ id, actions, operationStates }) => [id, actions, operationStates]));
    if (shown === this.#shown) return;
    this.#shown = shown;
    setChildren(this.bar, el('strong', {}, `${counted(tickets.length, 'ticket')} selected`), this.#buttons(tickets));
  }

  #buttons(tickets) {
    const linkable = tickets.filter(({ actions }) => actions.includes('link'));
    const act = (action) => this.#run(() => actOnAll({ action, targets: this.#targets(tickets), result: this.#result }));
    return [
      ...['retry', 'verify', 'discard']
        .filter((action) => tickets.some((ticket) => mayNeed(ticket, action)))
        .map((action) => actionButton(bulkLabel(action), act(action), { kind: action === 'discard' ? 'danger' : 'secondary' })),
      linkable.length > 0 &&
        actionButton(
          'Link…',
          this.#run(() => linkAll({ tickets: linkable, result: this.#result })),
        ),
      actionButton('Clear the selection', async () => this.#choose(this.#listed, false), { kind: 'quiet' }),
    ];
  }

  /** The selected ones; if all that are listed are selected and there are older ones, the user may mean those as well. */
  #targets(tickets) {
    const own = { label: 'that are selected', body: { ids: tickets.map(({ id }) => id) } };
    const filter = this.#hasMore && tickets.length === this.#listed.length ? this.#filter() : null;
    return filter ? [own, { label: 'that the filters find', body: { filter } }] : [own];
  }

  #run(act) {
    return async () => {
      if (!(await act())) return;
      this.#choose(this.#listed, false);
      await this.#done();
    };
  }
}

/** psa-host says for each ticket whether it can: this only leaves out what none of them needs. */
const mayNeed = ({ actions, operationStates = [] }, action) =>
  actions.includes(action) || (action !== 'verify' && operationStates.length > 0);
