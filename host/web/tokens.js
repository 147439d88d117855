// Tokens: who may use the API and this page, and for what.

import { change, currentSession, get, segment } from './api.js';
import { connectionNames } from './connections.js';
import { confirmDialog } from './dialogs.js';
import { actionButton, announce, el, focusOn, setChildren } from './dom.js';
import { formatAge, formatTime } from './format.js';
import { badge, problemBox, resultArea } from './notices.js';
import { reload } from './router.js';
import { onChange } from './stream.js';
import { tokenForm } from './token_form.js';

const columns = ['Name', 'Id', 'May', 'Expires', 'Last used', ''];

/** Shows all tokens, creates and removes them. */
export async function tokensView({ query, signal }) {
  const list = el('div');
  const result = resultArea();
  const show = async () => {
    const { tokens } = await get('/v1/tokens', { signal });
    setChildren(
      list,
      table(tokens, (token) => remove(token, tokens, { result, show })),
    );
  };
  await show();
  const refresh = async () => list.contains(document.activeElement) || show();
  onChange(['audit'], refresh, signal);
  const place = el('div', { class: 'result' });
  const connections = await connectionNames(signal);
  const open = async (name) => openForm(place, make, { name, connections, made: show });
  const make = actionButton('Create a token', () => open(''), { kind: 'primary' });
  if (query.has('name')) await open(query.get('name'));
  return el(
    'div',
    { class: 'view' },
    el(
      'div',
      { class: 'view-head' },
      el('h1', {}, 'Tokens'),
      el('p', { class: 'lead' }, 'Access to the API and this page.'),
    ),
    el('div', { class: 'actions' }, make),
    place,
    result.element,
    list,
  );
}

function openForm(place, opener, options) {
  const close = () => {
    setChildren(place);
    opener.hidden = false;
    focusOn(opener);
  };
  opener.hidden = true;
  const form = tokenForm({ ...options, close });
  setChildren(place, form.element);
  focusOn(form.first);
}

const table = (tokens, onRemove) =>
  el(
    'table',
    { class: 'table tokens' },
    el('caption', { class: 'visually-hidden' }, 'Tokens, oldest first'),
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        columns.map((name) => el('th', { scope: 'col' }, name || el('span', { class: 'visually-hidden' }, 'Actions'))),
      ),
    ),
    el(
      'tbody',
      {},
      tokens.map((token) => row(token, onRemove)),
    ),
  );

function row(token, onRemove) {
  const cell = (name, ...content) => el('td', { 'data-label': name }, ...content);
  return el(
    'tr',
    {},
    el(
      'th',
      { scope: 'row' },
      token.name,
      token.damaged && el('span', { class: 'row-note clamp' }, `Damaged in the store, not valid: ${token.damaged}`),
    ),
    cell('Id', el('code', {}, token.id)),
    cell(
      'May',
      el(
        'div',
        { class: 'badges' },
        token.scopes.map((scope) => badge(scope === 'admin' ? 'warn' : 'quiet', scope)),
      ),
      token.connections && el('span', { class: 'row-note' }, `Only ${token.connections.join(', ')}`),
    ),
    cell('Expires', expiry(token)),
    cell(
      'Last used',
      token.lastUsed
        ? el('time', { datetime: token.lastUsed, title: formatTime(token.lastUsed) }, `${formatAge(token.lastUsed)} ago`)
        : 'never',
    ),
    el(
      'td',
      { class: 'row-action' },
      actionButton('Remove', () => onRemove(token), { kind: 'quiet', 'aria-label': `Remove: ${token.name} ${token.id}` }),
    ),
  );
}

function expiry({ expires }) {
  if (!expires) return 'never';
  return Date.parse(expires) > Date.now() ? formatTime(expires) : badge('bad', 'expired');
}

async function remove(token, all, { result, show }) {
  const sure = await confirmDialog({
    title: `Remove the token ${token.name}?`,
    danger: true,
    confirm: 'Remove',
    text: `Requests with ${token.id} are rejected from then on, and sessions that were started with it end. ${warnings(token, all)}`.trim(),
  });
  if (!sure) return;
  result.clear();
  try {
    await change('DELETE', `/v1/tokens/${segment(token.id)}`);
    await show();
    announce(`Token ${token.name} was removed.`);
    focusOn(document.querySelector('main h1'));
  } catch (error) {
    result.show(problemBox(error, { retry: error.status === 404 && reload }));
  }
}

function warnings(token, all) {
  const isAdmin = ({ scopes: its, expires }) => its.includes('admin') && !(expires && Date.parse(expires) <= Date.now());
  const isLast = isAdmin(token) && all.filter(isAdmin).length === 1;
  return [
    token.name === currentSession()?.name && 'It may be the one you are signed in with.',
    isLast && 'It is the last admin token: without it nobody can change anything on this page.',
  ]
    .filter(Boolean)
    .join(' ');
}
