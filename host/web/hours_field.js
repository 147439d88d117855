// Days and hours of a week, such as office hours, in a time zone.

import { el, focusOn, freshId, setChildren } from './dom.js';
import { inputField, selectField } from './input_field.js';
import { ownZone, zoneField } from './zone_field.js';

/** Days of the week as in the API, with their names. */
export const days = [
  ['mon', 'Monday'],
  ['tue', 'Tuesday'],
  ['wed', 'Wednesday'],
  ['thu', 'Thursday'],
  ['fri', 'Friday'],
  ['sat', 'Saturday'],
  ['sun', 'Sunday'],
];

const officeHours = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '17:00' };

/** Days to choose from: {element, values, showError, target}. */
export function dayChips({ label = 'Days', chosen }) {
  const id = freshId('days');
  const error = el('p', { class: 'field-error', hidden: true });
  const chips = days.map(([value, name]) =>
    el(
      'button',
      { type: 'button', class: 'chip', 'aria-pressed': String(chosen.includes(value)), 'aria-label': name, onclick: toggle },
      name.slice(0, 3),
    ),
  );
  const element = el(
    'div',
    { class: 'field', role: 'group', 'aria-labelledby': id },
    el('span', { class: 'label', id }, label),
    el('div', { class: 'chips' }, chips),
    error,
  );
  return {
    element,
    target: chips[0],
    values: () => days.map(([value]) => value).filter((_, i) => chips[i].getAttribute('aria-pressed') === 'true'),
    showError: (problem) => {
      setChildren(error, problem?.message ?? null);
      error.hidden = !problem;
    },
  };
}

function toggle({ currentTarget: chip }) {
  chip.setAttribute('aria-pressed', String(chip.getAttribute('aria-pressed') !== 'true'));
  chip.dispatchEvent(new Event('input', { bubbles: true }));
}

/** A time of day, "08:00". */
export const timeOfDay = (options) => inputField({ ...options, type: 'time' });

/**
 * When a rule applies: always, or only in or outside some hours.
 * @param {{value: Object|undefined}} options  "during" of a rule
 * @returns {{element: HTMLElement, value: () => Object|undefined, showErrors: (errors: Object[]) => Object[]}}
 */
export function hoursField({ value }) {
  const given = value ?? officeHours;
  const when = selectField({
    label: 'Hours',
    options: [
      ['always', 'At any time'],
      ['inside', 'Only within these hours'],
      ['outside', 'Only outside these hours'],
    ],
    value: value && (value.outside ? 'outside' : 'inside'),
  });
  const parts = {
    days: dayChips({ chosen: given.days ?? [] }),
    from: timeOfDay({ label: 'From', value: given.from }),
    to: timeOfDay({ label: 'To', value: given.to, help: 'Earlier than “From”: the hours end on the next day.' }),
    timeZone: zoneField({ value: given.timeZone ?? ownZone() }),
  };
  const detail = el(
    'div',
    { class: 'fields inset' },
    parts.days.element,
    el('div', { class: 'pair' }, parts.from.element, parts.to.element),
    parts.timeZone.element,
  );
  const arrange = () => {
    detail.hidden = when.value() === 'always';
  };
  when.target.addEventListener('change', arrange);
  arrange();
  return {
    element: el('div', { class: 'fields' }, when.element, detail),
    value: () =>
      when.value() === 'always'
        ? undefined
        : {
            days: parts.days.values(),
            from: parts.from.value(),
            to: parts.to.value(),
            timeZone: parts.timeZone.value(),
            ...(when.value() === 'outside' && { outside: true }),
          },
    showErrors: (errors) =>
      errors.filter(({ pointer, detail: message }) => {
        const part = /^\/during\/([^/]+)/.exec(pointer)?.[1];
        const place = parts[part] ?? (pointer === '/during' ? when : null);
        place?.showError({ message });
        if (place) focusOn(place.target);
        return !place;
      }),
  };
}
