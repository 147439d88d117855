// The card of a connection whose plugin is not there.

import { openTicketsLink, removeButton } from './connection_removal.js';
import { stateBadge } from './connection_states.js';
import { el } from './dom.js';
import { notice, resultArea } from './notices.js';

export function orphanCard(connection) {
  const { name, plugin, trouble } = connection;
  const result = resultArea();
  return el(
    'article',
    { class: 'card', 'aria-label': `${plugin} ${name}` },
    el(
      'div',
      { class: 'card-head' },
      el('span', { class: 'avatar none', 'aria-hidden': 'true' }, '?'),
      el('div', { class: 'card-title' }, el('h2', {}, name), el('p', { class: 'subtitle' }, `plugin ${plugin}`)),
      stateBadge({ state: 'broken' }),
    ),
    notice(
      'bad',
      'The plugin of this connection is not there',
      el('p', {}, trouble || `The plugin ${plugin} is not loaded.`),
      el(
        'ul',
        {},
        el(
          'li',
          {},
          'To go on with it: put the plugin back into a folder of plugins, and start psa-host again. Its tickets wait until then; nothing is lost.',
        ),
        el('li', {}, 'To give it up: link or drop its tickets that have not ended, then click Remove.'),
      ),
      el('p', {}, openTicketsLink(name)),
    ),
    el('div', { class: 'actions' }, removeButton(name, plugin, result, 'secondary')),
    result.element,
  );
}
