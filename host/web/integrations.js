// The integrations view: a card for each plugin and connection.

import { loadConnections, loadIntegrations } from './connections.js';
import { el } from './dom.js';
import { sentences } from './format.js';
import { connectionCard, newConnectionCard } from './integration_card.js';
import { notice } from './notices.js';
import { orphanCard } from './orphan_card.js';
import { onChange } from './stream.js';

/** Shows all cards; the URL determines the open panel and its card. */
export async function integrationsView({ parameters, signal }) {
  const { groups, orphans, broken } = await loadIntegrations(signal);
  const showing = new Map(); // name → what displays the state of that connection
  const open = { ...parameters, signal, showing };
  const refresh = async () => {
    for (const connection of await loadConnections(signal)) showing.get(connection.name)?.(connection);
  };
  onChange(['connections'], refresh, signal);
  const taken = new Set(
    groups
      .flatMap(({ connections }) => connections)
      .concat(orphans.map(({ connection }) => connection))
      .map(({ name }) => name),
  );
  return el(
    'div',
    { class: 'view' },
    el(
      'div',
      { class: 'view-head' },
      el('h1', {}, 'Integrations'),
      el(
        'p',
        { class: 'lead' },
        'Where tickets go. Configure a PSA, test and save it, then set the defaults for new tickets.',
      ),
    ),
    groups.length === 0 && broken.length === 0 && noPlugins(),
    groups.map((group) => cardsOf(group, open, taken)),
    orphans.map(orphanCard),
    broken.map(brokenNotice),
  );
}

function cardsOf(group, open, taken) {
  const cards = group.connections.map((connection) => connectionCard(group, connection, open));
  const isAdding = open.plugin === group.name;
  if (cards.length === 0 || isAdding) return [...cards, newConnectionCard(group, open, taken)];
  return [
    ...cards,
    el(
      'p',
      { class: 'add-another' },
      el(
        'a',
        { href: `#/integrations/add/${encodeURIComponent(group.name)}` },
        `Add another ${group.descriptor.name} connection`,
      ),
    ),
  ];
}

const noPlugins = () =>
  notice(
    'info',
    'No plugins yet',
    el(
      'p',
      {},
      'Set the folder of your plugins under [plugins] in the configuration file and restart psa-host. The plugins found there then appear here.',
    ),
  );

const brokenNotice = ({ id, file, state, expected, found, advice, warnings }) =>
  notice(
    'bad',
    `Plugin ${id || file} is not ready (${state})`,
    el('p', {}, sentences(expected && `Expected: ${expected}`, found && `Found: ${found}`, advice)),
    warnings.map((warning) => el('p', {}, warning)),
  );
