// One card of the integrations view: state of a connection, and its open panel.

import { connectionPanel } from './connection_panel.js';
import { removeButton } from './connection_removal.js';
import { pauseAdvice, stateBadge } from './connection_states.js';
import { choicesOf, loadConnection, testConnection } from './connections.js';
import { actionButton, el, outsideLink, setChildren } from './dom.js';
import { formatMoment } from './format.js';
import { badge, notice, problemBox, resultArea } from './notices.js';
import { goTo } from './router.js';
import { statusNow } from './status.js';
import { testOutcome } from './test_outcome.js';
import { testTicketPanel } from './test_ticket_panel.js';
import { defaultsPanel } from './ticket_defaults_panel.js';
import { updatesPanel } from './updates_panel.js';

const panels = {
  configure: connectionPanel,
  defaults: defaultsPanel,
  'test-ticket': testTicketPanel,
  updates: updatesPanel,
};
let confirmation = null; // confirmation of an action, for the card of a connection when it is rebuilt

const addressOf = (name, panel) => `/integrations/${encodeURIComponent(name)}/${panel}`;

/** The card of a stored connection. */
export function connectionCard(group, connection, open) {
  const { descriptor } = group;
  const result = resultArea();
  const openPanel = open.connection === connection.name ? panels[open.panel] : null;
  const context = {
    ...group,
    connection,
    signal: open.signal,
    choices: choicesOf(connection.name, open.signal),
    goTo: (panel, options) => leavePanel(panel, { name: connection.name, ...options }),
  };
  const state = stateParts(connection, result);
  open.showing.set(connection.name, state.refresh);
  if (confirmation?.name === connection.name) {
    result.show(notice('good', confirmation.done));
    confirmation = null;
  }
  return card(
    descriptor,
    connection.name,
    state.badge,
    open.connection === connection.name && !openPanel,
    state.trouble,
    defaultsReminder(descriptor, connection, openPanel),
    el('div', { class: 'actions' }, cardActions(context, open, result, state)),
    result.element,
    openPanel && el('section', { class: 'panel' }, openPanel(context)),
  );
}

/** The card of a plugin without a connection, or for an additional one. */
export function newConnectionCard(group, open, taken) {
  const isOpen = open.plugin === group.name;
  const context = {
    ...group,
    connection: null,
    taken,
    signal: open.signal,
    goTo: leavePanel,
  };
  const configure = () => goTo(`/integrations/add/${encodeURIComponent(group.name)}`);
  return card(
    group.descriptor,
    taken.size > 0 && isOpen ? 'a new connection' : '',
    badge('quiet', 'Not connected'),
    false,
    el('p', {}, group.descriptor.description),
    !isOpen &&
      el(
        'div',
        { class: 'actions' },
        el(
          'button',
          {
            type: 'button',
            class: 'button primary',
            onclick: configure,
            'aria-label': `Configure ${group.descriptor.name}`,
          },
          'Configure',
        ),
      ),
    isOpen && el('section', { class: 'panel' }, connectionPanel(context)),
  );
}

/** Switches to another panel of the connection, or closes this one; `done`: the message to show on the card then. */
function leavePanel(panel, { name, done } = {}) {
  confirmation = done ? { name, done } : null;
  goTo(panel ? addressOf(name, panel) : '/integrations');
}

function card(descriptor, subtitle, state, hasFocus, ...content) {
  return el(
    'article',
    { class: 'card', 'aria-label': [descriptor.name, subtitle].filter(Boolean).join(' ') },
    el(
      'div',
      { class: 'card-head' },
      el('span', { class: 'avatar', 'aria-hidden': 'true' }, descriptor.name.slice(0, 1)),
      el(
        'div',
        { class: 'card-title' },
        el('h2', { 'data-focus': hasFocus }, descriptor.name),
        el('p', { class: 'subtitle' }, subtitle || `version ${descriptor.version}`),
      ),
      state,
    ),
    ...content,
  );
}

function cardActions({ connection, descriptor, plugin, goTo: show }, open, result, state) {
  const panelButton = (panel, label) =>
    el(
      'button',
      {
        type: 'button',
        class: 'button secondary',
        'aria-expanded': String(open.connection === connection.name && open.panel === panel),
        'aria-label': `${label}: ${connection.name}`,
        onclick: () => show(panel),
      },
      label,
    );
  const isConfiguring = open.connection === connection.name && open.panel === 'configure';
  return [
    panelButton('configure', 'Configure'),
    !isConfiguring &&
      actionButton('Test', () => testStored(connection, result, state), {
        busy: 'Testing…',
        'aria-label': `Test: ${connection.name}`,
      }),
    descriptor.ticketDefaults && panelButton('defaults', 'Ticket defaults'),
    connection.state !== 'broken' && panelButton('test-ticket', 'Send test ticket'),
    plugin.updates && panelButton('updates', 'Updates'),
    removeButton(connection.name, descriptor.name, result),
    descriptor.guideUrl && outsideLink(descriptor.guideUrl, 'Guide'),
  ];
}

/** Badge and trouble of a connection, updated by a test. */
function stateParts(connection, result) {
  const parts = { badge: el('div'), trouble: el('div', { class: 'result' }) };
  const looksOf = (now) => JSON.stringify([now.state, now.trouble, now.pause, now.pauseReason, now.lastTest]);
  let shown = '';
  parts.show = (now, { withTest = true } = {}) => {
    shown = looksOf(now);
    setChildren(parts.badge, stateBadge(now));
    setChildren(parts.trouble, trouble(now) ?? (withTest && testNotice(now)));
  };
  parts.refresh = (now) => looksOf(now) !== shown && parts.show(now);
  parts.show(connection);
  return parts;
}

function trouble({ state, trouble: text, pause, pauseReason }) {
  if (state === 'broken')
    return notice(
      'bad',
      'This connection cannot work',
      el('p', {}, text),
      el('p', {}, 'Open Configure and correct it. Its tickets are waiting; nothing is lost.'),
    );
  if (state === 'paused')
    return notice('warn', pauseReason, el('p', {}, pauseAdvice(pause)));
  return null;
}

/** Until a test has passed, it is not known whether the PSA accepts these credentials. */
function testNotice({ lastTest }) {
  if (!lastTest)
    return notice('info', 'These credentials were never tested', el('p', {}, 'Click Test to see whether the PSA accepts them.'));
  const { passed, time, message, hint } = lastTest;
  if (passed) return null;
  return notice(
    'bad',
    `The last test failed: ${message}`,
    hint && el('p', {}, el('strong', {}, 'Next: '), hint),
    el('p', {}, `Tested ${formatMoment(time)}.`),
  );
}

/** Without the required defaults, each ticket that lacks those values would be rejected. */
function defaultsReminder(descriptor, { name, ticketDefaults }, openPanel) {
  if (openPanel === defaultsPanel) return null;
  const { required = [], properties = {} } = descriptor.ticketDefaults ?? {};
  const missing = required.filter((field) => (ticketDefaults[field] ?? '') === '').map((field) => properties[field].title);
  if (missing.length === 0) return null;
  return notice(
    'info',
    `Ticket defaults are incomplete: ${missing.join(', ')}`,
    el(
      'p',
      {},
      el('a', { href: `#${addressOf(name, 'defaults')}` }, 'Fill them in'),
      '; until then each ticket has to set its own.',
    ),
  );
}

async function testStored({ name }, result, state) {
  result.clear();
  try {
    const outcome = await testConnection(name);
    state.show(await loadConnection(name), { withTest: false }); // a test that passes ends a pause
    result.show(testOutcome(outcome));
    await statusNow().catch(() => {}); // for the banner; the next update may succeed
  } catch (error) {
    result.show(problemBox(error));
  }
}
