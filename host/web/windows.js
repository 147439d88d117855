// Maintenance windows: when events make no tickets.

import { mayDo } from './api.js';
import { conditionSummary } from './condition_summary.js';
import { actionButton, el, setChildren } from './dom.js';
import { onChange } from './stream.js';
import { formatTime } from './format.js';
import { days } from './hours_field.js';
import { badge, notice } from './notices.js';
import { loadCalendar, loadWindows } from './requests.js';
import { goTo } from './router.js';
import { calendarRange, calendarRow, calendarScale } from './window_calendar.js';

/** Shows the list with the coming four weeks. */
export async function windowsView({ signal }) {
  const list = el('div', { class: 'stack' });
  const show = async () => {
    const range = calendarRange();
    const [windows, spans] = await Promise.all([
      loadWindows(signal),
      loadCalendar(range.from.toISOString(), range.to.toISOString(), signal),
    ]);
    setChildren(list, windows.length === 0 ? noWindows() : table(windows, spans, range));
  };
  await show();
  onChange(['definitions'], async () => list.contains(document.activeElement) || show(), signal);
  return el(
    'div',
    { class: 'view' },
    el(
      'div',
      { class: 'view-head' },
      el('h1', {}, 'Windows'),
      el(
        'p',
        { class: 'lead' },
        'Maintenance: events within a window make no tickets. What still lasts at its end goes through the rules then.',
      ),
    ),
    mayDo('admin') &&
      el(
        'div',
        { class: 'actions' },
        actionButton('Add a window', async () => goTo('/windows/add/new'), { kind: 'primary' }),
      ),
    list,
  );
}

const table = (windows, spans, range) =>
  el(
    'table',
    { class: 'table windows' },
    el('caption', { class: 'visually-hidden' }, 'Maintenance windows'),
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        el('th', { scope: 'col' }, 'Window'),
        el('th', { scope: 'col' }, el('span', { class: 'visually-hidden' }, 'Coming four weeks'), calendarScale(range)),
      ),
    ),
    el(
      'tbody',
      {},
      windows.map((window) =>
        row(
          window,
          spans.filter((span) => span.window === window.name),
          range,
        ),
      ),
    ),
  );

function row(window, spans, range) {
  const { name, description } = window;
  const scope = conditionSummary(window.conditions);
  return el(
    'tr',
    {},
    el(
      'th',
      { scope: 'row' },
      el('a', { href: `#/windows/${encodeURIComponent(name)}` }, name),
      stateBadge(window, spans),
      description && el('span', { class: 'row-note' }, description),
      el('span', { class: 'row-note' }, whenText(window)),
      el('span', { class: 'row-note' }, scope ? `Only ${scope}` : 'All events'),
    ),
    el('td', { 'data-label': 'Coming four weeks', class: 'calendar-cell' }, calendarRow(name, spans, range), nextText(spans)),
  );
}

function stateBadge(window, spans) {
  const now = Date.now();
  if (spans.some((span) => Date.parse(span.from) <= now && now < Date.parse(span.to))) return [' ', badge('warn', 'Active now')];
  const end = window.to && spans.length === 0 ? Date.parse(window.to) : NaN;
  return end < now ? [' ', badge('quiet', 'Over')] : null;
}

function nextText(spans) {
  const next = spans.find((span) => Date.parse(span.to) > Date.now());
  if (!next) return el('p', { class: 'help' }, 'Not in the coming four weeks.');
  const isActive = Date.parse(next.from) <= Date.now();
  const [from, to] = [formatTime(next.from), formatTime(next.to)];
  return el('p', { class: 'help' }, isActive ? `Until ${to}` : `Next: ${from} to ${to}`);
}

/** "every Sunday at 02:00 for 120 minutes, Europe/Oslo". */
function whenText({ weekly, from, to, timeZone, validFrom, validTo }) {
  if (!weekly) return `${local(from)} to ${local(to)}, ${timeZone}`;
  const names = weekly.days.map((day) => days.find(([value]) => value === day)?.[1] ?? day);
  const bounds = [validFrom && `from ${local(validFrom)}`, validTo && `until ${local(validTo)}`].filter(Boolean);
  return [`Every ${names.join(', ')} at ${weekly.start} for ${weekly.minutes} minutes`, timeZone, ...bounds].join(', ');
}

const local = (text) => (text ?? '').replace('T', ' ');

const noWindows = () =>
  notice('info', 'No windows yet', el('p', {}, 'Add one before planned work, so that it makes no tickets.'));
