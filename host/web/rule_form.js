// The form of a rule: when it applies, what it does, and what happens afterwards.

import { conditionsEditor } from './conditions_editor.js';
import { el, focusOn, freshId } from './dom.js';
import { inputField } from './input_field.js';
import { hoursField } from './hours_field.js';
import { rulePolicies } from './rule_policies.js';
import { ruleTicket } from './rule_ticket.js';

/**
 * @param {{rule: Object, targets: Object[], seen: Object, signal: AbortSignal, onChange: () => void}} options  rule: its document;
 *   targets: from loadTargets(); seen: from loadSeen()
 * @returns {{element: HTMLElement, value: () => Object, check: () => boolean, showErrors: (errors: Object[]) => Object[]}}
 *   value: the document; check: false, with an error beside the field, if something must be entered first; showErrors: returns
 *   the errors without a field here
 */
export function ruleForm({ rule, targets, seen, signal, onChange }) {
  const name = inputField({ label: 'Name', value: rule.name ?? '', required: true });
  const description = inputField({ label: 'What it is for', value: rule.description ?? '' });
  const conditions = conditionsEditor({
    value: rule.conditions,
    seen,
    none: 'There are no conditions: the rule takes every event that no rule above it took.',
    onChange,
  });
  const hours = hoursField({ value: rule.during });
  const action = actionField(rule.do ?? 'ticket');
  const ticket = ruleTicket({ ticket: rule.ticket, targets, labels: seen.labels, signal, onChange });
  const policies = rulePolicies(rule);
  const afterwards = el(
    'details',
    { class: 'card document section', open: !policies.isUsual },
    el('summary', {}, el('h2', {}, 'Afterwards')),
    el(
      'div',
      { class: 'section-body' },
      el(
        'p',
        { class: 'help' },
        'Hold-down, repeats, recovery, storms: what happens while the problem lasts, and when it is over.',
      ),
      policies.element,
    ),
  );
  const ticketParts = [
    section('Ticket', 'Fields left out get the ticket defaults of the connection.', ticket.element),
    afterwards,
  ];
  const arrange = () => ticketParts.forEach((part) => (part.hidden = action.value() === 'suppress'));
  action.element.addEventListener('change', arrange);
  arrange();
  const element = el(
    'div',
    { class: 'stack' },
    section('Rule', '', el('div', { class: 'fields' }, name.element, description.element)),
    section(
      'When',
      'Rules are asked from top to bottom; the first that matches takes the event.',
      conditions.element,
      hours.element,
    ),
    section('What it does', '', action.element),
    ticketParts,
  );
  for (const kind of ['input', 'change']) element.addEventListener(kind, () => onChange());
  const value = () => valueOf(rule, { name, description, conditions, hours, action, ticket, policies });
  return {
    element,
    value,
    check: () => {
      if (!name.value()) {
        name.showError({ message: 'Enter a name for the rule.' });
        focusOn(name.target);
        return false;
      }
      return conditions.check();
    },
    showErrors: (errors) => {
      const showAt = (field, pointer) => (error) => {
        if (error.pointer !== pointer) return true;
        field.showError({ message: error.detail });
        focusOn(field.target);
        return false;
      };
      const rest = errors.filter(showAt(name, '/name')).filter(showAt(description, '/description'));
      return policies.showErrors(ticket.showErrors(hours.showErrors(conditions.showErrors(rest))));
    },
  };
}

function valueOf(rule, { name, description, conditions, hours, action, ticket, policies }) {
  const during = hours.value();
  const common = {
    name: name.value(),
    ...(description.value() && { description: description.value() }),
    mode: rule.mode ?? 'dry_run',
    conditions: conditions.value(),
    ...(during && { during }),
    do: action.value(),
  };
  return action.value() === 'suppress' ? common : { ...common, ticket: ticket.value(), ...policies.value() };
}

const section = (title, help, ...content) =>
  el(
    'section',
    { class: 'card', 'aria-label': title },
    el('div', {}, el('h2', {}, title), help && el('p', { class: 'help' }, help)),
    ...content,
  );

function actionField(chosen) {
  const id = freshId('do');
  const option = (value, label, help) => {
    const radio = el('input', { type: 'radio', name: id, id: `${id}-${value}`, value, checked: value === chosen });
    return {
      radio,
      element: el('div', { class: 'check' }, radio, el('label', { for: radio.id }, label, el('span', { class: 'help' }, help))),
    };
  };
  const options = [
    option('ticket', 'Make a ticket', 'One for each problem, however often it is reported.'),
    option('suppress', 'Count it, without a ticket', 'For noise: the events are kept, and shown under Events.'),
  ];
  return {
    element: el(
      'fieldset',
      { class: 'field', 'aria-label': 'What it does' },
      options.map(({ element }) => element),
    ),
    value: () => options.find(({ radio }) => radio.checked).radio.value,
  };
}
