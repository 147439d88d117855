// The card of a connection without a build: its plugin is missing, or one of several must be chosen.

import { openTicketsLink, removeButton } from './connection_removal.js';
import { stateBadge } from './connection_states.js';
import { saveConnection } from './connections.js';
import { actionButton, announce, el } from './dom.js';
import { notice, problemBox, resultArea } from './notices.js';
import { reload } from './router.js';

/** `builds`: id@version of the builds that it could use. */
export function orphanCard({ connection, builds }) {
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
      builds.length > 0 ? 'Select the plugin build for this connection' : 'The plugin of this connection is missing',
      el('p', {}, trouble || `The plugin ${plugin} is not loaded.`),
      el(
        'ul',
        {},
        el(
          'li',
          {},
          builds.length > 0
            ? 'Select a build below. Its tickets wait until then; nothing is lost.'
            : 'To keep it: put the plugin back into a plugin folder and restart psa-host. Its tickets wait until then; nothing is lost.',
        ),
        el('li', {}, 'To remove it: link or discard its unfinished tickets, then click Remove.'),
      ),
      el('p', {}, openTicketsLink(name)),
    ),
    el(
      'div',
      { class: 'actions' },
      builds.map((build) =>
        actionButton(`Use ${build}`, () => choose(name, build, result), { 'aria-label': `Use ${build}: ${name}` }),
      ),
      removeButton(name, plugin, result, 'secondary'),
    ),
    result.element,
  );
}

async function choose(name, build, result) {
  try {
    await saveConnection(name, { plugin: build });
    reload();
    announce(`${name} now uses ${build}.`);
  } catch (error) {
    result.show(problemBox(error));
  }
}
