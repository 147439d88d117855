// The frame around the views: header, navigation, banners, and who is signed in.

import { currentSession, isBound, mayDo, resumeSession, setHooks, signOut } from './api.js';
import { auditView } from './audit.js';
import { pauseText } from './connection_states.js';
import { customerView, newCustomerView } from './customer.js';
import { customersView } from './customers.js';
import { actionButton, el, focusOn, setChildren } from './dom.js';
import { eventView } from './event.js';
import { eventsView } from './events.js';
import { healthView } from './health.js';
import { integrationsView } from './integrations.js';
import { notice } from './notices.js';
import { rememberedAddress } from './remembered.js';
import { addRoute, startRouter } from './router.js';
import { newRuleView, ruleView } from './rule.js';
import { libraryView } from './rule_library.js';
import { rulesView } from './rules.js';
import { signInAgain, signInPage } from './sign_in.js';
import { sourceView } from './source.js';
import { addSourceView, choosePresetView } from './source_add.js';
import { sourcesView } from './sources.js';
import { watchStatus } from './status.js';
import { stopListening } from './stream.js';
import { ticketView } from './ticket.js';
import { ticketsView } from './tickets.js';
import { tokensView } from './tokens.js';
import { newWindowView, windowView } from './window.js';
import { windowsView } from './windows.js';

// isForAll: of all connections together, so not for a token that is bound to some.
const views = [
  { path: '/integrations', label: 'Integrations' },
  { path: '/sources', label: 'Sources', isForAll: true },
  { path: '/rules', label: 'Rules', isForAll: true },
  { path: '/windows', label: 'Windows', isForAll: true },
  { path: '/customers', label: 'Customers', isForAll: true },
  { path: '/events', label: 'Events', isForAll: true },
  { path: '/tickets', label: 'Tickets' },
  { path: '/audit', label: 'Audit' },
  { path: '/tokens', label: 'Tokens', scope: 'admin' },
  { path: '/health', label: 'Health' },
];
const header = document.getElementById('header');
const main = document.getElementById('main');
const banners = { network: null, store: null, paused: null, scope: null };

addRoute('/integrations', integrationsView);
addRoute('/integrations/add/:plugin', integrationsView);
addRoute('/integrations/:connection/:panel', integrationsView);
addRoute('/sources', sourcesView);
addRoute('/sources/add/preset', choosePresetView);
addRoute('/sources/add/:preset', addSourceView);
addRoute('/sources/:name', sourceView);
addRoute('/rules', rulesView);
addRoute('/rules/add/own', newRuleView);
addRoute('/rules/add/library', libraryView);
addRoute('/rules/:name', ruleView);
addRoute('/windows', windowsView);
addRoute('/windows/add/new', newWindowView);
addRoute('/windows/:name', windowView);
addRoute('/customers', customersView);
addRoute('/customers/add/new', newCustomerView);
addRoute('/customers/:name', customerView);
addRoute('/events', eventsView);
addRoute('/events/:id', eventView);
addRoute('/tickets', ticketsView);
addRoute('/tickets/:id', ticketView);
addRoute('/audit', auditView);
addRoute('/tokens', tokensView);
addRoute('/health', healthView);

setHooks(signInAgain, (reachable) =>
  setBanner(
    'network',
    reachable
      ? null
      : notice(
          'warn',
          'No connection to psa-host',
          el('p', {}, 'Retrying every few seconds. Your input is kept.'),
        ),
  ),
);
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  focusOn(main);
});
await start();

async function start() {
  if (!(await resumeSession())) await signInPage(main);
  showHeader();
  setBanner('scope', scopeBanner());
  watchStatus(showStatus);
  await startRouter(main, { fallback: '/integrations', onShow: markCurrent });
}

function scopeBanner() {
  if (mayDo('admin')) return null;
  const can = mayDo('operate') ? 'can settle and update tickets only' : mayDo('read') ? 'is read-only' : 'can only submit tickets';
  return notice('info', `This token ${can}`, el('p', {}, 'To do more, sign out and sign in with an admin token.'));
}

function showHeader() {
  const shown = views.filter(({ scope, isForAll }) => (!scope || mayDo(scope)) && !(isForAll && isBound()));
  setChildren(
    header,
    el(
      'a',
      { class: 'brand', href: '#/integrations' },
      el('img', { src: '/icon.svg', alt: '', width: 28, height: 28 }),
      'psa-host',
    ),
    el(
      'nav',
      { 'aria-label': 'Views' },
      shown.map(({ path, label }) =>
        el(
          'a',
          { href: `#${path}`, 'data-path': path, onclick: comeBack },
          label,
          path === '/tickets' && el('span', { class: 'count', id: 'attention', hidden: true }),
        ),
      ),
    ),
    el(
      'div',
      { class: 'who' },
      el('span', { class: 'who-name', title: 'The token of this session' }, currentSession().name),
      actionButton('Sign out', leave, { kind: 'quiet', busy: 'Signing out…' }),
    ),
  );
  header.hidden = false;
}

/** A link to a list leads to it as it was left; from the list itself, to the list without filters. */
function comeBack({ currentTarget: link }) {
  const isThere = link.getAttribute('aria-current') && location.hash.split('?')[0] === `#${link.dataset.path}`;
  link.href = `#${isThere ? link.dataset.path : rememberedAddress(link.dataset.path)}`;
}

async function leave() {
  stopListening();
  await signOut();
  location.reload();
}

function markCurrent(address) {
  for (const link of header.querySelectorAll('nav a')) {
    const isCurrent = address.startsWith(link.dataset.path);
    if (!isCurrent) link.removeAttribute('aria-current');
    else if (!link.getAttribute('aria-current')) {
      link.setAttribute('aria-current', 'page');
      link.scrollIntoView({ block: 'nearest', inline: 'nearest' }); // on a narrow screen the views are a row that scrolls
    }
  }
}

function showStatus(status) {
  const needHuman = status.ticketStates.filter(({ needsHuman }) => needsHuman);
  const waiting = status.connections.reduce(
    (sum, { tickets, operations }) => sum + needHuman.reduce((each, { state }) => each + tickets[state] + operations[state], 0),
    0,
  );
  const count = document.getElementById('attention');
  count.hidden = waiting === 0;
  setChildren(count, String(waiting), el('span', { class: 'visually-hidden' }, ' need attention'));
  setBanner('paused', pausedBanner(status.connections));
  setBanner(
    'store',
    status.store.writable
      ? null
      : notice(
          'bad',
          'The store is not writable',
          el(
            'p',
            {},
            `${status.store.problem} Tickets are rejected until this is fixed; nothing that was accepted is lost.`,
          ),
        ),
  );
}

/** Tickets of a paused connection wait until a human acts, so every view shows it. */
function pausedBanner(connections) {
  const paused = connections.filter(({ state }) => state === 'paused');
  if (paused.length === 0) return null;
  return notice(
    'warn',
    paused.length === 1 ? 'A connection is paused' : `${paused.length} connections are paused`,
    el(
      'ul',
      {},
      paused.map((connection) => el('li', {}, el('a', { href: '#/integrations' }, pauseText(connection)))),
    ),
  );
}

function setBanner(name, node) {
  if (!node && !banners[name]) return;
  if (node?.textContent === banners[name]?.textContent) return;
  banners[name] = node;
  setChildren(document.getElementById('banner'), Object.values(banners));
}
