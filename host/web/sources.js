// The sources: where events come from, and whether they arrive.

import { mayDo } from './api.js';
import { actionButton, el, setChildren } from './dom.js';
import { onChange } from './stream.js';
import { notice } from './notices.js';
import { loadPresets, loadSources } from './requests.js';
import { goTo } from './router.js';
import { sourceBadge, sourceCounts, sourceTrouble } from './source_states.js';

/** Shows the list. */
export async function sourcesView({ signal }) {
  const presets = await loadPresets(signal);
  const titles = new Map(presets.map(({ name, title }) => [name, title]));
  const list = el('div', { class: 'stack' });
  const show = async () => {
    const sources = await loadSources(signal);
    setChildren(
      list,
      sources.length === 0 ? noSources() : sources.map((source) => card(source, titles.get(source.preset) ?? source.preset)),
    );
  };
  await show();
  const refresh = async () => list.contains(document.activeElement) || show();
  onChange(['events', 'definitions'], refresh, signal);
  return el(
    'div',
    { class: 'view' },
    el(
      'div',
      { class: 'view-head' },
      el('h1', {}, 'Sources'),
      el('p', { class: 'lead' }, 'Where events come from: monitoring and other tools that send webhooks.'),
    ),
    mayDo('admin') &&
      el(
        'div',
        { class: 'actions' },
        actionButton('Add a source', async () => goTo('/sources/add/preset'), { kind: 'primary' }),
      ),
    list,
  );
}

const card = (source, title) =>
  el(
    'article',
    { class: 'card', 'aria-label': `Source ${source.name}` },
    el(
      'div',
      { class: 'card-head' },
      el('span', { class: 'avatar', 'aria-hidden': 'true' }, title.slice(0, 1)),
      el(
        'div',
        { class: 'card-title' },
        el('h2', {}, el('a', { href: `#/sources/${encodeURIComponent(source.name)}` }, source.name)),
        el('p', { class: 'subtitle' }, `${title} · ${sourceCounts(source)}`),
      ),
      sourceBadge(source),
    ),
    sourceTrouble(source),
  );

const noSources = () =>
  notice(
    'info',
    'No sources yet',
    el('p', {}, 'Add the first one: choose what sends, and copy the text for it that is shown then.'),
  );
