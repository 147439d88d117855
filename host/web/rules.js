// The rules in their order: which is asked first, what each does, and its mode.

import { mayDo } from './api.js';
import { conditionSummary } from './condition_summary.js';
import { actionButton, announce, el, setChildren } from './dom.js';
import { onChange } from './stream.js';
import { badge, notice, problemBox, resultArea } from './notices.js';
import { loadRules, orderRules } from './requests.js';
import { goTo } from './router.js';
import { modeBadge, modeControl } from './rule_mode.js';

/** Shows the list. */
export async function rulesView({ signal }) {
  const list = new RuleList(signal);
  await list.load();
  onChange(['definitions'], () => list.refresh(), signal);
  return el(
    'div',
    { class: 'view' },
    el(
      'div',
      { class: 'view-head' },
      el('h1', {}, 'Rules'),
      el(
        'p',
        { class: 'lead' },
        'Which events make tickets. Rules are asked from top to bottom; the first that matches takes the event.',
      ),
    ),
    mayDo('admin') &&
      el(
        'div',
        { class: 'actions' },
        actionButton('Add from the library', async () => goTo('/rules/add/library'), { kind: 'primary' }),
        actionButton('Add an own rule', async () => goTo('/rules/add/own')),
      ),
    list.result.element,
    list.element,
  );
}

const isCatchAll = ({ conditions, during }) => !during && Object.values(conditions ?? {}).every((each) => each.length === 0);

class RuleList {
  constructor(signal) {
    Object.assign(this, { signal, rules: [], dragged: null, result: resultArea() });
    this.rows = el('ol', { class: 'rules', 'aria-label': 'Rules, in the order in which they are asked' });
    this.hint = el('div');
    this.element = el('div', { class: 'stack' }, this.rows, this.hint);
  }

  async load() {
    this.rules = await loadRules(this.signal);
    this.show();
  }

  /** Not while somebody moves a rule or chooses its mode. */
  async refresh() {
    if (!this.dragged && !this.rows.contains(document.activeElement)) await this.load();
  }

  show() {
    setChildren(
      this.rows,
      this.rules.map((rule, i) => this.row(rule, i)),
    );
    this.rows.hidden = this.rules.length === 0;
    setChildren(this.hint, this.rules.length === 0 ? noRules() : this.catchAllHint());
  }

  catchAllHint() {
    const last = this.rules.findIndex((rule) => rule.mode === 'on' && isCatchAll(rule));
    if (last < 0)
      return notice(
        'info',
        'There is no catch-all rule that is on',
        el(
          'p',
          {},
          'Events that no rule takes make no ticket; they are listed under ',
          el('a', { href: '#/events?decision=no_rule' }, 'Events'),
          '. A last rule without conditions takes them all: the library has one.',
        ),
      );
    const after = this.rules.slice(last + 1).filter(({ mode }) => mode !== 'off');
    return after.length > 0
      ? notice(
          'warn',
          `Rules below ${this.rules[last].name} are never asked`,
          el('p', {}, 'It has no conditions, so it takes every event. Move it to the end.'),
        )
      : null;
  }

  row(rule, index) {
    const { name, description, mode } = rule;
    const canMove = mayDo('admin') && this.rules.length > 1;
    const row = el(
      'li',
      { class: mode === 'off' ? 'rule is-off' : 'rule', 'data-rule': name },
      canMove && this.handle(rule, index),
      el('span', { class: 'rule-number', 'aria-hidden': 'true' }, String(index + 1)),
      el(
        'div',
        { class: 'rule-text' },
        el(
          'div',
          { class: 'ticket-head' },
          el('a', { href: `#/rules/${encodeURIComponent(name)}` }, name),
          modeBadge(mode),
          isCatchAll(rule) && badge('quiet', 'Catch-all'),
        ),
        rule.trouble && el('p', { class: 'warn-text' }, rule.trouble),
        description && el('p', { class: 'help' }, description),
        el('p', { class: 'help' }, whatItDoes(rule)),
      ),
      mayDo('admin') &&
        el('div', { class: 'actions rule-modes' }, modeControl(rule, { result: this.result, changed: () => this.load() })),
      canMove && el('div', { class: 'rule-moves' }, this.mover(rule, index, -1), this.mover(rule, index, 1)),
    );
    this.acceptDrops(row, index);
    return row;
  }

  mover({ name }, index, by) {
    const word = by < 0 ? 'up' : 'down';
    const isPossible = index + by >= 0 && index + by < this.rules.length;
    return el(
      'button',
      {
        type: 'button',
        class: 'button quiet',
        'aria-label': `Move ${word}: ${name}`,
        'data-way': word,
        disabled: !isPossible,
        onclick: () => this.move(index, index + by, word),
      },
      by < 0 ? '↑' : '↓',
    );
  }

  handle({ name }, index) {
    const handle = el('span', { class: 'rule-handle', draggable: 'true', title: 'Drag to move', 'aria-hidden': 'true' }, '⠿');
    handle.addEventListener('dragstart', (event) => {
      this.dragged = { index };
      event.dataTransfer.effectAllowed = 'move';
      event.dataTransfer.setData('text/plain', name);
      event.dataTransfer.setDragImage(handle.parentElement, 20, 20);
    });
    handle.addEventListener('dragend', () => {
      this.dragged = null;
      for (const row of this.rows.children) row.classList.remove('drop-before', 'drop-after');
    });
    return handle;
  }

  acceptDrops(row, index) {
    row.addEventListener('dragover', (event) => {
      if (!this.dragged) return;
      event.preventDefault();
      row.classList.toggle('drop-before', index < this.dragged.index);
      row.classList.toggle('drop-after', index > this.dragged.index);
    });
    row.addEventListener('dragleave', () => row.classList.remove('drop-before', 'drop-after'));
    row.addEventListener('drop', (event) => {
      event.preventDefault();
      const from = this.dragged?.index;
      this.dragged = null;
      if (from !== undefined && from !== index) this.move(from, index);
    });
  }

  async move(from, to, focus) {
    const [moved] = this.rules.splice(from, 1);
    this.rules.splice(to, 0, moved);
    this.show();
    const buttons = [...this.rows.children[to].querySelectorAll('.rule-moves button:not([disabled])')];
    if (focus) (buttons.find(({ dataset }) => dataset.way === focus) ?? buttons[0])?.focus();
    this.result.clear();
    try {
      await orderRules(this.rules.map(({ name }) => name));
      announce(`${moved.name} is now number ${to + 1} of ${this.rules.length}.`);
    } catch (error) {
      this.result.show(problemBox(error));
      await this.load();
    }
  }
}

function whatItDoes(rule) {
  const when = conditionSummary(rule.conditions) || 'every event';
  const hours = rule.during ? `, ${rule.during.outside ? 'outside' : 'within'} ${rule.during.from}–${rule.during.to}` : '';
  return `${when}${hours} → ${rule.do === 'suppress' ? 'counted, no ticket' : `ticket in ${rule.ticket?.connection ?? '?'}`}`;
}

const noRules = () =>
  notice(
    'info',
    'No rules yet',
    el(
      'p',
      {},
      'Without a rule no event makes a ticket. Start with one from the library: it begins in dry run, and shows what it would do.',
    ),
  );
