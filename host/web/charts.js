// Small SVG charts. Each also has its numbers as text.

import { el, svg } from './dom.js';

/**
 * A stacked bar of the parts of a whole, with a legend.
 * @param {{label: string, value: number, tone: string}[]} parts
 */
export function stackedBar(parts, label) {
  const total = parts.reduce((sum, { value }) => sum + value, 0);
  let x = 0;
  const bars = parts
    .filter(({ value }) => value > 0)
    .map(({ value, tone }) => {
      const bar = svg('rect', { class: `bar ${tone}`, x, y: 0, width: (value / total) * 100, height: 10 });
      x += (value / total) * 100;
      return bar;
    });
  return el(
    'div',
    { class: 'chart' },
    svg(
      'svg',
      { class: 'stacked', viewBox: '0 0 100 10', preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
      svg('rect', { class: 'track', width: 100, height: 10 }),
      bars,
    ),
    el(
      'ul',
      { class: 'legend' },
      parts.map(({ label: name, value, tone }) =>
        el(
          'li',
          { class: value > 0 ? null : 'none' },
          el('span', { class: `swatch ${tone}` }),
          `${name} `,
          el('strong', {}, String(value)),
        ),
      ),
    ),
  );
}

/** A line chart of values over time, the newest at the right; `slots` values fill the width. */
export function sparkline(values, label, slots = 60) {
  const shown = values.slice(-slots);
  const top = Math.max(1, ...shown);
  const points = shown.map((value, i) => [100 - (shown.length - 1 - i) * (100 / (slots - 1)), 29 - (value / top) * 26]);
  const text = points.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`);
  return svg(
    'svg',
    { class: 'sparkline', viewBox: '0 0 100 30', preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    svg('line', { class: 'base', x1: 0, y1: 29, x2: 100, y2: 29 }),
    points.length > 1 && svg('polygon', { class: 'area', points: [`${points[0][0]},29`, ...text, '100,29'].join(' ') }),
    points.length > 1 && svg('polyline', { class: 'line', points: text.join(' ') }),
  );
}

/** How much of `max` is used; a high use of a limited resource is a warning. */
export function meter(used, max, label, isScarce) {
  const share = max > 0 ? Math.min(1, used / max) : 0;
  const tone = !isScarce ? 'info' : share > 0.9 ? 'bad' : share > 0.7 ? 'warn' : 'good';
  return el(
    'div',
    { role: 'meter', class: 'meter', 'aria-label': label, 'aria-valuemin': 0, 'aria-valuemax': max, 'aria-valuenow': used },
    svg(
      'svg',
      { viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      svg('rect', { class: 'track', width: 100, height: 6 }),
      svg('rect', { class: `bar ${tone}`, width: share * 100, height: 6 }),
    ),
  );
}
