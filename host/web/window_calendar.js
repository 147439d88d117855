// The coming four weeks as a row: when a maintenance window is active.

import { el, svg } from './dom.js';
import { formatTime } from './format.js';

const day = 24 * 3600 * 1000;
const days = 28;
const width = days * 24; // one unit an hour
const smallest = 2; // units: a short window is visible too
const dayMonth = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/** From the start of today, in the user's time zone. */
export function calendarRange(now = new Date()) {
  const from = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  return { from, to: new Date(from.getTime() + days * day) };
}

/** The dates above the rows. */
export const calendarScale = ({ from }) =>
  el(
    'div',
    { class: 'calendar-scale', 'aria-hidden': 'true' },
    [0, 7, 14, 21].map((offset) => el('span', {}, dayMonth.format(new Date(from.getTime() + offset * day)))),
  );

/** @param {{from: string, to: string}[]} spans  of the window `name` */
export function calendarRow(name, spans, { from, to }) {
  const at = (time) => (Math.min(Math.max(Date.parse(time), from.getTime()), to.getTime()) - from.getTime()) / 3600000;
  const label =
    spans.length === 0
      ? `${name}: not active in the coming four weeks`
      : `${name}: active ${spans
          .slice(0, 10)
          .map((span) => `${formatTime(span.from)} to ${formatTime(span.to)}`)
          .join('; ')}${spans.length > 10 ? `; and ${spans.length - 10} more times` : ''}`;
  const weekends = Array.from({ length: days }, (_, i) => i).filter((i) =>
    [0, 6].includes(new Date(from.getTime() + i * day + day / 2).getDay()),
  );
  return svg(
    'svg',
    { class: 'calendar', viewBox: `0 0 ${width} 24`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    svg('rect', { class: 'track', width, height: 24 }),
    weekends.map((i) => svg('rect', { class: 'weekend', x: i * 24, width: 24, height: 24 })),
    [7, 14, 21].map((i) => svg('line', { class: 'week', x1: i * 24, x2: i * 24, y1: 0, y2: 24 })),
    spans.map((span) => {
      const [start, end] = [at(span.from), at(span.to)];
      return svg(
        'rect',
        { class: 'span', x: start, y: 4, width: Math.max(end - start, smallest), height: 16 },
        svg('title', {}, `${formatTime(span.from)} to ${formatTime(span.to)}`),
      );
    }),
  );
}
