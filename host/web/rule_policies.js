// What a rule does while a problem lasts and when it is over: hold-down, repeats, recovery, return, storms.

import { el, focusOn } from './dom.js';
import { inputField, selectField } from './input_field.js';

const repeats = [
  ['count', 'Count it'],
  ['note', 'Add a note to the ticket'],
  ['nothing', 'Nothing'],
];
const recoveries = [
  ['resolve_if_untouched', 'Resolve the ticket, unless somebody has worked on it'],
  ['resolve', 'Resolve the ticket'],
  ['note', 'Add a note to the ticket'],
  ['nothing', 'Nothing'],
];
const closed = [
  ['leave', 'Leave it closed'],
  ['reopen', 'Reopen it'],
  ['new', 'Make a new ticket'],
];

/** What a rule does unless it says otherwise. */
const usual = {
  onRepeat: { do: 'count' },
  onRecovery: 'resolve_if_untouched',
  ifClosedByHuman: 'leave',
  storm: { tickets: 10, minutes: 5 },
};

/**
 * @param {Object} rule  a rule's document
 * @returns {{element: HTMLElement, isUsual: boolean, value: () => Object, showErrors: (errors: Object[]) => Object[]}}  isUsual:
 *   the rule does not differ from others in this; value: the members of the document
 */
export function rulePolicies(rule) {
  const parts = {
    '/holdDown/minutes': number(
      'Wait before the ticket, in minutes',
      rule.holdDown?.minutes || null,
      'A problem that is over by then makes no ticket. Blank: do not wait.',
    ),
    '/holdDown/problems': number(
      'Number of reports before the ticket',
      rule.holdDown?.problems > 1 ? rule.holdDown.problems : null,
      'It takes so many reports of it, such as three failed backups. Blank: one.',
    ),
    '/onRepeat/do': choice('When the problem is reported again', repeats, rule.onRepeat?.do),
    '/onRepeat/everyMinutes': number(
      'At most one note every … minutes',
      rule.onRepeat?.everyMinutes ?? 60,
      'The other repeats are counted.',
    ),
    '/onRecovery': choice('When it is over', recoveries, rule.onRecovery),
    '/onReturn/reopenWithinHours': number(
      'If it comes back, reopen the ticket within … hours',
      rule.onReturn?.reopenWithinHours,
      'Blank: it always gets a new ticket.',
    ),
    '/ifClosedByHuman': choice('If somebody closed the ticket while the problem lasts', closed, rule.ifClosedByHuman),
    '/storm/tickets': number(
      'Storm: more than … tickets',
      rule.storm?.tickets ?? 10,
      'Of one company. The rest become notes of one ticket. 0: no limit.',
    ),
    '/storm/minutes': number('within … minutes', rule.storm?.minutes ?? 5),
  };
  const pace = parts['/onRepeat/everyMinutes'].element;
  const arrange = () => {
    pace.hidden = parts['/onRepeat/do'].value() !== 'note';
  };
  parts['/onRepeat/do'].target.addEventListener('change', arrange);
  arrange();
  const pair = (...names) =>
    el(
      'div',
      { class: 'pair' },
      names.map((name) => parts[name].element),
    );
  return {
    isUsual: JSON.stringify(valueOf(parts)) === JSON.stringify(usual),
    element: el(
      'div',
      { class: 'fields' },
      pair('/holdDown/minutes', '/holdDown/problems'),
      pair('/onRepeat/do', '/onRepeat/everyMinutes'),
      parts['/onRecovery'].element,
      parts['/onReturn/reopenWithinHours'].element,
      parts['/ifClosedByHuman'].element,
      pair('/storm/tickets', '/storm/minutes'),
    ),
    value: () => valueOf(parts),
    showErrors: (errors) =>
      errors.filter(({ pointer, detail }) => {
        const name = Object.keys(parts).find((each) => each === pointer || each.startsWith(`${pointer}/`));
        if (name) {
          parts[name].element.closest('details')?.setAttribute('open', '');
          parts[name].showError({ message: detail });
          focusOn(parts[name].target);
        }
        return !name;
      }),
  };
}

function valueOf(parts) {
  const of = (name) => parts[name].value();
  const given = (members) => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
  const holdDown = given({ minutes: of('/holdDown/minutes'), problems: of('/holdDown/problems') });
  const storm = given({ tickets: of('/storm/tickets'), minutes: of('/storm/minutes') });
  const reopen = of('/onReturn/reopenWithinHours');
  const isNote = of('/onRepeat/do') === 'note';
  return {
    ...(Object.keys(holdDown).length > 0 && { holdDown }),
    onRepeat: { do: of('/onRepeat/do'), ...(isNote && given({ everyMinutes: of('/onRepeat/everyMinutes') })) },
    onRecovery: of('/onRecovery'),
    ...(reopen !== null && { onReturn: { reopenWithinHours: reopen } }),
    ifClosedByHuman: of('/ifClosedByHuman'),
    ...(Object.keys(storm).length > 0 && { storm }),
  };
}

const number = (label, value, help) => inputField({ label, value, help, isNumber: true });

const choice = (label, options, value) => selectField({ label, options, value });
